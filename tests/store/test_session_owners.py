from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.usage import SessionId
from claude_tray.store.session_owners import (
    has_any_owner,
    load_owners,
    save_owners,
)
from tests.support.builders import make_record
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


SESSION = SessionId("session-a")


def list_accounts(writer: Writer) -> list[tuple[str, int]]:
    return writer.execute(
        "SELECT account, count(*) FROM message"
        " JOIN session ON session.id = message.session"
        " JOIN profile ON profile.id = session.profile"
        " GROUP BY 1 ORDER BY 1"
    ).fetchall()


def test_usage_moves_to_the_account_that_its_session_names(
    writer: Writer,
) -> None:
    save_records(writer, make_record("09:00"), account="present")

    assert not has_any_owner(writer)
    save_owners(writer, {SESSION: "named"})
    assert has_any_owner(writer)

    assert load_owners(writer, [SESSION, "other"]) == {SESSION: "named"}
    assert list_accounts(writer) == [("named", 1)]


def test_a_session_of_two_accounts_stays_divided(writer: Writer) -> None:
    save_owners(writer, {SESSION: "first"})
    save_records(writer, make_record("09:00"), account="first")
    save_owners(writer, {SESSION: "second"})
    save_records(writer, make_record("09:05"), account="second")

    save_owners(writer, {SESSION: "second"})

    assert load_owners(writer, [SESSION]) == {SESSION: "second"}
    assert list_accounts(writer) == [("first", 1), ("second", 1)]


def test_a_session_without_usage_is_remembered(writer: Writer) -> None:
    save_owners(writer, {SESSION: "named"})

    assert list_accounts(writer) == []
    assert load_owners(writer, []) == {}
