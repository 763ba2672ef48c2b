"""Lines for a terminal are the bytes that rich writes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from rich.text import Text

from claude_tray.cli.commands.status_reply import format_styled_lines

if TYPE_CHECKING:
    from claude_tray.cli.commands.status_picture import Line


def print_by_rich(lines: list[Line], width: int) -> str:
    output = io.StringIO()
    console = Console(
        file=output,
        force_terminal=True,
        color_system="256",
        width=width,
        highlight=False,
    )
    for line in lines:
        console.print(Text.assemble(*line))
    return output.getvalue()


@pytest.mark.parametrize(
    "lines",
    [
        [(("Session", "bold"),)],
        [
            (
                ("a ", ""),
                ("██", "green"),
                ("░░", "dim"),
                ("", "red"),
                (" 5", ""),
            )
        ],
        [(("█", "yellow"), ("│", "bold"), ("▁▂", "cyan"), ("█", "red"))],
        [(), (("after an empty line", "dim"),), ()],
        [(("two\nlines", "dim"),), (("\nof\n", ""),)],
        [(("日本語の行", "green"), ("\u202f5", ""))],
        [(("[bold]no markup[/bold] :smile: 12 'x'", ""),)],
        [(("exactly 20 columns..", "bold"),)],
    ],
)
def test_lines_that_fit_are_those_of_rich(lines: list[Line]) -> None:
    width = 40 if len(lines[0]) != 1 or "20" not in lines[0][0][0] else 20

    text = format_styled_lines(lines, width)

    assert f"{text}\n" == print_by_rich(lines, width)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [(("one column too many..", "bold"),)],
        [(("twenty, of which ", ""), ("日本", ""))],
        [(("a\ttab", ""),)],
        [(("a\x1bcontrol", ""),)],
        [(("two", ""), ("\nlines", "dim"))],
    ],
)
def test_other_lines_are_left_to_rich(lines: list[Line]) -> None:
    assert format_styled_lines(lines, 20) is None
