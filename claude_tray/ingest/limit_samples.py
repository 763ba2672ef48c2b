"""What Claude Code told of its limits, on its way to the store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from claude_tray.core.limits import (
    compute_clock_lead,
    filter_plausible,
    merge_limit_samples,
)
from claude_tray.ingest.accounts import list_accounts
from claude_tray.providers.claude_code.config_files import load_account
from claude_tray.providers.claude_code.statusline_samples import (
    delete_samples,
    read_samples,
)
from claude_tray.store import accounts as accounts_module
from claude_tray.store import metadata
from claude_tray.store.claude_reports import (
    save_samples,
    save_statusline_sessions,
)
from claude_tray.store.connection import transaction
from claude_tray.store.lookup_ids import LookupIds
from claude_tray.store.windows import invalidate_closed, persist_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.core.limits import LimitSample
    from claude_tray.ingest.config import EngineConfig
    from claude_tray.providers.claude_code.statusline_samples import (
        StatuslineSample,
    )
    from claude_tray.store.connection import Writer


# How many samples were ever heard.
SAMPLE_COUNT_KEY = "statusline_heard"
# By how many milliseconds the clock was behind Claude Code's, and when.
CLOCK_BEHIND_KEY = "clock_behind"


def ingest_statusline_samples(
    writer: Writer, config: EngineConfig, now_ms: int
) -> bool:
    """
    Keep the samples that the statusline left; return whether any holds.

    They are dropped once they are kept, so that none is lost; one that is
    read again changes nothing. Percentages of several accounts are never
    mixed: a sample is of the account whose folder its transcript lies in. A
    folder that nobody follows is remembered, so that it can be offered, and
    nothing else of its samples.
    """
    if config.spool_dir is None:
        return False
    samples = read_samples(config.spool_dir)
    if not samples:
        return False
    account_by_dir = _map_dirs_to_accounts(samples, config)
    followed_samples = [
        (s, account_by_dir[s.claude_dir])
        for s in samples
        if s.claude_dir in account_by_dir
    ]
    unfollowed_dirs = (
        {s.claude_dir for s in samples} - account_by_dir.keys() - {""}
    )
    reported = [
        limit
        for sample, account in followed_samples
        for limit in sample.to_limits(account)
    ]
    with transaction(writer):
        _ensure_accounts(writer, {account for _, account in followed_samples})
        save_statusline_sessions(
            writer, [(s.session, account) for s, account in followed_samples]
        )
        accounts_module.save_seen_folders(
            writer, sorted(map(os.path.realpath, unfollowed_dirs)), now_ms
        )
        metadata.increment(writer, SAMPLE_COUNT_KEY, len(samples))
        has_current = _save_limits(writer, config, reported, now_ms)
    delete_samples(sample.path for sample in samples)
    return has_current


def ingest_cached_limits(
    writer: Writer, config: EngineConfig, now_ms: int
) -> bool:
    """Keep what Claude Code fetched last; return whether any of it holds."""
    reported: list[LimitSample] = []
    for folder in config.folders:
        info = load_account(folder.path)
        reported += [
            limit._replace(account=folder.account)
            for limit in (info.limits if info else ())
        ]
    if not reported:
        return False
    with transaction(writer):
        return _save_limits(writer, config, reported, now_ms)


def _save_limits(
    writer: Writer,
    config: EngineConfig,
    reported: Sequence[LimitSample],
    now_ms: int,
) -> bool:
    """Keep what can be true; return whether any of it holds now."""
    if behind_ms := compute_clock_lead(reported):
        metadata.set_value(writer, CLOCK_BEHIND_KEY, f"{behind_ms} {now_ms}")
    plausible_limits = filter_plausible(reported)
    _ensure_accounts(writer, {limit.account for limit in plausible_limits})
    changed_accounts = save_samples(writer, plausible_limits)
    for account in list_accounts(config):
        if account.key in changed_accounts:
            # Another window is known; and the rule may be another for it.
            invalidate_closed(writer, 0, account.key)
            persist_closed(writer, account, now_ms)
    return bool(merge_limit_samples(plausible_limits, now_ms))


def _ensure_accounts(writer: Writer, accounts: Iterable[str]) -> None:
    """Let accounts be known before anything is kept of them."""
    names = LookupIds(writer)
    for key in sorted(accounts):
        names.get_account_id(key)


def _map_dirs_to_accounts(
    samples: Iterable[StatuslineSample],
    config: EngineConfig,
) -> dict[str, str]:
    """Return the accounts of the folders that samples name."""
    followed = {
        os.path.realpath(folder.path): folder.account
        for folder in config.folders
    }
    named_dirs = {sample.claude_dir for sample in samples}
    account_by_dir = {
        name: followed[real_path]
        for name in named_dirs - {""}
        if (real_path := os.path.realpath(name)) in followed
    }
    accounts = set(followed.values())
    if len(accounts) == 1:
        # No folder was named, and there is but one account it can be of.
        account_by_dir[""] = accounts.pop()
    return account_by_dir
