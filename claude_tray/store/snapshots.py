"""The snapshot that the store amounts to now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from claude_tray.domain.days import first_cell_of
from claude_tray.domain.snapshot import Share, Snapshot
from claude_tray.store import profiles, sums
from claude_tray.store.past import (
    Past,
    by_model,
    by_project,
    past_before,
    summed,
    total,
)
from claude_tray.store.rankings import by_project_and_model
from claude_tray.store.rollups import CELL_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, tzinfo

    from claude_tray.domain.account import Account
    from claude_tray.domain.snapshot import ProfileState
    from claude_tray.domain.totals import Totals
    from claude_tray.store.connection import Reader, Writer

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
        # A day, its first cell, and what was used before it.
        self._held: tuple[date, int, Past] | None = None
        self._version = 0

    def changed(self, from_ms: int) -> None:
        """Take note that records from this moment on have changed."""
        if self._held and from_ms < self._held[1] * CELL_MS:
            self._held = None

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
        midnight, past = self._turn_to(now)
        today = by_project_and_model(self._reader, midnight, _FOR_EVER)
        models_today = by_model(today)
        spent = total(models_today.values())
        models = summed(past.models, models_today.items())
        projects = summed(past.projects, by_project(today).items())
        names = past.names_of(projects)
        states = [
            replace(
                profiles.state_of(self._reader, account, now),
                is_provisional=is_provisional,
                today=self._today_of(account, midnight)
                if len(accounts) > 1
                else spent,
            )
            for account in accounts
        ]
        states.sort(key=_last_used, reverse=True)
        return Snapshot(
            taken_at=now,
            profiles=tuple(states),
            today=spent,
            last_7_days=past.week.plus(spent),
            last_30_days=past.month.plus(spent),
            projects=_ranking((names[p], t) for p, t in projects.items()),
            models=_ranking(models.items()),
            unpriced_models=tuple(
                sorted(model for model, t in models.items() if t.unpriced),
            ),
        )

    def _today_of(self, account: Account, midnight: int) -> Totals:
        return sums.of_account(
            self._reader,
            midnight * CELL_MS,
            _FOR_EVER * CELL_MS,
            account.key,
        )

    def _turn_to(self, now: datetime) -> tuple[int, Past]:
        """Return today's first cell, and what was used before it."""
        (version,) = self._reader.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            # Another process has written: an import, perhaps.
            self._version = version
            self._held = None
        today = now.astimezone(self._zone).date()
        midnight = first_cell_of(today, self._zone)
        if self._held is None or self._held[:2] != (today, midnight):
            past = past_before(self._reader, today, self._zone)
            self._held = today, midnight, past
        return self._held[1:]


def _ranking(sums: Iterable[tuple[str, Totals]]) -> tuple[Share, ...]:
    """Return the dearest; among those without a price, the most used."""
    dearest = sorted(sums, key=_by_cost)[:SHOWN]
    return tuple(Share(name, totals) for name, totals in dearest)


def _by_cost(part: tuple[str, Totals]) -> tuple[int, int, str]:
    name, totals = part
    return -totals.priced_cost, -totals.tokens.total, name


def _last_used(state: ProfileState) -> float:
    return state.last_record_at.timestamp() if state.last_record_at else 0.0
