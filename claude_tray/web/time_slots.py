"""Split a window into slots of ten minutes, stacked by project."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from claude_tray.core.cost import ZERO_TOTALS, Totals, rank_by_cost
from claude_tray.web.timeline import (
    StackPart,
    build_stack_parts,
    format_stack,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from claude_tray.core.windows import Window
    from claude_tray.web.page_context import PageContext, TotalsText


MINUTES_PER_SLOT: Final = 10
_SLOT: Final = timedelta(minutes=MINUTES_PER_SLOT)
_MAX_SLOTS: Final = 999


class StepOfProject(Protocol):
    """Usage of a project in one minute of a window."""

    @property
    def step(self) -> int: ...

    @property
    def project(self) -> str: ...

    @property
    def totals(self) -> Totals: ...


class SlotBar(NamedTuple):
    """
    Usage of ten minutes.

    Attributes:
        number: From the start of the window, from 0.
        starts_at: Its start.
        ends_at: Its end.
        name: Start and end, as "09:10 - 09:20".
        short_name: Its start, the label below the bar.
        text: Usage, formatted.
        stack: Known costs in dollars of the parts, from the bottom up.
    """

    number: int
    starts_at: datetime
    ends_at: datetime
    name: str
    short_name: str
    text: TotalsText
    stack: str


class TimeSlots(NamedTuple):
    """
    The slots of a window up to now.

    Attributes:
        bars: Newest first.
        parts: Projects of the stacks, from the bottom up.
        summary: The most expensive slot in words; empty without usage.
    """

    bars: tuple[SlotBar, ...]
    parts: tuple[StackPart, ...]
    summary: str


def parse_slot(text: str) -> int | None:
    """Parse the number of a slot in a query; None for all."""
    is_number = text.isascii() and text.isdecimal() and len(text) < len("1e3")
    return int(text) if is_number else None


def compute_slot_bounds(
    window: Window, slot: int | None
) -> tuple[datetime, datetime]:
    """Return start and end of a slot; of the whole window without one."""
    if slot is None:
        return window.start, window.end
    starts_at = min(window.start + slot * _SLOT, window.end)
    return starts_at, min(starts_at + _SLOT, window.end)


def build_slots(
    window: Window,
    steps: Sequence[StepOfProject],
    labels: Mapping[str, str],
    context: PageContext,
) -> TimeSlots:
    """
    Build the bars of a window, including empty ones.

    Args:
        window: The window.
        steps: Its usage by minute.
        labels: Names of projects by path.
        context: Time and formats.
    """
    cells, by_project = _sum_steps(steps)
    ranked = [path for path, _ in rank_by_cost(by_project.items())]
    end = min(window.end, context.now)
    count = max(1, -(-(end - window.start) // _SLOT))
    bars = tuple(
        _build_bar(number, window, cells.get(number, {}), ranked, context)
        for number in range(min(count, _MAX_SLOTS))
    )
    return TimeSlots(
        bars[::-1],
        build_stack_parts(
            ranked,
            by_project,
            lambda path: labels.get(path, path),
            context.translator.gettext("Other projects"),
            context,
        ),
        _format_summary(bars, cells, context),
    )


_Cells = dict[int, dict[str, Totals]]


def _sum_steps(
    steps: Iterable[StepOfProject],
) -> tuple[_Cells, dict[str, Totals]]:
    """Sum by slot and project, and by project."""
    cells: _Cells = {}
    by_project: dict[str, Totals] = {}
    for step in steps:
        cell = cells.setdefault(step.step // MINUTES_PER_SLOT, {})
        for sums in (cell, by_project):
            sums[step.project] = sums.get(step.project, ZERO_TOTALS).plus(
                step.totals
            )
    return cells, by_project


def _build_bar(
    number: int,
    window: Window,
    by_project: dict[str, Totals],
    ranked: list[str],
    context: PageContext,
) -> SlotBar:
    starts_at = window.start + number * _SLOT
    ends_at = min(starts_at + _SLOT, window.end)
    clock = context.build_view().format_clock
    totals = ZERO_TOTALS
    for part in by_project.values():
        totals = totals.plus(part)
    return SlotBar(
        number,
        starts_at,
        ends_at,
        f"{clock(starts_at)} \N{EN DASH} {clock(ends_at)}",
        clock(starts_at),
        context.format_totals(totals),
        format_stack(ranked, by_project),
    )


def _format_summary(
    bars: Sequence[SlotBar], cells: _Cells, context: PageContext
) -> str:
    if not cells:
        return ""
    costs = {
        number: sum(totals.priced_cost for totals in by_project.values())
        for number, by_project in cells.items()
    }
    number = max(costs, key=lambda n: (costs[n], -n))
    shown = next((bar for bar in bars if bar.number == number), bars[0])
    return context.translator.gettext(
        "Most in {time}: {cost}", time=shown.name, cost=shown.text.cost
    )
