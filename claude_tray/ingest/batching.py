"""What is to be read, in which order and how much at a time."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import repeat
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from claude_tray.providers.claude_code.discovery import Transcript


# The first batch is small, so that the current window is known after a few
# hundredths of a second; then they double, to spend less on transactions.
_FIRST_BATCH_BYTES: Final = 4 << 20
_MAX_BATCH_BYTES: Final = 64 << 20
# What memory holds of a batch at once: what was used once is mostly not given
# back to the system.
_CHUNK_BYTES: Final = 8 << 20
# What a file costs in memory beside its records, so that thousands of small
# ones are not held at once.
_FILE_OVERHEAD_BYTES: Final = 256 << 10
# A file that has gained more is read in parts: whoever wants the end waits for
# one of them, and memory holds no more.
PART_BYTES: Final = 16 << 20


class PendingFile(NamedTuple):
    """A transcript that has changed, and how much of it is new."""

    transcript: Transcript
    account: str
    size: int


def iter_batches(
    pending: Sequence[PendingFile],
) -> Iterator[list[PendingFile]]:
    """
    Give out transcripts in batches that grow, in their order.

    One that has gained much comes again for each of its parts.
    """
    return _group_by_size(_split_large_files(pending), _iter_batch_limits())


def iter_chunks(batch: Sequence[PendingFile]) -> Iterator[list[PendingFile]]:
    """Give out a batch in portions, each to be kept before the next."""
    return _group_by_size(batch, repeat(_CHUNK_BYTES))


def _group_by_size(
    items: Iterable[PendingFile],
    limits: Iterator[int],
) -> Iterator[list[PendingFile]]:
    """Give out lists that reach these sizes, or end with a whole part."""
    group: list[PendingFile] = []
    size, limit = 0, next(limits)
    for item in items:
        group.append(item)
        size += max(item.size, _FILE_OVERHEAD_BYTES)
        if size >= limit or item.size == PART_BYTES:
            yield group
            group, size, limit = [], 0, next(limits)
    if group:
        yield group


def _iter_batch_limits() -> Iterator[int]:
    limit = _FIRST_BATCH_BYTES
    while True:
        yield limit
        limit = min(2 * limit, _MAX_BATCH_BYTES)


def _split_large_files(
    pending: Iterable[PendingFile],
) -> Iterator[PendingFile]:
    for item in pending:
        remaining = item.size
        while remaining > PART_BYTES:
            yield item._replace(size=PART_BYTES)
            remaining -= PART_BYTES
        yield item._replace(size=remaining)


@contextmanager
def gc_disabled() -> Iterator[None]:
    """
    Let nobody search for cycles in the block.

    Reading makes millions of objects and no cycle.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
