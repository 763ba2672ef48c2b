"""`claude-tray stats`: the totals and the window."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from claude_tray.cli.context import context_of, now
from claude_tray.cli.reading import (
    accounts_in,
    add_profile_argument,
    add_reading_arguments,
    reading,
)
from claude_tray.cli.show import (
    SUM_HEADINGS,
    print_json,
    print_table,
    sum_texts,
)
from claude_tray.domain.price import dollars
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.store import profiles, projects
from claude_tray.words.times import iso

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from claude_tray.domain.snapshot import ProfileState
    from claude_tray.wire.usage_api import Stats

_MINUTE = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_profile_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    with reading(arguments, context) as reader:
        moment = now()
        totals = reduce(
            Totals.plus,
            projects.all_models(reader).values(),
            NOTHING,
        )
        counts = projects.counts(reader)
        states = [
            profiles.state_of(reader, account, moment)
            for account in accounts_in(reader, arguments, context)
        ]
    state = max(states, key=_last_used)
    if arguments.json:
        print_json(stats_of(totals, counts, state, moment))
        return 0
    rows = [["All time", *sum_texts(totals)]]
    if state.window:
        rows.append(["This window", *sum_texts(state.window.totals)])
    print_table("Claude Code", ("", *SUM_HEADINGS), rows)
    print(human_time_left(state, moment))  # noqa: T201
    return 0


def stats_of(
    totals: Totals,
    counts: tuple[int, int],
    state: ProfileState,
    moment: datetime,
) -> Stats:
    """Return the object of GET stats/."""
    window = state.window
    tokens, inside = totals.tokens, window.totals if window else NOTHING
    return {
        "total_tokens": tokens.input + tokens.output,
        "total_input_tokens": tokens.input,
        "total_output_tokens": tokens.output,
        "total_cache_creation_tokens": tokens.cache_write,
        "total_cache_read_tokens": tokens.cache_read,
        "total_sessions": counts[0],
        "total_messages": totals.messages,
        "projects": counts[1],
        "current_window_tokens": inside.tokens.input + inside.tokens.output,
        "current_window_start": iso(window.start) if window else None,
        "next_reset_at": iso(window.end) if window else None,
        "time_until_reset_seconds": seconds_left(state, moment),
        "time_until_reset_human": human_time_left(state, moment),
        "is_within_active_window": window is not None,
        "window_details": {
            "input_tokens": inside.tokens.input,
            "output_tokens": inside.tokens.output,
            "cache_creation_tokens": inside.tokens.cache_write,
            "cache_read_tokens": inside.tokens.cache_read,
        },
        "total_cost_usd": dollars(totals.cost),
        "window_cost_usd": dollars(inside.cost) if window else None,
        "window_source": window.source.value if window else None,
        "window_rule": window.rule.value if window and window.rule else None,
        "window_state": "provisional" if state.is_provisional else "complete",
        "used_percentage": state.used.percent if state.used else None,
        "as_of": iso(state.last_record_at) if state.last_record_at else None,
    }


def seconds_left(state: ProfileState, moment: datetime) -> int | None:
    """Return the whole seconds to the reset; None without a window."""
    if state.window is None:
        return None
    return int((state.window.end - moment).total_seconds())


def human_time_left(state: ProfileState, moment: datetime) -> str:
    """Return the time to the reset as "2h 0m remaining"."""
    seconds = seconds_left(state, moment)
    if seconds is None:
        return "Limits have reset"
    hours, minutes = divmod(seconds // _MINUTE, _MINUTE)
    if hours:
        return f"{hours}h {minutes}m remaining"
    return f"{minutes}m remaining"


def _last_used(state: ProfileState) -> float:
    return state.last_record_at.timestamp() if state.last_record_at else 0.0
