"""Store the limits that a provider's own tool reports."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.core import limit_merge
from claude_tray.core.limits import (
    CLOCK_TOLERANCE_MS,
    FIVE_HOUR,
    LimitKind,
    LimitSource,
    identify_limit,
)
from claude_tray.ingest.config import EngineConfig, list_accounts
from claude_tray.store import accounts as stored_accounts
from claude_tray.store import (
    claude_reports,
    connection,
    limit_curves,
    limit_reports,
    lookup_ids,
    metadata,
    project_roots,
    session_owners,
    windows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.limits import (
        LimitSample,
    )
    from claude_tray.providers.base import Provider, SpooledSample
    from claude_tray.providers.registry import AccountFolder


# Metadata: number of samples received so far.
SAMPLE_COUNT_KEY: Final = "statusline_heard"
# Metadata: number of values in samples that could not be read so far.
IGNORED_COUNT_KEY: Final = "limits_ignored"
# Metadata: number of such values in the caches as they are now.
CACHE_IGNORED_KEY: Final = "cached_limits_ignored"
# Metadata: time of the last sample of a history; the account key follows.
_HISTORY_END_PREFIX: Final = "history "
# Metadata: how far the local clock was behind, and when, in milliseconds.
CLOCK_BEHIND_KEY: Final = "clock_behind"


def ingest_statusline_samples(
    writer: connection.Writer, config: EngineConfig, now_ms: int
) -> bool:
    """
    Store the samples in the spool and delete their files.

    Files are deleted after the commit: a crash in between stores a sample
    twice, which changes nothing. Percentages of different accounts are never
    mixed: a sample belongs to the account that its session names, else to that
    of the folder that contains its transcript. Of an unfollowed folder, only the path is stored, so that it
    can be suggested.

    Returns:
        True if any limit is current.
    """
    if config.spool_dir is None:
        return False
    has_current = False
    for provider in dict.fromkeys(f.provider for f in config.folders):
        samples = provider.read_samples(config.spool_dir)
        if samples:
            has_current |= _store_samples(
                writer, config, provider, samples, now_ms
            )
            for sample in samples:
                sample.delete()
    return has_current


def ingest_cached_limits(
    writer: connection.Writer, config: EngineConfig, now_ms: int
) -> bool:
    """Store the limits that tools cached; return whether any is current."""
    reports: list[_Report] = []
    ignored = 0
    plans: dict[str, str] = {}
    histories: dict[str, tuple[LimitSample, ...]] = {}
    for folder in config.folders:
        info = folder.provider.load_account(folder.path)
        if info is None:
            continue
        ignored += info.ignored
        # Sessions may name an account that the file does not have.
        is_of_folder = folder.account == folder.qualify_account(info.account)
        plan = info.plan if is_of_folder else ""
        plans[folder.account] = plan or plans.get(folder.account, "")
        limits = [
            limit._replace(account=folder.account) for limit in info.limits
        ]
        if limits:
            reports.append(_Report(limits, info.unreadable))
        histories[folder.account] = info.history
    with connection.transaction(writer):
        _update_value(writer, CACHE_IGNORED_KEY, str(ignored or ""))
        for account, plan in plans.items():
            _update_value(writer, metadata.PLAN_PREFIX + account, plan)
        new_histories = [
            account
            for account, history in histories.items()
            if _save_history(writer, account, history, now_ms)
        ]
        has_current = bool(reports) and _save_limits(
            writer, config, reports, now_ms
        )
        return bool(new_histories) or has_current


def _save_history(
    writer: connection.Writer,
    account: str,
    history: Sequence[LimitSample],
    now_ms: int,
) -> bool:
    """
    Store the new percentages of the last weeks; return whether any is.

    The newest of each limit counts like a report. It has no reset, and says
    nothing about limits that it lacks.
    """
    key = _HISTORY_END_PREFIX + account
    last_ms = int(metadata.get_value(writer, key, "0"))
    if last_ms > now_ms:
        # From before the clock was set back.
        last_ms = 0
    if not history or history[-1].observed_at_ms <= last_ms:
        return False
    new_samples = [
        sample._replace(account=account)
        for sample in history
        if last_ms < sample.observed_at_ms <= now_ms
    ]
    if not new_samples:
        return False
    metadata.set_value(writer, key, str(new_samples[-1].observed_at_ms))
    _create_accounts(writer, {account})
    limit_curves.save_curve(writer, new_samples)
    newest = {sample.name: sample for sample in new_samples}
    limit_reports.save_samples(writer, newest.values(), now_ms)
    return True


def _update_value(writer: connection.Writer, key: str, value: str) -> None:
    """Store a value unless it is stored or has never been."""
    if metadata.get_value(writer, key) != value:
        metadata.set_value(writer, key, value)


def count_ignored_values(
    reader: connection.Reader | connection.Writer,
) -> tuple[int, int]:
    """Return how many values of samples and caches could not be read."""
    in_samples = metadata.get_value(reader, IGNORED_COUNT_KEY)
    in_caches = metadata.get_value(reader, CACHE_IGNORED_KEY)
    return int(in_samples or 0), int(in_caches or 0)


class _Report(NamedTuple):
    """
    All limits that one source reported at one time.

    Attributes:
        limits: At least one, all of one account.
        unreadable: Names of limits whose values could not be read.
    """

    limits: list[LimitSample]
    unreadable: tuple[str, ...]


def _store_samples(
    writer: connection.Writer,
    config: EngineConfig,
    provider: Provider,
    samples: Sequence[SpooledSample],
    now_ms: int,
) -> bool:
    folders = [f for f in config.folders if f.provider is provider]
    account_by_path = _map_folders_to_accounts(samples, folders)
    owners = session_owners.load_owners(
        writer, {s.session.uuid for s in samples if s.session}
    )
    followed_samples = [
        (
            s,
            owners.get(s.session.uuid if s.session else "")
            or account_by_path[s.folder],
        )
        for s in samples
        if s.folder in account_by_path
    ]
    unfollowed = {s.folder for s in samples} - account_by_path.keys() - {""}
    reports = [
        _Report(limits, sample.unreadable)
        for sample, account in followed_samples
        if (limits := sample.to_limits(account))
    ]
    with connection.transaction(writer):
        _create_accounts(writer, {account for _, account in followed_samples})
        claude_reports.save_statusline_sessions(
            writer, [(s.session, account) for s, account in followed_samples]
        )
        for sample in samples:
            if sample.worktree:
                project_roots.save_reported_root(writer, *sample.worktree)
        stored_accounts.save_seen_folders(
            writer, sorted(map(os.path.realpath, unfollowed)), now_ms
        )
        metadata.increment(writer, SAMPLE_COUNT_KEY, len(samples))
        if ignored := sum(sample.ignored for sample in samples):
            metadata.increment(writer, IGNORED_COUNT_KEY, ignored)
        return _save_limits(writer, config, reports, now_ms)


def _save_limits(
    writer: connection.Writer,
    config: EngineConfig,
    reports: Sequence[_Report],
    now_ms: int,
) -> bool:
    """Store the plausible limits; return whether any is current."""
    samples = [sample for report in reports for sample in report.limits]
    if behind_ms := limit_merge.compute_clock_lead(samples):
        metadata.set_value(writer, CLOCK_BEHIND_KEY, f"{behind_ms} {now_ms}")
    _create_accounts(writer, {sample.account for sample in samples})
    plausible: list[LimitSample] = []
    changed_accounts: set[str] = set()
    # One by one: what a report lacks depends on the reports before it.
    for report in sorted(reports, key=_get_report_time):
        completed = _complete_report(writer, report, now_ms)
        plausible += completed
        changed_accounts |= limit_reports.save_samples(
            writer, completed, now_ms
        )
    limit_reports.prune_reports(
        writer, {sample.account for sample in plausible}, now_ms
    )
    for account in list_accounts(config):
        if account.key in changed_accounts:
            # A new official window may change the inferred rule as well.
            windows.invalidate_closed(writer, 0, account.key)
            windows.persist_closed(writer, account, now_ms)
    return bool(limit_merge.merge_limit_samples(plausible, now_ms)) or any(
        sample.is_absent for sample in plausible
    )


def _get_report_time(report: _Report) -> int:
    return report.limits[0].observed_at_ms


def _complete_report(
    writer: connection.Writer, report: _Report, now_ms: int
) -> list[LimitSample]:
    """
    Return a report's plausible samples, and those of limits that it lacks.

    A report of other windows without the 5-hour limit says that there is
    none; likewise for limits that the same source has reported before.
    """
    first = report.limits[0]
    if first.observed_at_ms > now_ms + CLOCK_TOLERANCE_MS:
        return []
    plausible = limit_merge.filter_plausible(report.limits)
    named = {identify_limit(limit.name).name for limit in report.limits}
    named.update(report.unreadable)
    has_window = any(
        identify_limit(sample.name).kind is not LimitKind.SPEND
        or sample.source is LimitSource.STATUSLINE
        for sample in plausible
    )
    if not has_window:
        return plausible
    known = limit_reports.list_reported_names(
        writer, first.account, first.source
    )
    missing = [
        name
        for name in {FIVE_HOUR, *known}
        if identify_limit(name).name not in named
    ]
    absent = first._replace(percent=None, resets_ms=None, money=None)
    return plausible + [absent._replace(name=name) for name in sorted(missing)]


def _create_accounts(
    writer: connection.Writer, accounts: Iterable[str]
) -> None:
    """Create the rows that samples refer to."""
    ids = lookup_ids.LookupIds(writer)
    for key in sorted(accounts):
        ids.get_account_id(key)


def _map_folders_to_accounts(
    samples: Iterable[SpooledSample],
    folders: Sequence[AccountFolder],
) -> dict[str, str]:
    """Return the accounts of the folders that samples name."""
    followed = {os.path.realpath(f.path): f.account for f in folders}
    named = {sample.folder for sample in samples}
    account_by_path = {
        name: followed[real_path]
        for name in named - {""}
        if (real_path := os.path.realpath(name)) in followed
    }
    accounts = set(followed.values())
    if len(accounts) == 1:
        # Samples without a folder can only belong to the single account.
        account_by_path[""] = accounts.pop()
    return account_by_path
