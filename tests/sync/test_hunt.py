from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.store.outbox import ChangedSession, Unsent
from claude_tray.sync.answer import NoAnswer
from claude_tray.sync.courier import Delivery
from claude_tray.sync.hunt import Hunt, InterruptedHuntError
from claude_tray.sync.letter import Letter
from claude_tray.sync.parcel import Load, Parcel, packed
from claude_tray.sync.policy import Meaning, Verdict
from claude_tray.wire.agent_sync import Request
from tests.support.builders import a_record

if TYPE_CHECKING:
    from claude_tray.sync.parcel import Packed


class Judge:
    """A receiver that takes all but some rows, and some of these at times."""

    def __init__(self, *bad: int, then: Verdict = Verdict.BAD_ROWS) -> None:
        self.bad = set(bad)
        self.verdict = then
        self.asked = 0

    def __call__(self, parcel: Parcel) -> Delivery:
        self.asked += 1
        seqs = {row.unsent.seq for row in parcel.packed}
        verdict = self.verdict if seqs & self.bad else Verdict.ACCEPTED
        letter = Letter(Request([]), (), frozenset(), frozenset())
        return Delivery(letter, NoAnswer("x"), Meaning(verdict))


def _rows(many: int) -> tuple[Packed, ...]:
    return tuple(
        packed(Unsent(seq, a_record(), "/p", "") for seq in range(many)),
    )


def _found(hunt: Hunt) -> list[int]:
    return [row.unsent.seq for row in hunt.bad]


@pytest.mark.parametrize("bad", [(), (0,), (99,), (3, 4), (1, 50, 98)])
def test_the_rows_that_are_refused_are_found(bad: tuple[int, ...]) -> None:
    judge = Judge(*bad)
    hunt = Hunt(judge)

    hunt.search(Parcel(_rows(100), upto=100))

    assert _found(hunt) == list(bad)
    assert judge.asked <= 2 + 16 * len(bad)


def test_a_single_row_is_blamed_only_if_it_is_refused_again() -> None:
    parcel = Parcel(_rows(1))
    hunt = Hunt(Judge())
    hunt.search(parcel)
    assert hunt.bad == []
    assert hunt.is_sure

    hunt = Hunt(Judge(0))
    hunt.search(parcel)
    assert _found(hunt) == [0]


def test_sessions_are_halved_before_their_rows() -> None:
    rows = _rows(9)
    loads = tuple(
        Load(ChangedSession(f"s{n}", n), "/p", part)
        for n, part in enumerate([rows[:4], (), rows[4:]])
    )
    hunt = Hunt(Judge(5))

    hunt.search(Parcel(loads=loads))

    assert _found(hunt) == [5]


@pytest.mark.parametrize("many", [1, 50])
def test_something_else_breaks_it_off(many: int) -> None:
    hunt = Hunt(Judge(0, then=Verdict.LATER))

    with pytest.raises(InterruptedHuntError) as caught:
        hunt.search(Parcel(_rows(many)))

    assert caught.value.delivery.meaning.verdict is Verdict.LATER
    assert hunt.bad == []


def test_where_no_row_is_taken_it_is_not_the_rows() -> None:
    judge = Judge(*range(100))
    hunt = Hunt(judge)

    with pytest.raises(InterruptedHuntError):
        hunt.search(Parcel(_rows(100)))

    assert not hunt.is_sure
    assert judge.asked < 40
