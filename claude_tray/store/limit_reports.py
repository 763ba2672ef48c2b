"""Store what each source reported last about each limit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.core.limit_merge import (
    find_newest_reports,
    follow_report,
    is_reported_absent,
    select_current,
)
from claude_tray.core.limits import (
    CLOCK_TOLERANCE_MS,
    FIVE_HOUR,
    SAME_RESET_TOLERANCE_MS,
    SEVEN_DAY,
    LimitMoney,
    LimitSample,
    LimitSource,
    identify_limit,
)
from claude_tray.core.receipt_limits import find_receipt_limit
from claude_tray.store import metadata
from claude_tray.store.limit_curves import save_curve
from claude_tray.store.schema import ACCOUNT_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.store.connection import Reader, Writer


_COLUMNS: Final = """
    name, source, session, percent, resets_ms, observed_ms, active_ms,
    since_ms, is_change, money_used, money_limit, currency, period
"""
_SELECT_REPORTS: Final = f"""
    SELECT {_COLUMNS}, iif(report.session = '', NULL, (
        SELECT max(last_ms) FROM session WHERE uuid = report.session))
    FROM limit_report report WHERE profile = {ACCOUNT_ID}
"""
_SELECT_LIMIT_REPORTS: Final = f"{_SELECT_REPORTS} AND name = ?"
_SELECT_REPORT: Final = f"""
    {_SELECT_LIMIT_REPORTS} AND source = ? AND report.session = ?
"""
_SELECT_LAST_USE: Final = "SELECT max(last_ms) FROM session WHERE uuid = ?"
_SELECT_LAST_REPORT: Final = f"""
    SELECT max(observed_ms) FROM limit_report
    WHERE profile = {ACCOUNT_ID} AND source = '{LimitSource.STATUSLINE}'
"""
_HAS_REPORTS: Final = """
    SELECT EXISTS (SELECT 1 FROM limit_report)
        OR EXISTS (SELECT 1 FROM forecast)
"""
_UPSERT_REPORT: Final = f"""
    INSERT OR REPLACE INTO limit_report (profile, {_COLUMNS})
    SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
    FROM profile WHERE account = ?
"""
# A source that no longer names a limit reports it as absent.
_SELECT_REPORTED_NAMES: Final = f"""
    SELECT DISTINCT name FROM limit_report
    WHERE profile = {ACCOUNT_ID} AND source = ?
        AND (percent IS NOT NULL OR money_used IS NOT NULL)
"""
# Reports about limits that nobody has mentioned for so long are deleted, and
# the oldest ones if there are too many.
_MAX_AGE_MS: Final = 31 * 86_400_000
_MAX_REPORTS: Final = 1_024
_DELETE_OLD_REPORTS: Final = f"""
    DELETE FROM limit_report WHERE profile = {ACCOUNT_ID} AND (
        observed_ms < ? OR (name, source, session) IN (
            SELECT name, source, session FROM limit_report
            WHERE profile = {ACCOUNT_ID}
            ORDER BY observed_ms DESC, name LIMIT -1 OFFSET {_MAX_REPORTS}))
"""
_SELECT_SAME_RESET: Final = f"""
    SELECT resets_ms FROM told_limit WHERE profile = {ACCOUNT_ID}
        AND name = ? AND resets_ms BETWEEN ? AND ?
"""
_UPSERT_RESET: Final = """
    INSERT OR REPLACE INTO told_limit (profile, name, resets_ms, percent, told_ms)
    SELECT id, ?, ?, ?, ? FROM profile WHERE account = ?
"""
_DELETE_REVOKED_RESETS: Final = f"""
    DELETE FROM told_limit WHERE profile = {ACCOUNT_ID}
        AND name = ? AND resets_ms > ? AND resets_ms > ?
"""
_DELETE_OLD_POINTS: Final = f"""
    DELETE FROM limit_curve WHERE profile = {ACCOUNT_ID} AND at_ms < ?
"""
# Usage with an API key counts against no limit.
_API_PLAN: Final = "API"
# A response may be written shortly after the report that knows it.
_WRITE_DELAY_MS: Final = 60_000


class CurrentLimits(NamedTuple):
    """
    Limits of an account.

    Attributes:
        samples: Those that apply now, the 5-hour limit first.
        has_window: False if the account is known to have no 5-hour limit.
        plan: Name of the subscription; empty if unknown.
    """

    samples: list[LimitSample]
    has_window: bool
    plan: str


def has_limit_reports(reader: Reader | Writer) -> bool:
    """Return whether there is a report of any limit, or a forecast of one."""
    row = reader.execute(_HAS_REPORTS).fetchone()
    return bool(row[0])


def load_last_report_ms(reader: Reader | Writer, account: str) -> int | None:
    """Return when the status line reported last; None without a report."""
    (observed_ms,) = reader.execute(_SELECT_LAST_REPORT, (account,)).fetchone()
    return None if observed_ms is None else int(observed_ms)


def load_current_limits(
    reader: Reader | Writer,
    account: str,
    now_ms: int,
    more_samples: Iterable[LimitSample] = (),
    chosen_plan: str = "",
) -> CurrentLimits:
    """
    Return an account's current limits.

    Args:
        reader: Open database.
        account: Account key.
        now_ms: Current time.
        more_samples: Samples from elsewhere, such as limit messages.
        chosen_plan: Plan in the settings; empty if unknown.
    """
    newest = find_newest_reports(
        [*load_reports(reader, account), *more_samples], now_ms
    )
    samples = select_current(newest, now_ms)
    plan = metadata.get_value(reader, metadata.PLAN_PREFIX + account)
    is_paid_by_use = _API_PLAN in (plan, chosen_plan.upper()) and not any(
        sample.name == FIVE_HOUR for sample in samples
    )
    return CurrentLimits(
        samples,
        not is_paid_by_use
        and not is_reported_absent(newest, account, FIVE_HOUR, now_ms),
        plan,
    )


def load_reports(reader: Reader | Writer, account: str) -> list[LimitSample]:
    """Return the last report of each source and session about each limit."""
    return [
        _parse_report(account, row)
        for row in reader.execute(_SELECT_REPORTS, (account,))
    ]


def list_reported_names(
    reader: Reader | Writer, account: str, source: LimitSource
) -> set[str]:
    """Return the limits that a source has reported for an account."""
    rows = reader.execute(_SELECT_REPORTED_NAMES, (account, source))
    return {name for (name,) in rows}


def save_samples(
    writer: Writer, samples: Iterable[LimitSample], now_ms: int | None = None
) -> set[str]:
    """
    Save samples of accounts that have usage, the oldest first.

    Args:
        writer: Open database.
        samples: Plausible samples.
        now_ms: Current time; None means that of the newest sample.

    Returns:
        Accounts whose 5-hour windows have changed.
    """
    ordered = sorted(samples, key=lambda sample: sample.observed_at_ms)
    if not ordered:
        return set()
    if now_ms is None:
        now_ms = ordered[-1].observed_at_ms
    return {
        sample.account
        for sample in ordered
        if _save_report(writer, sample, now_ms)
        and find_receipt_limit(sample.name) is not None
        and _save_reset(writer, sample, now_ms)
        and sample.name == FIVE_HOUR
    }


def clear_reports(writer: Writer) -> None:
    """Forget all reports, as if no limit had ever been reported."""
    for table in ("limit_report", "told_limit", "limit_curve"):
        writer.execute(f"DELETE FROM {table}")


def prune_reports(
    writer: Writer, accounts: Iterable[str], now_ms: int
) -> None:
    """Delete old reports of accounts, and the oldest if there are many."""
    for account in accounts:
        oldest_ms = now_ms - _MAX_AGE_MS
        writer.execute(_DELETE_OLD_REPORTS, (account, oldest_ms, account))
        writer.execute(_DELETE_OLD_POINTS, (account, oldest_ms))


def _save_report(writer: Writer, sample: LimitSample, now_ms: int) -> bool:
    """Save a report; return False if a later one is stored."""
    key = sample.account, sample.name, sample.source, sample.session
    row = writer.execute(_SELECT_REPORT, key).fetchone()
    previous = _parse_report(sample.account, row) if row else None
    if previous is not None:
        if previous.observed_at_ms > now_ms + CLOCK_TOLERANCE_MS:
            # From before the clock was set back.
            previous = None
        elif previous.observed_at_ms > sample.observed_at_ms:
            return False
    if sample.session:
        (last_ms,) = writer.execute(
            _SELECT_LAST_USE, (sample.session,)
        ).fetchone()
        sample = _add_last_use(sample, last_ms)
    report = follow_report(previous, sample)
    if report is previous:
        return False
    money = report.money
    writer.execute(
        _UPSERT_REPORT,
        (
            report.name,
            report.source,
            report.session,
            report.percent,
            report.resets_ms,
            report.observed_at_ms,
            report.active_at_ms,
            report.since_ms,
            report.is_change,
            str(money.used) if money else None,
            None if not money or money.limit is None else str(money.limit),
            money.currency if money else "",
            money.period if money else "",
            report.account,
        ),
    )
    return True


def _save_reset(writer: Writer, sample: LimitSample, now_ms: int) -> bool:
    """
    Save the end of a limit's window; return whether it was not known.

    The newest informed report revokes later ends that had been reported.
    """
    account, name = sample.account, identify_limit(sample.name).name
    as_of_ms = min(now_ms, sample.observed_at_ms)
    newest = _find_newest(writer, account, name, as_of_ms)
    if newest is None:
        # The only session was idle for long.
        return False
    is_newest = (newest.source, newest.session) == (
        sample.source,
        sample.session,
    )
    has_revoked = False
    if is_newest and (newest.resets_ms is not None or not newest.percent):
        end_ms = newest.resets_ms or 0
        cursor = writer.execute(
            _DELETE_REVOKED_RESETS,
            (account, name, as_of_ms, end_ms + SAME_RESET_TOLERANCE_MS),
        )
        has_revoked = cursor.rowcount > 0
    resets_ms, percent = sample.resets_ms, sample.percent
    if resets_ms is None or percent is None:
        return has_revoked
    if not is_newest and resets_ms > (newest.resets_ms or 0):
        return False
    same_reset = (
        resets_ms - SAME_RESET_TOLERANCE_MS,
        resets_ms + SAME_RESET_TOLERANCE_MS,
    )
    row = writer.execute(
        _SELECT_SAME_RESET, (account, name, *same_reset)
    ).fetchone()
    if is_newest:
        save_curve(writer, [newest])
    if is_newest or row is None:
        values = percent, sample.observed_at_ms, account
        end_ms = row[0] if row else resets_ms
        writer.execute(_UPSERT_RESET, (name, end_ms, *values))
    return has_revoked or row is None


def _find_newest(
    writer: Writer, account: str, name: str, as_of_ms: int
) -> LimitSample | None:
    """Return the newest informed report of a limit."""
    if name in (FIVE_HOUR, SEVEN_DAY):
        rows = writer.execute(_SELECT_LIMIT_REPORTS, (account, name))
        reports = [_parse_report(account, row) for row in rows]
    else:
        # Other names may be of the same limit.
        reports = load_reports(writer, account)
    return find_newest_reports(reports, as_of_ms).get((account, name))


def _parse_report(account: str, row: Sequence[Any]) -> LimitSample:
    """Return the sample of a row of _SELECT_REPORTS."""
    name, source, session, percent, resets_ms, observed_ms, *rest = row
    active_ms, since_ms, is_change, used, limit, currency, period = rest[:7]
    sample = LimitSample(
        account,
        name,
        percent,
        resets_ms,
        observed_ms,
        LimitSource(source),
        session,
        active_ms,
        None
        if used is None
        else LimitMoney(
            Decimal(used),
            None if limit is None else Decimal(limit),
            currency,
            period,
        ),
        since_ms,
        bool(is_change),
    )
    return _add_last_use(sample, rest[7])


def _add_last_use(sample: LimitSample, last_ms: int | None) -> LimitSample:
    """Add the last response of a session, unless it came after the report."""
    if last_ms is None or last_ms > sample.observed_at_ms + _WRITE_DELAY_MS:
        return sample
    return sample._replace(active_at_ms=last_ms)
