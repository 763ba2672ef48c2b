"""What Claude Code told of its limits, on its way to the store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from claude_tray.domain.limit import current
from claude_tray.store import closed, limits
from claude_tray.store.connection import transaction
from claude_tray.store.names import Names
from claude_tray.transcripts import spool
from claude_tray.transcripts.account import owner_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from claude_tray.domain.limit import Limit
    from claude_tray.engine.choices import Folder
    from claude_tray.store.connection import Writer
    from claude_tray.transcripts.spool import Sample


def absorb(
    writer: Writer,
    folders: Sequence[Folder],
    waiting: Path,
    now_ms: int,
) -> bool:
    """
    Keep the samples that the statusline left; return whether there were any.

    They are dropped once they are kept, so that none is lost; one that is
    read again changes nothing. Samples of a folder that is not followed are
    dropped, and so are all while several folders are followed, whose
    accounts are not yet told apart: percentages of two must not be mixed.
    """
    samples = spool.take(waiting)
    if not samples:
        return False
    told = [limit for sample in samples for limit in _of(sample, folders)]
    is_kept = _keep(writer, told, now_ms)
    spool.drop(sample.path for sample in samples)
    return is_kept


def absorb_fetched(
    writer: Writer,
    folders: Sequence[Folder],
    now_ms: int,
) -> bool:
    """Keep what Claude Code fetched last; return whether any of it holds."""
    if len(folders) != 1:
        return False
    (folder,) = folders
    owner = owner_of(folder.path)
    told = owner.limits if owner else ()
    own = [limit._replace(account=folder.account) for limit in told]
    return _keep(writer, own, now_ms)


def _keep(writer: Writer, told: Sequence[Limit], now_ms: int) -> bool:
    held = current(told, now_ms)
    if held:
        with transaction(writer):
            Names(writer).profile(held[0].account)
            limits.tell(writer, held)
            # What was told may change what the rule is learnt from.
            closed.reopen(writer, 0)
    return bool(held)


def _of(sample: Sample, folders: Sequence[Folder]) -> list[Limit]:
    if len(folders) != 1:
        return []
    (folder,) = folders
    is_ours = os.path.realpath(sample.claude) == os.path.realpath(folder.path)
    return sample.of(folder.account) if is_ours else []
