"""Build tiles and ranked rows of usage."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.core.display_names import (
    build_unique_labels,
    format_model_name,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.totals import Totals
    from claude_tray.presentation.context import ViewContext


class CostTile(NamedTuple):
    """Cost and tokens of a time range."""

    name: str
    cost: str
    tokens: str


class RankingRow(NamedTuple):
    """A project or a model; `fraction` is relative to the largest row."""

    name: str
    tokens: str
    cost: str
    fraction: float


def build_tile(name: str, totals: Totals, context: ViewContext) -> CostTile:
    translator = context.translator
    tokens = translator.format_tokens(totals.tokens.total)
    return CostTile(
        name,
        translator.format_cost(totals),
        translator.gettext("{n} tokens", n=tokens),
    )


def build_project_ranking(
    projects: Sequence[tuple[str, Totals]], context: ViewContext
) -> tuple[RankingRow, ...]:
    """
    Build a row for each project.

    Args:
        projects: Path and totals, in order of display.
        context: Formats.
    """
    labels = build_unique_labels(path for path, _ in projects)
    return build_ranking(
        [(labels[path], totals) for path, totals in projects], context
    )


def build_model_ranking(
    models: Sequence[tuple[str, Totals]], context: ViewContext
) -> tuple[RankingRow, ...]:
    """
    Build a row for each model.

    Args:
        models: Model ID and totals, in order of display.
        context: Formats.
    """
    return build_ranking(
        [(format_model_name(model), totals) for model, totals in models],
        context,
    )


def build_ranking(
    entries: Sequence[tuple[str, Totals]], context: ViewContext
) -> tuple[RankingRow, ...]:
    """Build rows sized by cost, or by tokens if nothing has a price."""
    translator = context.translator
    return tuple(
        RankingRow(
            name,
            translator.format_tokens(totals.tokens.total),
            translator.format_cost(totals),
            fraction,
        )
        for (name, totals), fraction in zip(
            entries,
            compute_fractions([totals for _, totals in entries]),
            strict=True,
        )
    )


def compute_fractions(rows: Sequence[Totals]) -> list[float]:
    """Return each row's size relative to the largest, 0 to 1."""
    has_cost = any(totals.priced_cost for totals in rows)
    sizes = [t.priced_cost if has_cost else t.tokens.total for t in rows]
    largest = max(sizes, default=0) or 1
    return [size / largest for size in sizes]
