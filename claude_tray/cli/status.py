"""`claude-tray status`: what the tray shows, at one glance."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from claude_tray.cli.context import context_of, now
from claude_tray.cli.reading import (
    accounts_in,
    add_profile_argument,
    add_reading_arguments,
    reading,
)
from claude_tray.cli.show import print_json
from claude_tray.domain.price import dollars
from claude_tray.engine.accounts import recalled
from claude_tray.engine.notices import notices_of
from claude_tray.store.snapshots import Snapshots
from claude_tray.wire.sums import sums_of
from claude_tray.wire.timestamps import iso

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from claude_tray.cli.context import Context
    from claude_tray.domain.snapshot import ProfileState, Snapshot

_WATCH_SECONDS: Final = 5.0
_CLEAR: Final = "\x1b[H\x1b[2J"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_profile_argument(parser)
    parser.add_argument(
        "--watch",
        action="store_true",
        help="show it anew every 5 seconds, until Ctrl+C",
    )


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    while True:
        snapshot = _snapshot(arguments, context)
        if arguments.watch:
            print(_CLEAR, end="")  # noqa: T201
        if arguments.json:
            print_json(status_of(snapshot))
        else:
            # Late: programs never see it.
            from claude_tray.cli.status_text import text_of  # noqa: PLC0415

            print(text_of(snapshot, context.tongue), flush=True)  # noqa: T201
        if not arguments.watch:
            return 0
        time.sleep(_WATCH_SECONDS)


def _snapshot(arguments: argparse.Namespace, context: Context) -> Snapshot:
    with reading(arguments, context) as reader:
        accounts = accounts_in(reader, arguments, context)
        moment = now()
        choices = recalled(reader, context.choices())
        notices = notices_of(reader, choices, int(moment.timestamp() * 1000))
        snapshot = replace(
            Snapshots(reader).current(accounts, moment),
            **notices._asdict(),
        )
        if not context.settings.sync_enabled:
            return snapshot
        # Late: most people forward nothing.
        from claude_tray.cli.forwarding import state_in  # noqa: PLC0415

        return replace(snapshot, sync=state_in(context, reader))


def status_of(snapshot: Snapshot) -> dict[str, Any]:
    """Return the object of `status --json`."""
    moment = snapshot.taken_at
    profiles = [_profile(state, moment) for state in snapshot.profiles]
    return {
        "as_of": iso(moment),
        "profiles": profiles,
        "today": {**sums_of(snapshot.today)},
        "unpriced_models": list(snapshot.unpriced_models),
        "incomplete_requests": snapshot.last_30_days.incomplete,
        "sync": {
            "state": snapshot.sync.phase.value,
            "last_ok_at": _iso(snapshot.sync.last_ok_at),
            "waiting": snapshot.sync.waiting,
            "quarantined": snapshot.sync.quarantined,
        },
    }


def _profile(state: ProfileState, moment: datetime) -> dict[str, Any]:
    pace = state.pace
    return {
        "name": state.name,
        "path": state.path,
        "window": _window(state, moment),
        "weekly": [
            {
                "name": used.name,
                "used_percentage": used.percent,
                "resets_at": _iso(used.resets_at),
                "source": used.source.value,
            }
            for used in state.weekly
        ],
        "pace": {
            "percent_at_reset": pace.percent_at_reset,
            "limit_at": _iso(pace.limit_at),
        }
        if pace
        else None,
        "started_elsewhere_at": _iso(state.started_elsewhere_at),
    }


def _window(state: ProfileState, moment: datetime) -> dict[str, Any] | None:
    window = state.window
    if window is None:
        return None
    totals = window.totals
    return {
        "start": iso(window.start),
        "end": iso(window.end),
        "seconds_left": (window.end - moment) // timedelta(seconds=1),
        "source": window.source.value,
        "rule": window.rule.value if window.rule else None,
        "used_percentage": state.used.percent if state.used else None,
        "used_source": state.used.source.value if state.used else None,
        "tokens": totals.tokens.input + totals.tokens.output,
        "cost_usd": dollars(totals.priced_cost)
        if totals.priced_cost or not totals.unpriced
        else None,
        "cost_is_lower_bound": totals.unpriced > 0 or totals.incomplete > 0,
    }


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
