"""The snapshot that the store amounts to now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import TYPE_CHECKING, Final

from claude_tray.domain.days import first_cell_of
from claude_tray.domain.project import labels
from claude_tray.domain.snapshot import Share, Snapshot
from claude_tray.domain.totals import NOTHING, Totals
from claude_tray.store import profiles, rankings, sums
from claude_tray.store.rollups import CELL_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, tzinfo

    from claude_tray.domain.account import Account
    from claude_tray.domain.snapshot import ProfileState
    from claude_tray.store.connection import Reader, Writer
    from claude_tray.store.rankings import Key

SHOWN: Final = 8
_FOR_EVER: Final = 1 << 40


class Snapshots:
    """
    Takes snapshots of a store that changes mostly at its end.

    What was used on earlier days is summed once a day, and anew when it
    changed.

    Args:
        reader: The store.
        zone: Where days begin; None is this machine's.
    """

    def __init__(
        self,
        reader: Reader | Writer,
        zone: tzinfo | None = None,
    ) -> None:
        self._reader = reader
        self._zone = zone
        self._day: tuple[date, int] | None = None
        self._version = 0
        self._week: dict[Key, Totals] = {}
        self._month: dict[Key, Totals] = {}

    def changed(self, from_ms: int) -> None:
        """Take note that records from this moment on have changed."""
        if self._day and from_ms < self._day[1] * CELL_MS:
            self._day = None

    def current(
        self,
        accounts: Sequence[Account],
        now: datetime,
        *,
        is_provisional: bool = False,
    ) -> Snapshot:
        """
        Return the state of all accounts.

        Args:
            accounts: Those whose folders are followed.
            now: Aware.
            is_provisional: History is still being read.
        """
        midnight = self._turn_to(now)
        of = rankings.by_project_and_model
        today = of(self._reader, midnight, _FOR_EVER)
        week = _added(self._week, today)
        month = _added(self._month, week)
        names = labels(path for path, _ in month)
        states = [
            replace(
                profiles.state_of(self._reader, account, now),
                is_provisional=is_provisional,
                today=self._today_of(account, midnight)
                if len(accounts) > 1
                else _total(today),
            )
            for account in accounts
        ]
        states.sort(key=_last_used, reverse=True)
        return Snapshot(
            taken_at=now,
            profiles=tuple(states),
            today=_total(today),
            last_7_days=_total(week),
            last_30_days=_total(month),
            projects=_ranking(
                (names[path], totals) for (path, _), totals in month.items()
            ),
            models=_ranking(
                (model, totals) for (_, model), totals in month.items()
            ),
            unpriced_models=tuple(
                sorted({key[1] for key, t in month.items() if t.unpriced}),
            ),
        )

    def _today_of(self, account: Account, midnight: int) -> Totals:
        return sums.of_account(
            self._reader,
            midnight * CELL_MS,
            _FOR_EVER * CELL_MS,
            account.key,
        )

    def _turn_to(self, now: datetime) -> int:
        """Sum up the earlier days if need be; return today's first cell."""
        (version,) = self._reader.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            # Another process has written: an import, perhaps.
            self._version = version
            self._day = None
        today = now.astimezone(self._zone).date()
        midnight = first_cell_of(today, self._zone)
        if self._day != (today, midnight):
            week = first_cell_of(today - timedelta(days=6), self._zone)
            month = first_cell_of(today - timedelta(days=29), self._zone)
            of = rankings.by_project_and_model
            self._week = of(self._reader, week, midnight)
            self._month = of(self._reader, month, week)
            self._day = (today, midnight)
        return midnight


def _added(
    one: dict[Key, Totals],
    other: dict[Key, Totals],
) -> dict[Key, Totals]:
    total = one.copy()
    for key, totals in other.items():
        total[key] = total.get(key, NOTHING).plus(totals)
    return total


def _total(parts: dict[Key, Totals]) -> Totals:
    return reduce(Totals.plus, parts.values(), NOTHING)


def _ranking(parts: Iterable[tuple[str, Totals]]) -> tuple[Share, ...]:
    """Return the dearest; among those without a price, the most used."""
    sums: dict[str, Totals] = {}
    for name, totals in parts:
        sums[name] = sums.get(name, NOTHING).plus(totals)
    shares = [Share(name, totals) for name, totals in sums.items()]
    shares.sort(key=_by_cost)
    return tuple(shares[:SHOWN])


def _by_cost(share: Share) -> tuple[int, int, str]:
    totals = share.totals
    return -totals.priced_cost, -totals.tokens.total, share.name


def _last_used(state: ProfileState) -> float:
    return state.last_record_at.timestamp() if state.last_record_at else 0.0
