"""What is to be read, in which order and how much at a time."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from claude_tray.transcripts.locate import Transcript

# The first batch is small, so that the current window is known after a few
# hundredths of a second; then they double, to spend less on transactions.
_FIRST_BATCH: Final = 4 << 20
_LAST_BATCH: Final = 64 << 20
# What a file costs in memory beside its records, so that thousands of small
# ones are not held at once.
_FILE: Final = 256 << 10


class Todo(NamedTuple):
    """A transcript that has changed, and how much of it is new."""

    transcript: Transcript
    account: str
    size: int


def batches(todo: Sequence[Todo]) -> Iterator[list[Todo]]:
    """Give out transcripts in batches that grow, in their order."""
    batch: list[Todo] = []
    size, limit = 0, _FIRST_BATCH
    for item in todo:
        batch.append(item)
        size += max(item.size, _FILE)
        if size >= limit:
            yield batch
            batch, size, limit = [], 0, min(2 * limit, _LAST_BATCH)
    if batch:
        yield batch


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
