"""
Remember sums of days that are over.

Each process remembers the sums that pages read last. They are exact: a
transaction that changes a day that is over also changes the number that its
sums are kept under (`usage.day_sums`).
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


_T = TypeVar("_T")
# One of a year with several models has about a megabyte.
_MAX_SUMS: Final = 48
_guard: Final = Lock()
_sums: Final[OrderedDict[Hashable, Any]] = OrderedDict()


def remember_sums(key: Hashable, load: Callable[[], _T]) -> _T:
    """
    Return sums that were loaded before, or load them.

    Args:
        key: Whatever they depend on, with the number of changes, which was
            read before them.
        load: Loads them; nobody may change the result.
    """
    with _guard:
        if key in _sums:
            _sums.move_to_end(key)
            found: _T = _sums[key]
            return found
    loaded = load()
    with _guard:
        _sums[key] = loaded
        while len(_sums) > _MAX_SUMS:
            _sums.popitem(last=False)
    return loaded
