"""What Claude Code told of its limits, on its way to the store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from claude_tray.domain.limit import ahead_of_clock, believable, current
from claude_tray.engine.accounts import accounts_of
from claude_tray.store import closed, folders, identity, limits, windows
from claude_tray.store import told_sessions as sessions
from claude_tray.store.connection import transaction
from claude_tray.store.names import Names
from claude_tray.transcripts import spool
from claude_tray.transcripts.account import owner_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from claude_tray.domain.limit import Limit
    from claude_tray.engine.choices import Choices
    from claude_tray.store.connection import Writer
    from claude_tray.transcripts.spool import Sample

# How many samples were ever heard.
HEARD = "statusline_heard"
# By how many milliseconds the clock was behind Claude Code's, and when.
BEHIND = "clock_behind"


def absorb(writer: Writer, choices: Choices, now_ms: int) -> bool:
    """
    Keep the samples that the statusline left; return whether any holds.

    They are dropped once they are kept, so that none is lost; one that is
    read again changes nothing. Percentages of several accounts are never
    mixed: a sample is of the account whose folder its transcript lies in. A
    folder that nobody follows is remembered, so that it can be offered, and
    nothing else of its samples.
    """
    if choices.waiting is None:
        return False
    samples = spool.take(choices.waiting)
    if not samples:
        return False
    owners = _owners(samples, choices)
    ours = [(s, owners[s.claude]) for s in samples if s.claude in owners]
    named = {s.claude for s in samples} - owners.keys() - {""}
    told = [limit for sample, owner in ours for limit in sample.of(owner)]
    with transaction(writer):
        _introduce(writer, {owner for _, owner in ours})
        sessions.tell(writer, [(s.session, owner) for s, owner in ours])
        folders.hear(writer, sorted(map(os.path.realpath, named)), now_ms)
        identity.add(writer, HEARD, len(samples))
        is_held = _keep(writer, choices, told, now_ms)
    spool.drop(sample.path for sample in samples)
    return is_held


def absorb_fetched(writer: Writer, choices: Choices, now_ms: int) -> bool:
    """Keep what Claude Code fetched last; return whether any of it holds."""
    told: list[Limit] = []
    for folder in choices.folders:
        owner = owner_of(folder.path)
        told += [
            limit._replace(account=folder.account)
            for limit in (owner.limits if owner else ())
        ]
    if not told:
        return False
    with transaction(writer):
        return _keep(writer, choices, told, now_ms)


def _keep(
    writer: Writer,
    choices: Choices,
    told: Sequence[Limit],
    now_ms: int,
) -> bool:
    """Keep what can be true; return whether any of it holds now."""
    if behind := ahead_of_clock(told):
        identity.put(writer, BEHIND, f"{behind} {now_ms}")
    true = believable(told)
    _introduce(writer, {limit.account for limit in true})
    new = limits.tell(writer, true)
    for account in accounts_of(choices):
        if account.key in new:
            # Another window is known; and the rule may be another for it.
            closed.reopen(writer, 0, account.key)
            windows.close(writer, account, now_ms)
    return bool(current(true, now_ms))


def _introduce(writer: Writer, accounts: Iterable[str]) -> None:
    """Let accounts be known before anything is kept of them."""
    names = Names(writer)
    for key in sorted(accounts):
        names.profile(key)


def _owners(
    samples: Iterable[Sample],
    choices: Choices,
) -> dict[str, str]:
    """Return the accounts of the folders that samples name."""
    followed = {
        os.path.realpath(folder.path): folder.account
        for folder in choices.folders
    }
    named = {sample.claude for sample in samples}
    owners = {
        name: followed[real]
        for name in named - {""}
        if (real := os.path.realpath(name)) in followed
    }
    accounts = set(followed.values())
    if len(accounts) == 1:
        # No folder was named, and there is but one account it can be of.
        owners[""] = accounts.pop()
    return owners
