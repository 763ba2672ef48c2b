"""Decide what is said about a month with another first message of each day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from claude_tray.core.planner import MonthPlan, PlannedStart, Replay
    from claude_tray.i18n.translator import Translator


# More times of day are not listed.
MAX_STARTS: Final = 5


class PlanRow(NamedTuple):
    """
    A month with another first message.

    Attributes:
        label: Time of the first message, or "as it was".
        walls: How often the limit was reached.
        waited: For how long work waited.
        saved: How much less that is than it was; negative with a sign.
        per_day: The same on average of all days.
        fraction: Waited time as a part of the longest, 0 to 1.
    """

    label: str
    walls: str
    waited: str
    saved: str
    per_day: str
    fraction: float


class PlanView(NamedTuple):
    """
    A replayed month, as every surface shows it.

    Attributes:
        sentence: What would have helped most.
        rows: As it was, then other first messages; empty without percentages.
    """

    sentence: str
    rows: tuple[PlanRow, ...] = ()


def build_plan_view(
    plan: MonthPlan, days: int, translator: Translator, *, lists_all: bool
) -> PlanView:
    """
    Build the view of a replayed month.

    Args:
        plan: The month; its best starts come first.
        days: Length of the period.
        translator: Language and formats.
        lists_all: Also list starts that save nothing.
    """
    usual = plan.usual
    if usual is None:
        return PlanView(format_no_percentages(translator))
    starts = [
        start
        for start in plan.starts
        if lists_all or start.result.waited_ms < usual.waited_ms
    ][:MAX_STARTS]
    longest_ms = max(
        [usual.waited_ms, *(start.result.waited_ms for start in starts)]
    )

    def build_row(label: str, result: Replay) -> PlanRow:
        saved_ms = usual.waited_ms - result.waited_ms
        return PlanRow(
            label,
            translator.format_integer(result.walls),
            _format_ms(result.waited_ms, translator),
            _format_ms(saved_ms, translator),
            _format_ms(int(saved_ms / days), translator),
            result.waited_ms / longest_ms if longest_ms else 0.0,
        )

    return PlanView(
        _format_advice(plan, usual, starts, translator),
        (
            build_row(translator.gettext("as it was"), usual),
            *(
                build_row(format_time_of_day(s.clock, translator), s.result)
                for s in starts
            ),
        ),
    )


def format_no_percentages(translator: Translator) -> str:
    """Say that nothing can be counted in points."""
    return translator.gettext(
        "Claude Code has reported no percentages of the 5-hour limit yet."
    )


def format_time_of_day(clock: time, translator: Translator) -> str:
    """Format a time of day, as "07:10"."""
    at = datetime.combine(date(2000, 1, 1), clock, UTC)
    return translator.format_clock(at, UTC)


def _format_advice(
    plan: MonthPlan,
    usual: Replay,
    starts: Sequence[PlannedStart],
    translator: Translator,
) -> str:
    gettext = translator.gettext
    if not usual.waited_ms:
        return gettext("No 5-hour limit would have kept you waiting.")
    if not starts:
        return gettext("No other first message would have saved waiting.")
    best = starts[0]
    saved = _format_ms(usual.waited_ms - best.result.waited_ms, translator)
    start = format_time_of_day(best.clock, translator)
    if best.result.waited_ms >= usual.waited_ms:
        return gettext("A start at {start} would not help.", start=start)
    if plan.usual_start is None:
        return gettext(
            "Start at {start} and you would have waited {saved} less.",
            start=start,
            saved=saved,
        )
    return gettext(
        "Start at {start} instead of {usual} and you would have waited"
        " {saved} less.",
        start=start,
        usual=format_time_of_day(plan.usual_start, translator),
        saved=saved,
    )


def _format_ms(duration_ms: int, translator: Translator) -> str:
    sign = "\N{MINUS SIGN}" if duration_ms < 0 else ""
    amount = timedelta(milliseconds=abs(duration_ms))
    return sign + translator.format_duration(amount)
