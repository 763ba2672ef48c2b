"""Results, printed for programs or for people."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

from claude_tray.i18n.formats import format_cost, format_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.totals import Totals


def print_json(value: Any) -> None:
    """Print a value for programs."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> None:
    """
    Print a table for people; a column named ">X" stands to the right.

    Args:
        title: What the table is of.
        columns: Their headings.
        rows: Their texts.
    """
    # Late: programs never see it.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        is_number = column.startswith(">")
        table.add_column(
            column.removeprefix(">"),
            justify="right" if is_number else "left",
            no_wrap=is_number,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console()
    if not console.is_terminal:
        # Whoever reads it has no edge to wrap at.
        console.width = _PIPE_WIDTH
    console.print(table)


_PIPE_WIDTH: Final = 200
TOTALS_HEADINGS: Final = (">Messages", ">Input", ">Output", ">Cache", ">Cost")


def format_totals_row(totals: Totals) -> list[str]:
    """Return totals as the tables have them, under SUM_HEADINGS."""
    tokens = totals.tokens
    return [
        f"{totals.messages:,}",
        format_tokens(tokens.input),
        format_tokens(tokens.output),
        format_tokens(tokens.cache_write + tokens.cache_read),
        format_cost(totals),
    ]
