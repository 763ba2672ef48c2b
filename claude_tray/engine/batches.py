"""What is to be read, in which order and how much at a time."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import repeat
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from claude_tray.transcripts.locate import Transcript

# The first batch is small, so that the current window is known after a few
# hundredths of a second; then they double, to spend less on transactions.
_FIRST_BATCH: Final = 4 << 20
_LAST_BATCH: Final = 64 << 20
# What memory holds of a batch at once: what was used once is mostly not given
# back to the system.
_PORTION: Final = 8 << 20
# What a file costs in memory beside its records, so that thousands of small
# ones are not held at once.
_FILE: Final = 256 << 10
# A file that has gained more is read in parts: whoever wants the end waits for
# one of them, and memory holds no more.
PART_BYTES: Final = 16 << 20


class Todo(NamedTuple):
    """A transcript that has changed, and how much of it is new."""

    transcript: Transcript
    account: str
    size: int


def batches(todo: Sequence[Todo]) -> Iterator[list[Todo]]:
    """
    Give out transcripts in batches that grow, in their order.

    One that has gained much comes again for each of its parts.
    """
    return _grouped(_in_parts(todo), _growing())


def portions(batch: Sequence[Todo]) -> Iterator[list[Todo]]:
    """Give out a batch in portions, each to be kept before the next."""
    return _grouped(batch, repeat(_PORTION))


def _grouped(
    items: Iterable[Todo],
    limits: Iterator[int],
) -> Iterator[list[Todo]]:
    """Give out lists that reach these sizes, or end with a whole part."""
    group: list[Todo] = []
    size, limit = 0, next(limits)
    for item in items:
        group.append(item)
        size += max(item.size, _FILE)
        if size >= limit or item.size == PART_BYTES:
            yield group
            group, size, limit = [], 0, next(limits)
    if group:
        yield group


def _growing() -> Iterator[int]:
    limit = _FIRST_BATCH
    while True:
        yield limit
        limit = min(2 * limit, _LAST_BATCH)


def _in_parts(todo: Iterable[Todo]) -> Iterator[Todo]:
    for item in todo:
        left = item.size
        while left > PART_BYTES:
            yield item._replace(size=PART_BYTES)
            left -= PART_BYTES
        yield item._replace(size=left)


@contextmanager
def uncollected() -> Iterator[None]:
    """
    Let nobody search for cycles in the block.

    Reading makes millions of objects and no cycle.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
