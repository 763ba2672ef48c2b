"""Find the 5-hour windows of a Claude account over all its machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core.limits import FIVE_HOUR, SAME_RESET_TOLERANCE_MS
from claude_tray.core.windows import (
    MAX_INFERENCE_SAMPLES,
    RULE_STEP_MS,
    WINDOW_MS,
    OfficialWindow,
    WindowBounds,
    WindowRule,
    WindowRules,
    build_official_windows,
    compute_window_bounds,
    infer_rule,
)
from claude_tray.server.usage.bulk_sql import fetch_rows, is_postgres
from claude_tray.server.usage.window_chains import (
    WindowChain,
    load_chain,
    save_chain,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


_DAY_MS: Final = 86_400_000
# Records of later windows may still arrive.
_MIN_FINISHED_MS: Final = 2 * _DAY_MS
# Windows are looked for from here on, at the earliest.
_RECENT_MS: Final = _MIN_FINISHED_MS + _DAY_MS
# Clocks differ: records further in the future than this open no window.
CLOCK_TOLERANCE_MS: Final = 300_000
# A first record this long after the reported start did not open the window.
_MAX_START_DELAY_MS: Final = 3_600_000
_FIRST_RECORD_SQL: Final = """
    SELECT at_ms FROM usage_usagesnapshot
    WHERE user_id = %s AND account_id = %s AND at_ms >= %s AND at_ms <= %s AND messages > 0
    ORDER BY at_ms LIMIT 1
"""
# The same for many accounts and times at once.
_FIRST_RECORDS_SQL: Final = """
    SELECT column1, column2, (
        SELECT at_ms FROM usage_usagesnapshot
        WHERE user_id = %s AND account_id = column1
            AND at_ms >= column3 AND at_ms <= column4 AND messages > 0
        ORDER BY at_ms LIMIT 1
    ) FROM (VALUES {rows}) AS wanted
"""
_RESETS_SQL: Final = (
    "SELECT account_id, resets_ms FROM usage_limittold"
    " WHERE user_id = %s AND account_id = %s AND name = %s"
    " AND percent IS NOT NULL ORDER BY resets_ms DESC"
)
# One index seek for each window: a row is the window's first record and the end
# of the window before it.
_CHAIN_SQL: Final = """
    WITH RECURSIVE chain(first_ms, last_end) AS (
        SELECT CAST(%(first)s AS bigint), CAST(%(end)s AS bigint)
        UNION ALL
        SELECT (
            SELECT at_ms FROM usage_usagesnapshot
            WHERE user_id = %(user)s AND account_id = %(account)s
                AND at_ms <= %(until)s AND at_ms >= {end} AND messages > 0
            ORDER BY at_ms LIMIT 1
        ), {end}
        FROM chain WHERE first_ms IS NOT NULL
    )
    SELECT first_ms, last_end FROM chain WHERE first_ms IS NOT NULL
"""
_END_SQL: Final = (
    "{greatest}(first_ms - first_ms %% %(step)s, last_end) + %(w)s"
)


class AccountWindows(NamedTuple):
    """
    The windows of an account.

    Attributes:
        user: Primary key of the user.
        account_pk: Primary key of the account.
        rules: Window rule and reported windows.
        chain: Up to where the windows are finished.
    """

    user: int
    account_pk: int
    rules: WindowRules
    chain: WindowChain

    def iter_bounds(
        self, now_ms: int, since_ms: int = 0
    ) -> Iterator[WindowBounds]:
        """
        Yield the windows up to now, oldest first.

        Those that end before `since_ms` may be left out.
        """
        last_end = self._find_start(since_ms)
        latest = now_ms + CLOCK_TOLERANCE_MS
        first_ms = self._find_first_record(last_end, latest)
        while first_ms is not None:
            chain, is_last = self._load_chain(first_ms, last_end, latest)
            for each_ms, previous_end in chain:
                bounds = compute_window_bounds(
                    each_ms, previous_end, self.rules
                )
                yield bounds
                last_end = bounds.end_ms
            first_ms = (
                None if is_last else self._find_first_record(last_end, latest)
            )

    def remember_finished(self, now_ms: int) -> None:
        """
        Remember the windows that finished days ago.

        It writes at most once a day for an account in use. Afterwards windows
        of the last days are cheap at any length of the history.
        """
        until_ms = now_ms - _MIN_FINISHED_MS
        start_ms = self._find_start(until_ms)
        if (
            start_ms > until_ms - _DAY_MS
            or self._find_first_record(start_ms, until_ms - _DAY_MS) is None
        ):
            return

        def find_end() -> int:
            chain = load_chain(self.user, self.account_pk)
            ends = [
                bounds.end_ms
                for bounds in self._replace(chain=chain).iter_bounds(
                    until_ms, until_ms
                )
                if bounds.end_ms <= until_ms
            ]
            return max(ends, default=0)

        save_chain(self.user, self.account_pk, self.rules.rule, find_end)

    def _find_start(self, since_ms: int) -> int:
        """Return the last known end of a window that is not after a time."""
        ends = [
            official.end_ms
            for official in self.rules.official_windows
            if official.end_ms <= since_ms
        ]
        chain_ms = self.chain.get_end(self.rules.rule)
        return max([*ends, chain_ms if chain_ms <= since_ms else 0])

    def _find_first_record(self, from_ms: int, until_ms: int) -> int | None:
        found = fetch_rows(
            _FIRST_RECORD_SQL, [self.user, self.account_pk, from_ms, until_ms]
        )
        return found[0][0] if found else None

    def _load_chain(
        self, first_ms: int, last_end: int, latest: int
    ) -> tuple[list[tuple[int, int]], bool]:
        """
        Find windows from a first record on, as far as they follow the rule.

        Returns:
            First record and end of the window before it, of each window, and
            whether these are all.
        """
        official = next(
            (o for o in self.rules.official_windows if o.end_ms > first_ms),
            None,
        )
        if official is not None and official.start_ms <= first_ms:
            return [(first_ms, last_end)], False
        until = latest if official is None else official.start_ms - 1
        greatest = "greatest" if is_postgres() else "max"
        parameters = {
            "first": first_ms,
            "end": last_end,
            "user": self.user,
            "account": self.account_pk,
            "until": until,
            "step": RULE_STEP_MS[self.rules.rule],
            "w": WINDOW_MS,
        }
        sql = _CHAIN_SQL.format(end=_END_SQL.format(greatest=greatest))
        return fetch_rows(sql, parameters), official is None


def load_window_rules(
    user: int,
    account_pks: Collection[int],
    rule: WindowRule | None,
    now_ms: int,
    last_count: int | None = None,
) -> dict[int, WindowRules]:
    """
    Return the rules that determine the windows of accounts.

    Args:
        user: Primary key of the user.
        account_pks: Primary keys of the accounts.
        rule: Configured rule, which applies to all windows except a reported
            open one. None infers the rule from reported windows.
        now_ms: Current time.
        last_count: Load at least this many of the last reported windows, and
            those of the last days; None loads all.
    """
    reported = load_official_windows(user, account_pks, now_ms, last_count)
    if rule is not None:
        return {
            pk: WindowRules(
                rule, tuple(w for w in windows if w.end_ms > now_ms)
            )
            for pk, windows in reported.items()
        }
    pairs = _load_inference_pairs(user, reported)
    return {
        pk: infer_rule(pairs[pk])._replace(official_windows=windows)
        for pk, windows in reported.items()
    }


def load_official_windows(
    user: int,
    account_pks: Collection[int],
    now_ms: int,
    last_count: int | None = None,
) -> dict[int, tuple[OfficialWindow, ...]]:
    """Load the 5-hour windows that Claude Code reported, oldest first."""
    resets: dict[int, list[int]] = {pk: [] for pk in account_pks}
    limit = "" if last_count is None else f" LIMIT {last_count}"
    sql, parameters = [], list[int | str]()
    for pk in resets:
        sql.append(f"SELECT * FROM ({_RESETS_SQL}{limit}) AS last")
        parameters += [user, pk, FIVE_HOUR]
    if sql:
        for pk, resets_ms in fetch_rows(" UNION ALL ".join(sql), parameters):
            resets[pk].append(resets_ms)
    windows = {pk: build_official_windows(ms) for pk, ms in resets.items()}
    incomplete = [
        pk
        for pk, found in windows.items()
        if len(resets[pk]) == last_count
        and found[0].end_ms > now_ms - _RECENT_MS
    ]
    if incomplete:
        windows |= load_official_windows(user, incomplete, now_ms)
    return windows


def _load_inference_pairs(
    user: int, reported: dict[int, tuple[OfficialWindow, ...]]
) -> dict[int, list[tuple[int, int]]]:
    """Load start and first record of each account's last windows."""
    pairs: dict[int, list[tuple[int, int]]] = {pk: [] for pk in reported}
    starts = [
        (pk, window.start_ms)
        for pk, windows in reported.items()
        for window in windows[-MAX_INFERENCE_SAMPLES:]
    ]
    if not starts:
        return pairs
    sql = _FIRST_RECORDS_SQL.format(
        rows=", ".join(["(%s, %s, %s, %s)"] * len(starts))
    )
    parameters = [
        value
        for pk, start_ms in starts
        for value in (
            pk,
            start_ms,
            start_ms - SAME_RESET_TOLERANCE_MS,
            start_ms + _MAX_START_DELAY_MS,
        )
    ]
    for pk, start_ms, first_ms in fetch_rows(sql, [user, *parameters]):
        if first_ms is not None:
            pairs[pk].append((start_ms, first_ms))
    return {pk: sorted(found) for pk, found in pairs.items()}
