"""Format the report of `status`: every account and the quality of its data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.cli.commands.status_picture import (
    Line,
    LineSpace,
    draw_meters,
    draw_sessions,
    draw_window,
)
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.fit import build_fit_line
from claude_tray.presentation.live_text import (
    format_next_cold,
    format_session_count,
)
from claude_tray.presentation.notes import build_snapshot_notes
from claude_tray.presentation.status_lines import (
    build_headline_lines,
    build_source_lines,
)
from claude_tray.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.core.fit import Fit
    from claude_tray.core.live_sessions import SessionInUse
    from claude_tray.core.prompt_cache import WakeCost
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.i18n.translator import Translator


_PIPE: Final = LineSpace()


class StatusReport(NamedTuple):
    """
    What `status` shows.

    Attributes:
        snapshot: Accounts and totals.
        steps: For each account, tokens of each 10 minutes of its window.
        sessions: Sessions that run, and those that have just ended.
        fits: For each account, what fits into its window; None if unknown.
        wakes: What waking a session takes of the 5-hour limit, if known.
    """

    snapshot: Snapshot
    steps: tuple[tuple[int, ...], ...] = ()
    sessions: tuple[SessionInUse, ...] = ()
    fits: tuple[Fit | None, ...] = ()
    wakes: Mapping[str, WakeCost] = {}


def format_status_report(
    report: StatusReport, translator: Translator, space: LineSpace = _PIPE
) -> str:
    """Format all accounts of a report as plain text."""
    lines = draw_status_report(report, translator, space)
    return "\n".join("".join(text for text, _ in line) for line in lines)


def draw_status_report(
    report: StatusReport, translator: Translator, space: LineSpace
) -> list[Line]:
    """Draw all accounts of a report, the sessions and notes."""
    snapshot = report.snapshot
    context = ViewContext(snapshot.taken_at, translator=translator)
    lines: list[Line] = []
    if not snapshot.accounts:
        lines += _style(build_headline_lines(snapshot, context))
    unknown = [None] * len(snapshot.accounts)
    for account, steps, fit in zip(
        snapshot.accounts,
        report.steps or unknown,
        report.fits or unknown,
        strict=True,
    ):
        single = replace(snapshot, accounts=(account,), today=account.today)
        context = context._replace(account=account)
        head = build_headline_lines(single, context)
        if len(snapshot.accounts) > 1:
            head[0] = f"{account.name} \N{EN DASH} {head[0]}"
        head += filter(None, [build_fit_line(fit, context)])
        lines += _draw_account(head, steps or (), context, space)
    if len(snapshot.accounts) > 1:
        cost = translator.format_cost(snapshot.today)
        text = translator.gettext("All accounts today {cost}", cost=cost)
        lines += [*_style([text]), ()]
    lines += _draw_sessions(report, translator, space)
    lines += _style(build_snapshot_notes(snapshot, context))
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _draw_sessions(
    report: StatusReport, translator: Translator, space: LineSpace
) -> list[Line]:
    """Draw the sessions that run, and say which cache goes cold next."""
    snapshot = report.snapshot
    count = format_session_count(snapshot.sessions, translator)
    if not count:
        return []
    cold = format_next_cold(
        report.sessions, snapshot.taken_at, translator, report.wakes
    )
    sessions = draw_sessions(report.sessions, translator, space)
    return [*_style([count]), *sessions, *_style(filter(None, [cold])), ()]


def _draw_account(
    head: list[str],
    steps: Sequence[int],
    context: ViewContext,
    space: LineSpace,
) -> list[Line]:
    window = draw_window(context, steps, space)
    return [
        *_style(head[:1], "bold"),
        *_style(head[1:]),
        *_separate(draw_meters(context, space), window),
        *_style(build_source_lines(context), "dim"),
        (),
    ]


def _separate(*blocks: list[Line]) -> list[Line]:
    """Return blocks of lines with an empty line around each."""
    lines = [line for block in blocks if block for line in [(), *block]]
    return [*lines, ()] if lines else []


def _style(lines: Iterable[str], style: str = "") -> list[Line]:
    return [((make_visible(line, keep="\n"), style),) for line in lines]
