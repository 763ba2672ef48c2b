"""Run `claude-tray status`: show the window, the limits and the pace."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from claude_tray.app.context import AppContext, load_context, utc_now
from claude_tray.app.data_access import filter_accounts, open_for_reading
from claude_tray.app.statusline_limits import StatuslineLimitsWriter
from claude_tray.cli.shared import (
    add_account_argument,
    add_reading_arguments,
    print_json,
)
from claude_tray.core import cost, current_limits, windows
from claude_tray.core.status import assess_account
from claude_tray.core.time import format_iso, to_epoch_ms
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.ingest.advisories import collect_advisories
from claude_tray.ingest.config import cached_accounts
from claude_tray.ingest.live_sessions import load_sessions, load_wake_costs
from claude_tray.presentation.context import ViewContext
from claude_tray.presentation.status_bar import (
    BAR_FORMATS,
    FIELDS,
    StatusValues,
    build_status_values,
    format_status_line,
)
from claude_tray.protocol.cost_details import build_cost_details
from claude_tray.protocol.limits_api import (
    build_forecast_item,
    build_forecast_record,
    build_limit_status,
)
from claude_tray.protocol.usage_api import build_usage_sums
from claude_tray.store.snapshot import SnapshotBuilder

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from claude_tray.cli.commands.status_report import StatusReport
    from claude_tray.core.accounts import Account
    from claude_tray.core.snapshot import AccountSnapshot, Snapshot
    from claude_tray.core.windows import Window
    from claude_tray.store.connection import Reader


_WATCH_SECONDS: Final = 5.0
# A crafted transcript may name hundreds of thousands.
_MAX_MODELS: Final = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_account_argument(parser)
    parser.add_argument(
        "--watch",
        action="store_true",
        help=gettext_noop(
            "full screen, renewed every 5 seconds; q or Ctrl+C ends it"
        ),
    )
    bars = parser.add_mutually_exclusive_group()
    bars.add_argument(
        "--format",
        choices=tuple(BAR_FORMATS),
        help=gettext_noop("one line for the bar of a desktop or terminal"),
    )
    bars.add_argument(
        "--field",
        choices=FIELDS,
        help=gettext_noop("one value, for scripts; empty if unknown"),
    )


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    _refuse_missing_folder(context, arguments.claude_path)
    if arguments.format or arguments.field:
        _print_line(arguments, context)
        return 0
    if arguments.json:
        _print_json(arguments, context)
        return 0
    # Late: --json needs none of it.
    from claude_tray.cli.commands import status_screen

    def load() -> StatusReport:
        report = load_report(arguments, context)
        _share_limits(report.snapshot, arguments, context)
        return report

    if arguments.watch:
        status_screen.watch_status(load, context.translator)
    else:
        status_screen.print_report(load(), context.translator)
    return 0


def _print_line(arguments: argparse.Namespace, context: AppContext) -> None:
    """
    Print one line for a bar or script.

    Raises:
        UsageError: Another output is asked for too.
    """
    if arguments.json or arguments.watch:
        raise UsageError(
            gettext_noop("--format and --field print one line, once."),
            hint=gettext_noop("Leave out --json and --watch."),
        )
    option = "field" if arguments.field else "format"
    line = format_status_line(
        _load_values(arguments, context),
        option,
        arguments.field or arguments.format,
    )
    sys.stdout.write(f"{line}\n")


def _load_values(
    arguments: argparse.Namespace, context: AppContext
) -> StatusValues:
    """Ask the tray, which has read everything; read if there is none."""
    view = ViewContext(
        utc_now(),
        translator=context.translator,
        shows_remaining=context.settings.general_show == "left",
    )
    state_folder = context.paths.state_folder
    has_tray = (state_folder / "instance.door").exists()
    if has_tray and arguments.profile is None:
        # Late: sockets are only needed while a tray is running.
        from claude_tray.app.instance_client import request_status_values

        values = request_status_values(
            state_folder,
            context.folders,
            view,
            context.settings.cost_currency,
        )
        if values is not None:
            return values
    snapshot = load_snapshot(arguments, context)
    _share_limits(snapshot, arguments, context)
    view = view._replace(
        now=snapshot.taken_at, account=snapshot.latest_account
    )
    return build_status_values(snapshot, view)


def _print_json(arguments: argparse.Namespace, context: AppContext) -> None:
    """Print the snapshot, with --watch again and again."""
    while True:
        snapshot = load_snapshot(arguments, context)
        _share_limits(snapshot, arguments, context)
        print_json(build_status_json(snapshot))
        if not arguments.watch:
            return
        sys.stdout.flush()
        time.sleep(_WATCH_SECONDS)


def _refuse_missing_folder(context: AppContext, named: str) -> None:
    """
    Refuse folders that are named but do not exist.

    The figures would be those of the folder that was read before.

    Raises:
        UsageError: None of them exists.
    """
    if not named or any(folder.is_dir() for folder in context.folders):
        return
    raise UsageError(
        gettext_noop("There is no folder {path}."),
        hint=gettext_noop("Pass Claude Code's folder with --claude-path."),
        path=", ".join(map(str, context.folders)),
    )


def load_report(
    arguments: argparse.Namespace, context: AppContext
) -> StatusReport:
    """Load what `status` shows; arguments are those of the command."""
    from claude_tray.cli.commands.status_report import StatusReport
    from claude_tray.store import fit_basis

    with open_for_reading(arguments, context) as reader:
        snapshot, accounts = _build_snapshot(reader, arguments, context)
        now_ms = to_epoch_ms(snapshot.taken_at)
        steps = tuple(
            _load_steps(reader, account.key, state.window, now_ms)
            for account, state in zip(accounts, snapshot.accounts, strict=True)
        )
        config = context.engine_config()
        sessions = load_sessions(reader, config, now_ms)
        fits = tuple(
            fit_basis.load_fit(
                reader,
                account,
                config.prices,
                current_limits.get_open_window(state, snapshot.taken_at),
                (_find_midnight_ms(snapshot.taken_at), now_ms),
            )
            for account, state in zip(accounts, snapshot.accounts, strict=True)
        )
        wakes = load_wake_costs(reader, config, sessions, now_ms)
        return StatusReport(snapshot, steps, sessions, fits, wakes)


def _find_midnight_ms(now: datetime) -> int:
    local = now.astimezone()
    return to_epoch_ms(
        local.replace(hour=0, minute=0, second=0, microsecond=0)
    )


def _load_steps(
    reader: Reader, account: str, window: Window | None, now_ms: int
) -> tuple[int, ...]:
    """Return the tokens of each 10 minutes of a window until now."""
    if window is None:
        return ()
    from claude_tray.cli.commands.status_picture import STEP_MS
    from claude_tray.store.range_usage import list_step_usage

    start_ms = to_epoch_ms(window.start)
    end_ms = min(now_ms, to_epoch_ms(window.end))
    steps = [0] * -(-(end_ms - start_ms) // STEP_MS)
    bounds = (start_ms, end_ms)
    for usage in list_step_usage(reader, account, bounds, STEP_MS):
        tokens = usage.totals.tokens
        steps[usage.step] += tokens.input + tokens.output
    return tuple(steps)


def load_snapshot(
    arguments: argparse.Namespace, context: AppContext
) -> Snapshot:
    """Load what `status --json` shows."""
    with open_for_reading(arguments, context) as reader:
        return _build_snapshot(reader, arguments, context)[0]


def _share_limits(
    snapshot: Snapshot, arguments: argparse.Namespace, context: AppContext
) -> None:
    """Have the status line print the same limits."""
    if arguments.profile is None:
        StatuslineLimitsWriter(context.paths.state_folder).write(snapshot)


def _build_snapshot(
    reader: Reader, arguments: argparse.Namespace, context: AppContext
) -> tuple[Snapshot, list[Account]]:
    config = cached_accounts(reader, context.engine_config())
    accounts = filter_accounts(config, arguments)
    now = utc_now()
    advisories = collect_advisories(reader, config, to_epoch_ms(now))
    snapshot = replace(
        SnapshotBuilder(reader).build(accounts, now),
        **advisories._asdict(),
    )
    # In the order of the snapshot's.
    by_path = {account.path: account for account in accounts}
    accounts = [by_path[state.path] for state in snapshot.accounts]
    if not context.settings.sync_enabled:
        return snapshot, accounts
    # Late: most users do not sync.
    from claude_tray.app.sync_control import load_sync_state

    sync = load_sync_state(context, reader)
    return replace(snapshot, sync=sync), accounts


def build_status_json(snapshot: Snapshot) -> dict[str, Any]:
    """Build the object that `status --json` prints."""
    now = snapshot.taken_at
    accounts = [
        {
            **_build_account_json(state, now),
            **build_limit_status(assess_account(snapshot, state, now)),
        }
        for state in snapshot.accounts
    ]
    return {
        "as_of": format_iso(now),
        "profiles": accounts,
        "today": {
            **build_usage_sums(snapshot.today),
            **build_cost_details(snapshot.today),
            "pending_cost_usd": cost.format_usd(snapshot.pending_cost),
        },
        "sessions": snapshot.sessions._asdict(),
        "unpriced_models": list(snapshot.unpriced_models[:_MAX_MODELS]),
        "incomplete_requests": snapshot.last_30_days.incomplete,
        "unanswered_requests": snapshot.unanswered_requests,
        "sync": {
            "state": snapshot.sync.phase.value,
            "last_ok_at": _format_iso(snapshot.sync.last_ok_at),
            "waiting": snapshot.sync.pending,
            "quarantined": snapshot.sync.quarantined,
        },
    }


def _build_account_json(
    state: AccountSnapshot, now: datetime
) -> dict[str, Any]:
    pace = state.pace
    return {
        "name": state.name,
        "path": state.path,
        "window": _build_window_json(state, now),
        "weekly": [
            {
                "name": used.name,
                "used_percentage": used.percent,
                "resets_at": _format_iso(used.resets_at),
                "source": windows.ValueSource.OFFICIAL.value,
            }
            for used in state.weekly
        ],
        "pace": {
            "percent_at_reset": pace.percent_at_reset,
            "limit_at": _format_iso(pace.limit_at),
        }
        if pace
        else None,
        "forecast": build_forecast_item(pace.forecast if pace else None),
        "forecast_record": build_forecast_record(state.forecast_record),
        "started_elsewhere_at": _format_iso(state.remote_start_at),
        "has_window": state.has_window,
        "plan": state.plan,
    }


def _build_window_json(
    state: AccountSnapshot, now: datetime
) -> dict[str, Any] | None:
    window, used = state.window, current_limits.get_current_usage(state, now)
    if window is None:
        return None
    totals = window.totals
    return {
        "start": format_iso(window.start),
        "end": format_iso(window.end),
        "seconds_left": (window.end - now) // timedelta(seconds=1),
        "source": window.source.value,
        "rule": window.rule.value if window.rule else None,
        "used_percentage": used.percent if used else None,
        "used_source": windows.ValueSource.OFFICIAL.value if used else None,
        "tokens": totals.tokens.input + totals.tokens.output,
        "cost_usd": cost.format_usd(totals.priced_cost)
        if totals.priced_cost or not totals.unpriced
        else None,
        **build_cost_details(totals),
    }


def _format_iso(time_or_none: datetime | None) -> str | None:
    return format_iso(time_or_none) if time_or_none else None
