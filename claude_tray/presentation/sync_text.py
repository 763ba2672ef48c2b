"""Describe the state of sync."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.snapshot import SyncPhase, SyncState
from claude_tray.core.status import AccountStatus

if TYPE_CHECKING:
    from claude_tray.presentation.context import ViewContext


_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_FAILING: Final = (SyncPhase.DELAYED, SyncPhase.STOPPED)


class SyncStatusLine(NamedTuple):
    """
    State of sync in one line.

    Attributes:
        pictogram: Name of a pictogram.
        status: OK, IDLE or CRITICAL.
        text: A few words.
    """

    pictogram: str
    status: AccountStatus
    text: str


def build_sync_line(sync: SyncState, context: ViewContext) -> SyncStatusLine:
    """Describe the state of sync in one line."""
    gettext, translator = context.translator.gettext, context.translator
    if sync.phase is SyncPhase.OFF:
        text = gettext("Not synced")
        return SyncStatusLine("no cloud", AccountStatus.IDLE, text)
    if sync.phase is SyncPhase.RUNNING:
        text = gettext("Syncing\N{HORIZONTAL ELLIPSIS}")
        return SyncStatusLine("refresh", AccountStatus.IDLE, text)
    if sync.phase in _FAILING:
        text = format_sync_delay(sync, context) or gettext("Not synced yet")
        return SyncStatusLine("warn", AccountStatus.CRITICAL, text)
    if sync.last_ok_at is None:
        text = gettext("Not synced yet")
        return SyncStatusLine("cloud", AccountStatus.IDLE, text)
    age = translator.format_duration(context.now - sync.last_ok_at)
    text = gettext("Synced {span} ago", span=age)
    return SyncStatusLine("cloud", AccountStatus.OK, text)


def find_sync_line(
    sync: SyncState, context: ViewContext
) -> SyncStatusLine | None:
    """Return the line of `build_sync_line`; None while sync is off."""
    if sync.phase is SyncPhase.OFF:
        return None
    return build_sync_line(sync, context)


def format_sync_delay(sync: SyncState, context: ViewContext) -> str:
    """Return "Not synced since 09:13"; empty unless sync is failing."""
    if sync.phase not in _FAILING or sync.last_ok_at is None:
        return ""
    return context.translator.gettext(
        "Not synced since {time}", time=context.format_time(sync.last_ok_at)
    )


def format_sync_state(sync: SyncState, context: ViewContext) -> str:
    """Return the state in one or two words, for a menu."""
    gettext = context.translator.gettext
    if sync.phase is SyncPhase.OFF:
        return gettext("off")
    if sync.phase is SyncPhase.RUNNING:
        return gettext("running")
    if sync.phase in _FAILING:
        since = sync.failing_since
        if since is None:
            return gettext("failing")
        return gettext(
            "failing since {clock}", clock=context.format_clock(since)
        )
    return format_last_sync(sync, context) or gettext("pending")


def list_sync_details(sync: SyncState, context: ViewContext) -> list[str]:
    """Return one line each on the last sync, the queue and the problem."""
    gettext, ngettext = context.translator.gettext, context.translator.ngettext
    lines = []
    if last_sync := format_last_sync(sync, context):
        lines.append(gettext("Last sync: {ago}", ago=last_sync))
    if sync.pending:
        lines.append(
            ngettext(
                "{n} record pending",
                "{n} records pending",
                sync.pending,
            )
        )
    if sync.quarantined:
        lines.append(
            ngettext(
                "{n} record quarantined",
                "{n} records quarantined",
                sync.quarantined,
            )
        )
    if sync.problem:
        lines.append(context.translator.translate_problem(sync.problem))
    return lines


def format_last_sync(sync: SyncState, context: ViewContext) -> str:
    """Format the time of the last sync; empty if there was none."""
    at, translator = sync.last_ok_at, context.translator
    if at is None:
        return ""
    elapsed = context.now - at
    if elapsed < _MINUTE:
        return translator.gettext("just now")
    if elapsed < _HOUR:
        minutes = elapsed // _MINUTE
        return translator.ngettext("{n} min ago", "{n} min ago", minutes)
    if elapsed < _DAY:
        return translator.gettext("at {clock}", clock=context.format_clock(at))
    return context.format_weekday_and_clock(at)
