from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.domain.account import Account
from claude_tray.domain.usage import Terms, TokenCounts
from claude_tray.store import windows
from claude_tray.store.figures import STEP_MS, steps, uses
from tests.support.builders import MODEL, a_record, ms
from tests.support.keeping import keep

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer

DEFAULT = Account("", "default", "/home/ada/.claude", None)


def test_use_is_told_in_steps_of_two_minutes(writer: Writer) -> None:
    keep(
        writer,
        a_record("09:00", tokens=TokenCounts(input=3, output=1)),
        a_record("09:01:30", tokens=TokenCounts(input=4, cache_read=9)),
        a_record("09:10", model="claude-unknown"),
    )

    first, last = steps(writer, "", ms("09:00"), ms("14:00"))

    assert first.end_ms == ms("09:00") + STEP_MS
    assert (first.tokens, first.unpriced) == (8, 0)
    assert first.cost == 3 + 10 + 4 + 90_000
    assert (last.tokens, last.cost, last.unpriced) == (15, 0, 1)


def test_uses_are_told_by_project_model_and_terms(writer: Writer) -> None:
    keep(
        writer,
        a_record("09:00"),
        a_record("09:01", terms=Terms(inference_geo="us")),
        a_record("09:02", project="/home/ada/shop", session="session-b"),
    )

    found = uses(writer, "", ms("09:00"), ms("14:00"))

    assert [(u.project, u.model, u.terms.inference_geo) for u in found] == [
        ("/home/ada/notes", MODEL, ""),
        ("/home/ada/notes", MODEL, "us"),
        ("/home/ada/shop", MODEL, ""),
    ]
    assert sum(u.totals.messages for u in found) == 3


def test_only_the_stretch_and_the_account_count(writer: Writer) -> None:
    keep(writer, a_record("08:59:59"), a_record("14:00"))
    keep(writer, a_record("10:00", session="session-x"), account="other")

    assert steps(writer, "", ms("09:00"), ms("14:00")) == []
    assert uses(writer, "", ms("09:00"), ms("14:00")) == []
    assert len(uses(writer, "other", ms("09:00"), ms("14:00"))) == 1


def test_the_last_window_is_the_open_one_or_the_one_before(
    writer: Writer,
) -> None:
    keep(writer, a_record("09:00"), a_record("15:00"))

    for clock, start in (("16:00", "15:00"), ("23:00", "15:00")):
        window = windows.last(writer, DEFAULT, ms(clock))
        assert window is not None
        assert window.start.timestamp() * 1000 == ms(start)


def test_the_last_window_is_known_when_it_is_closed(writer: Writer) -> None:
    keep(writer, a_record("09:00"))
    windows.close(writer, DEFAULT, ms("23:00"))

    window = windows.last(writer, DEFAULT, ms("23:30"))

    assert window is not None
    assert window.totals.messages == 1


def test_without_use_there_is_no_last_window(writer: Writer) -> None:
    assert windows.last(writer, DEFAULT, ms("09:00")) is None

    keep(writer, a_record("09:00"), account="other")

    assert windows.last(writer, DEFAULT, ms("10:00")) is None
