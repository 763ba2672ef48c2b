"""Decide what is said about work that fits into what is left of a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import display_names, time
from claude_tray.presentation.receipt import format_points

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from claude_tray.core.fit import Estimate, Fit
    from claude_tray.core.receipt_weights import Weights
    from claude_tray.i18n.translator import Translator
    from claude_tray.presentation.context import ViewContext


_MAX_PROJECTS: Final = 6


class FitRow(NamedTuple):
    """
    What work of one kind takes.

    Attributes:
        label: "A turn today", or a project in a window.
        number: How many pieces of work it follows from.
        low: One in ten took fewer points, as "1.2".
        median: Half of them took fewer.
        high: One in ten took more.
        fits: How many of the usual size fit now.
        fractions: Low, median and high as parts of the highest of all rows.
    """

    label: str
    number: str
    low: str
    median: str
    high: str
    fits: str
    fractions: tuple[float, float, float] = (0.0, 0.0, 0.0)


class FitView(NamedTuple):
    """
    What fits, as every surface shows it.

    Attributes:
        sentence: What is left.
        turns: For how many turns that is enough; empty without any.
        rows: Turns, sessions and projects.
        note: What the points follow from.
    """

    sentence: str
    turns: str
    rows: tuple[FitRow, ...]
    note: str


def build_fit_view(
    fit: Fit,
    weights: Weights,
    end_ms: int | None,
    paths: Iterable[str],
    translator: Translator,
    zone: tzinfo | None = None,
) -> FitView:
    """
    Build the view of what fits.

    Args:
        fit: What is left, and what work takes.
        weights: What its points follow from.
        end_ms: Reset of the open window; None without one.
        paths: Of all projects, so that a name is the same everywhere.
        translator: Language and formats.
        zone: Time zone; None is the local one.
    """
    gettext = translator.gettext
    names = display_names.build_unique_labels(paths)
    kinds = [
        (gettext("A turn today"), fit.turns_today),
        (
            gettext("A turn, last 31 days"),
            None if fit.turns == fit.turns_today else fit.turns,
        ),
        (gettext("A session, last 31 days"), fit.sessions),
        *(
            (
                gettext(
                    "{project}, per window", project=names.get(path, path)
                ),
                e,
            )
            for path, e in fit.projects[:_MAX_PROJECTS]
        ),
    ]
    highest = max((e.high for _, e in kinds if e is not None), default=0.0)
    return FitView(
        _format_left(fit, end_ms, translator, zone),
        _format_turns(fit, translator),
        tuple(
            _build_row(label, estimate, fit.left, highest, translator)
            for label, estimate in kinds
            if estimate is not None
        ),
        _format_basis(weights, translator),
    )


def build_fit_line(fit: Fit | None, context: ViewContext) -> str:
    """
    Say for how many turns what is left is enough, in one line.

    Empty while that is unknown, no window is open, or a limit blocks.
    """
    is_known = context.window_limit is not None and context.window is not None
    if fit is None or not is_known or context.blocking_limit is not None:
        return ""
    return _format_turns(fit, context.translator)


def _build_row(
    label: str,
    estimate: Estimate,
    left: float,
    highest: float,
    translator: Translator,
) -> FitRow:
    return FitRow(
        label,
        translator.format_integer(estimate.number),
        format_points(estimate.low, translator),
        format_points(estimate.median, translator),
        format_points(estimate.high, translator),
        translator.format_integer(estimate.count_fits(left)),
        (
            estimate.low / highest,
            estimate.median / highest,
            estimate.high / highest,
        ),
    )


def _format_left(
    fit: Fit, end_ms: int | None, translator: Translator, zone: tzinfo | None
) -> str:
    if end_ms is None:
        return translator.gettext(
            "No window is open: all of the 5-hour limit is left."
        )
    return translator.gettext(
        "{left} of the 5-hour limit is left until {clock}.",
        left=translator.format_percent(fit.left),
        clock=translator.format_clock(time.from_epoch_ms(end_ms), zone),
    )


def _format_turns(fit: Fit, translator: Translator) -> str:
    usual = fit.turns_today or fit.turns
    if usual is None:
        return ""
    if not usual.count_fits(fit.left):
        return translator.gettext("Not enough for another usual turn.")
    if fit.turns_today is not None:
        return translator.ngettext(
            "Enough for about {n} turn like today's.",
            "Enough for about {n} turns like today's.",
            fit.turns_today.count_fits(fit.left),
        )
    return translator.ngettext(
        "Enough for about {n} turn like the last ones.",
        "Enough for about {n} turns like the last ones.",
        usual.count_fits(fit.left),
    )


def _format_basis(weights: Weights, translator: Translator) -> str:
    count = translator.format_integer(weights.interval_count)
    if weights.is_learned:
        return translator.gettext(
            "Points follow from {count} changes of your limit.", count=count
        )
    return translator.gettext(
        "Too few changes of your limit yet ({count}): points follow the"
        " prices.",
        count=count,
    )
