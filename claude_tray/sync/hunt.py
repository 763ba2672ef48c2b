"""Finds the rows that a receiver will not take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.sync.policy import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.sync.courier import Delivery
    from claude_tray.sync.parcel import Packed, Parcel

_ABOUT_ROWS: Final = (Verdict.BAD_ROWS, Verdict.BROKEN)
# So many refused and none taken: it is not the rows.
_HOPELESS: Final = 8


class InterruptedHuntError(Exception):
    """
    Something else came in between.

    Args:
        delivery: What it was.
    """

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.meaning.reason)
        self.delivery = delivery


class Hunt:
    """
    Tries halves until the rows stand alone that are refused.

    Args:
        deliver: Takes a parcel there.

    Attributes:
        bad: The rows found.
    """

    def __init__(self, deliver: Callable[[Parcel], Delivery]) -> None:
        self._deliver = deliver
        self._taken = 0
        self.bad: list[Packed] = []

    @property
    def is_sure(self) -> bool:
        """The receiver took some, so it is the rows that it does not take."""
        return self._taken > 0

    def search(self, parcel: Parcel) -> None:
        """
        Look through a parcel that was refused.

        Raises:
            InterruptedHuntError: The receiver cannot be asked any more, or
                takes no row at all.
        """
        if parcel.how_many == 1:
            self._confirm(parcel)
            return
        for half in parcel.halves():
            if not half.how_many:
                continue
            delivery = self._deliver(half)
            verdict = delivery.meaning.verdict
            if verdict is Verdict.ACCEPTED:
                self._taken += half.how_many
                continue
            is_hopeless = not self.is_sure and len(self.bad) >= _HOPELESS
            if verdict not in _ABOUT_ROWS or is_hopeless:
                raise InterruptedHuntError(delivery)
            self.search(half)

    def _confirm(self, parcel: Parcel) -> None:
        """Blame a row only if it is refused twice: it may have been chance."""
        delivery = self._deliver(parcel)
        if delivery.meaning.verdict is Verdict.ACCEPTED:
            self._taken += 1
        elif delivery.meaning.verdict in _ABOUT_ROWS:
            self.bad += parcel.packed
        else:
            raise InterruptedHuntError(delivery)
