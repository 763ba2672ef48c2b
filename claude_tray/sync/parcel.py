"""What one request carries, and how much that may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from claude_tray.wire.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from claude_tray.store.outbox import ChangedSession, Unsent
    from claude_tray.wire.answers import Greeting

MOST_ROWS: Final = 1000
MOST_BYTES: Final = 1 << 20
# Names, braces and what is told of the sender.
_AROUND: Final = 4096
_AROUND_SESSION: Final = 512
_FEW_ROWS: Final = 50


class Packed(NamedTuple):
    """A record and the row that it is sent as."""

    unsent: Unsent
    row: msgspec.Raw

    @property
    def size(self) -> int:
        return len(bytes(self.row)) + 1


class Load(NamedTuple):
    """A session with all that is to be sent of it."""

    session: ChangedSession
    project: str
    rows: tuple[Packed, ...]

    @property
    def size(self) -> int:
        return _AROUND_SESSION + sum(row.size for row in self.rows)


class Parcel(NamedTuple):
    """
    What one request carries.

    Attributes:
        rows: Records, where the receiver takes changes.
        loads: Sessions, where it takes those.
        upto: The receiver has all changes up to this one then.
    """

    rows: tuple[Packed, ...] = ()
    loads: tuple[Load, ...] = ()
    upto: int = 0

    @property
    def how_many(self) -> int:
        return len(self.rows) + sum(len(load.rows) for load in self.loads)

    @property
    def is_one(self) -> bool:
        """It is a single row or session, which cannot be made smaller."""
        return len(self.rows) + len(self.loads) == 1

    @property
    def packed(self) -> tuple[Packed, ...]:
        """All rows."""
        return self.rows + tuple(r for load in self.loads for r in load.rows)

    def halves(self) -> tuple[Parcel, Parcel]:
        """
        Return two that carry the same: sessions are split when there is one.

        Neither tells how far the receiver has come.
        """
        if len(self.loads) > 1:
            half = len(self.loads) // 2
            first, second = self.loads[:half], self.loads[half:]
            return Parcel(loads=first), Parcel(loads=second)
        if self.loads:
            (load,) = self.loads
            half = len(load.rows) // 2
            return (
                Parcel(loads=(load._replace(rows=load.rows[:half]),)),
                Parcel(loads=(load._replace(rows=load.rows[half:]),)),
            )
        half = len(self.rows) // 2
        return Parcel(self.rows[:half]), Parcel(self.rows[half:])


class Bounds:
    """
    How much one request may carry; learns from what came of it.

    Attributes:
        rows: How many rows, unless a single session has more.
        size: How many bytes, likewise.
    """

    def __init__(self) -> None:
        self._most_rows, self._most_size = MOST_ROWS, MOST_BYTES
        self.rows, self.size = MOST_ROWS, MOST_BYTES

    def told(self, greeting: Greeting) -> None:
        """Keep to what the receiver says it takes."""
        self._most_rows = min(MOST_ROWS, greeting.max_messages)
        self._most_size = min(MOST_BYTES, greeting.max_bytes)
        self.rows = min(self.rows, self._most_rows)
        self.size = min(self.size, self._most_size)

    def shrink(self, parcel: Parcel) -> None:
        """It was too much: half of it is tried."""
        self.rows = max(1, parcel.how_many // 2)
        total = sum(row.size for row in parcel.packed)
        self.size = max(1, min(self.size, total // 2))

    def shrink_perhaps(self, parcel: Parcel) -> None:
        """
        It may have been too much.

        A receiver that closes while it is still being sent to may have
        answered that, and the answer was lost.
        """
        if parcel.how_many > _FEW_ROWS:
            self.shrink(parcel)

    def grow(self) -> None:
        """It went well."""
        self.rows = min(self._most_rows, self.rows * 2)
        self.size = min(self._most_size, self.size * 2)


def packed(rows: Iterable[Unsent]) -> Iterator[Packed]:
    """Return records with the rows that they are sent as."""
    for unsent in rows:
        yield Packed(unsent, msgspec.Raw(row_of(unsent.record)))


def fitting(rows: Iterable[Packed], bounds: Bounds) -> tuple[Packed, ...]:
    """Return the first rows that fit one request, at least one."""
    fit: list[Packed] = []
    size = _AROUND
    for row in rows:
        size += row.size
        if fit and (len(fit) >= bounds.rows or size > bounds.size):
            break
        fit.append(row)
    return tuple(fit)


class Loading:
    """
    Fills a request with sessions, never with a part of one.

    Args:
        bounds: How much fits; a single session may be more.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._loads: list[Load] = []
        self._rows = 0
        self._size = _AROUND

    def add(self, load: Load) -> bool:
        """Add a session; False, and nothing done, if it does not fit."""
        rows, size = self._rows + len(load.rows), self._size + load.size
        is_much = rows > self._bounds.rows or size > self._bounds.size
        if self._loads and is_much:
            return False
        self._loads.append(load)
        self._rows, self._size = rows, size
        return True

    def done(self) -> Parcel:
        return Parcel(loads=tuple(self._loads))
