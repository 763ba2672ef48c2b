"""Rows of what used most, and figures beside each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.time import from_epoch_ms
from claude_tray.core.totals import ZERO_TOTALS, Totals
from claude_tray.i18n.translator import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from claude_tray.core.snapshot import AccountSnapshot, Pace
    from claude_tray.core.windows import Window
    from claude_tray.server.usage.queries.account_states import (
        StoredAccountState,
    )
    from claude_tray.server.usage.queries.listings import SessionUsage
    from claude_tray.server.usage.queries.machines import MachineInfo


# How addresses name the account that nobody told of.
UNKNOWN_ACCOUNT_LINK: Final = "-"
_FULL_PERCENT: Final = 100.0
_SHORT_KEY_LENGTH: Final = 6


class AccountTableRow(NamedTuple):
    """An account, what is left of its window, and what it used."""

    key: str
    name: str
    left: timedelta | None
    percent: float | None
    totals: Totals

    @property
    def link(self) -> str:
        """The key as addresses name it."""
        return self.key or UNKNOWN_ACCOUNT_LINK


def format_account_name(key: str) -> str:
    """Return how an account is called; its real name is sent nowhere."""
    return f"account {key[:_SHORT_KEY_LENGTH]}" if key else "unknown account"


def build_account_snapshot(
    account: StoredAccountState,
    pace: Pace | None,
    *,
    is_alone: bool,
) -> AccountSnapshot:
    """Return an account's state with its pace; named where there are more."""
    return replace(
        account.snapshot,
        name="" if is_alone else format_account_name(account.key),
        pace=pace,
        limit_reached_until=_find_blocked_until(account.snapshot),
    )


def build_account_rows(
    accounts: Sequence[StoredAccountState],
    totals_by_account: Mapping[str, Totals],
    now: datetime,
) -> tuple[AccountTableRow, ...]:
    """
    Return the accounts with what they used.

    Args:
        accounts: The accounts.
        totals_by_account: What each key used in the time that is looked at.
        now: The moment.
    """
    return tuple(
        AccountTableRow(
            account.key,
            format_account_name(account.key),
            _compute_time_left(account.snapshot.window, now),
            account.snapshot.used.percent if account.snapshot.used else None,
            totals_by_account.get(account.key, ZERO_TOTALS),
        )
        for account in accounts
    )


def _compute_time_left(
    window: Window | None, now: datetime
) -> timedelta | None:
    return window.end - now if window else None


def _find_blocked_until(snapshot: AccountSnapshot) -> datetime | None:
    """Return when the last of the limits that are used up resets."""
    limit_usages = [
        *snapshot.weekly,
        *([snapshot.used] if snapshot.used else []),
    ]
    reset_times = [
        u.resets_at
        for u in limit_usages
        if u.percent >= _FULL_PERCENT and u.resets_at
    ]
    return max(reset_times, default=None)


UNNAMED_MACHINE: Final = "unnamed machine"
_SKEW_THRESHOLD: Final = timedelta(minutes=2)
_ONE_SECOND: Final = timedelta(seconds=1)


class MachineTableRow(NamedTuple):
    """
    A machine.

    Attributes:
        skew: How its clock goes, in words.
        is_skewed: It is far enough off to move usage into another hour.
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
) -> tuple[MachineTableRow, ...]:
    """Return machines with what was sent from each, by machine id."""
    return tuple(
        MachineTableRow(
            info.machine_id,
            info.name or UNNAMED_MACHINE,
            info.version,
            info.last_sync_at,
            info.as_of,
            _format_skew(info.clock_skew_ms),
            abs(_to_timedelta(info.clock_skew_ms)) >= _SKEW_THRESHOLD,
            info.revoked_at is not None,
            totals_by_machine.get(info.machine_id, ZERO_TOTALS),
        )
        for info in infos
    )


def _to_timedelta(skew_ms: int | None) -> timedelta:
    return timedelta(milliseconds=skew_ms or 0)


def _format_skew(skew_ms: int | None) -> str:
    """Return how a clock goes; below two minutes in seconds."""
    if skew_ms is None:
        return "not told"
    skew = abs(_to_timedelta(skew_ms))
    if skew < _ONE_SECOND:
        return "right"
    direction = "ahead" if skew_ms > 0 else "behind"
    if skew < _SKEW_THRESHOLD:
        return f"{round(skew / _ONE_SECOND)}s {direction}"
    minutes = timedelta(minutes=round(skew / timedelta(minutes=1)))
    return f"{ENGLISH.format_duration(minutes)} {direction}"


_MIN_CHANGE_PERCENT: Final = 0.5
_MAX_CHANGE_PERCENT: Final = 1000


class RankedRow(NamedTuple):
    """
    A project, model, machine or account, and what it used.

    Attributes:
        share: Of the greatest of its list, 0 to 1.
        key: What a link to it takes.
        sessions: How many sessions it had; 0 where that is not told.
        last_at: When it was used last, where that is told.
    """

    name: str
    totals: Totals
    share: float = 0.0
    key: str = ""
    sessions: int = 0
    last_at: datetime | None = None


class UsageTile(NamedTuple):
    """A figure that stands alone."""

    name: str
    totals: Totals
    change: str = ""


def rank_rows(rows: Iterable[RankedRow]) -> tuple[RankedRow, ...]:
    """Return rows with their shares, the dearest first."""
    sorted_rows = sorted(rows, key=_get_cost_key)
    max_weight = max(
        (_compute_weight(row.totals) for row in sorted_rows), default=0
    )
    return tuple(
        row._replace(
            share=_compute_weight(row.totals) / max_weight
            if max_weight
            else 0.0
        )
        for row in sorted_rows
    )


def sort_rows(rows: Iterable[RankedRow], order: str) -> tuple[RankedRow, ...]:
    """Return rows in an order that a person asked for; else the latest first."""
    keys = {
        "name": lambda row: row.name.casefold(),
        "sessions": lambda row: -row.sessions,
        "messages": lambda row: -row.totals.messages,
        "tokens": lambda row: -row.totals.tokens.total,
        "cost": lambda row: -row.totals.priced_cost,
    }
    latest = sorted(rows, key=_get_recency_key)
    return tuple(sorted(latest, key=keys[order]) if order in keys else latest)


def format_change(now: Totals, before: Totals) -> str:
    """Return how a cost compares with the one before; "" if it cannot."""
    if now.cost is None or not before.cost:
        return ""
    percent = (now.cost / before.cost - 1) * 100
    if abs(percent) < _MIN_CHANGE_PERCENT:
        return "as before"
    if percent > _MAX_CHANGE_PERCENT:
        return "far more"
    direction = "more" if percent > 0 else "less"
    return f"{ENGLISH.format_percent(abs(percent))} {direction}"


def _compute_weight(totals: Totals) -> int:
    return totals.priced_cost


def _get_recency_key(row: RankedRow) -> float:
    return -row.last_at.timestamp() if row.last_at else 0.0


def _get_cost_key(row: RankedRow) -> tuple[int, int, str]:
    return -row.totals.priced_cost, -row.totals.tokens.total, row.name


class SessionTableRow(NamedTuple):
    """A session and what it used."""

    session_id: str
    project: str
    totals: Totals
    first_at: datetime
    last_at: datetime

    @classmethod
    def from_usage(cls, usage: SessionUsage) -> SessionTableRow:
        return cls(
            usage.session_id,
            usage.project,
            usage.totals,
            from_epoch_ms(usage.first_ms),
            from_epoch_ms(usage.last_ms),
        )

    @property
    def lasted(self) -> timedelta:
        return self.last_at - self.first_at
