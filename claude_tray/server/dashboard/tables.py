"""Build the rows of accounts and machines."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.cost import ZERO_TOTALS, Totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from claude_tray.core.windows import Window
    from claude_tray.server.usage.queries.account_states import (
        StoredAccountState,
    )
    from claude_tray.server.usage.queries.machines import MachineInfo
    from claude_tray.web.page_context import PageContext


# Stands for the unknown account in URLs, whose key is empty.
UNKNOWN_ACCOUNT_LINK: Final = "-"
_SHORT_KEY_LENGTH: Final = 6


class AccountTableRow(NamedTuple):
    """An account, the time left in its window, and its usage."""

    key: str
    name: str
    time_left: timedelta | None
    percent: float | None
    totals: Totals

    @property
    def link(self) -> str:
        """The key in URLs."""
        return self.key or UNKNOWN_ACCOUNT_LINK


def format_account_name(key: str, context: PageContext) -> str:
    """Name an account by its hash; its real name is never synced."""
    gettext = context.translator.gettext
    if not key:
        return gettext("unknown account")
    return gettext("account {key}", key=key[:_SHORT_KEY_LENGTH])


def build_account_rows(
    accounts: Sequence[StoredAccountState],
    totals_by_account: Mapping[str, Totals],
    context: PageContext,
) -> tuple[AccountTableRow, ...]:
    """
    Build a row for each account.

    Args:
        accounts: States of the accounts.
        totals_by_account: Totals of the selected days by account key.
        context: Time and formats.
    """
    return tuple(
        AccountTableRow(
            account.key,
            format_account_name(account.key, context),
            _compute_time_left(account.snapshot.window, context.now),
            account.snapshot.used.percent if account.snapshot.used else None,
            totals_by_account.get(account.key, ZERO_TOTALS),
        )
        for account in accounts
    )


def _compute_time_left(
    window: Window | None, now: datetime
) -> timedelta | None:
    return window.end - now if window else None


_SKEW_THRESHOLD: Final = timedelta(minutes=2)
_ONE_SECOND: Final = timedelta(seconds=1)


class MachineTableRow(NamedTuple):
    """
    A machine and its usage.

    Attributes:
        as_of: Time up to which its transcripts are synced.
        skew: Offset of its clock in words.
        is_skewed: Its clock is off enough to move usage into another hour.
    """

    machine_id: str
    name: str
    version: str
    last_sync_at: datetime | None
    as_of: datetime | None
    skew: str
    is_skewed: bool
    is_revoked: bool
    totals: Totals


def build_machine_rows(
    infos: Sequence[MachineInfo],
    totals_by_machine: Mapping[str, Totals],
    context: PageContext,
) -> tuple[MachineTableRow, ...]:
    """Build a row for each machine, with its totals by machine ID."""
    return tuple(
        MachineTableRow(
            info.machine_id,
            info.name or format_unnamed_machine(context),
            info.version,
            info.last_sync_at,
            info.as_of,
            _format_skew(info.clock_skew_ms, context),
            abs(_to_timedelta(info.clock_skew_ms)) >= _SKEW_THRESHOLD,
            info.revoked_at is not None,
            totals_by_machine.get(info.machine_id, ZERO_TOTALS),
        )
        for info in infos
    )


def format_unnamed_machine(context: PageContext) -> str:
    return context.translator.gettext("unnamed machine")


def _to_timedelta(skew_ms: int | None) -> timedelta:
    return timedelta(milliseconds=skew_ms or 0)


def _format_skew(skew_ms: int | None, context: PageContext) -> str:
    """Format the offset of a clock; below two minutes in seconds."""
    translator = context.translator
    if skew_ms is None:
        return translator.gettext("unknown")
    skew = abs(_to_timedelta(skew_ms))
    if skew < _ONE_SECOND:
        return translator.gettext("in sync")
    if skew < _SKEW_THRESHOLD:
        span = translator.gettext("{n}s", n=round(skew / _ONE_SECOND))
    else:
        minutes = timedelta(minutes=round(skew / timedelta(minutes=1)))
        span = translator.format_duration(minutes)
    if skew_ms > 0:
        return translator.gettext("{span} ahead", span=span)
    return translator.gettext("{span} behind", span=span)


def name_machines(
    infos: Sequence[MachineInfo], context: PageContext
) -> dict[str, str]:
    """Return the names of machines by ID."""
    return {
        info.machine_id: info.name or format_unnamed_machine(context)
        for info in infos
    }


def get_sync_time(row: MachineTableRow) -> float:
    """Return a time that sorts machines; those without a sync come last."""
    return row.last_sync_at.timestamp() if row.last_sync_at else 0.0
