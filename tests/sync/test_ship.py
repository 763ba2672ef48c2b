from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.domain.limit import Limit
from claude_tray.errors import SyncDelayedError, SyncMisconfiguredError
from claude_tray.store import limits
from tests.support.builders import a_record
from tests.support.keeping import keep
from tests.support.receiver import Make, answer

if TYPE_CHECKING:
    from tests.support.shipping import Harbour

MAKES = pytest.mark.parametrize("make", list(Make))
BOTH = pytest.mark.parametrize("make", [Make.OURS, Make.REPLACING])


@MAKES
def test_the_receivers_totals_are_the_stores(
    harbour: Harbour,
    make: Make,
) -> None:
    receiver = harbour.receiver(make)
    harbour.write(2500)

    tally = harbour.ship()

    assert receiver.totals() == harbour.totals()
    assert tally.snapshots == 2500
    assert len(tally.sessions) == 5
    assert len(tally.projects) == 3
    assert tally.waiting == 0


@MAKES
def test_what_was_sent_is_not_sent_again(harbour: Harbour, make: Make) -> None:
    receiver = harbour.receiver(make)
    harbour.write(30)
    harbour.ship()
    before = len(receiver.posts)

    harbour.restart()
    harbour.ship()

    assert len(receiver.posts) == before


@MAKES
def test_a_reply_that_grew_is_sent_again(harbour: Harbour, make: Make) -> None:
    receiver = harbour.receiver(make)
    records = harbour.write(40)
    harbour.ship()

    harbour.grow(*records[3:7])
    harbour.ship()

    assert receiver.totals() == harbour.totals()


def test_ours_is_sent_only_what_changed(harbour: Harbour) -> None:
    receiver = harbour.receiver(Make.OURS)
    records = harbour.write(40)
    harbour.ship()

    harbour.grow(records[3])
    harbour.ship()

    ids = [m["message"]["id"] for m in receiver.posts[-1].messages]
    assert ids == [records[3].message_id]


def test_another_make_is_sent_whole_sessions_never_in_parts(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(Make.REPLACING)
    records = harbour.write(4000, sessions=9)
    harbour.ship()
    harbour.grow(records[17])
    harbour.ship()

    for asked in receiver.posts:
        sent = [
            session
            for project in asked.json["projects"]
            for session in project["sessions"]
        ]
        for session in sent:
            held = [
                r for r in records if r.session_id == session["session_id"]
            ]
            assert len(session["messages"]) == len(held)
        assert len(asked.messages) <= 1000
        assert len({s["session_id"] for s in sent}) == len(sent)
    assert len(receiver.posts[-1].json["projects"]) == 1


def test_a_session_larger_than_a_request_goes_in_one_all_the_same(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(Make.REPLACING)
    harbour.write(2500, sessions=1)

    harbour.ship()

    assert [len(asked.messages) for asked in receiver.posts] == [2500]
    assert receiver.totals() == harbour.totals()


@MAKES
def test_a_reply_that_moved_to_another_session_is_counted_once(
    harbour: Harbour,
    make: Make,
) -> None:
    receiver = harbour.receiver(make)
    copy = a_record("10:00", message="msg_1", session="later")
    keep(harbour.writer, copy, a_record("10:01", session="later"))
    harbour.ship()

    keep(
        harbour.writer,
        a_record("09:00", message="msg_1", session="earlier"),
    )
    harbour.ship()

    assert receiver.totals() == harbour.totals()


def test_a_session_that_lost_its_only_reply_is_told_empty(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(Make.REPLACING)
    keep(
        harbour.writer,
        a_record("10:00", message="msg_1", session="later"),
    )
    harbour.ship()

    keep(
        harbour.writer,
        a_record("09:00", message="msg_1", session="earlier"),
    )
    harbour.ship()

    assert receiver.totals() == harbour.totals()


@BOTH
def test_a_session_that_changed_its_project_is_told_where_it_is(
    harbour: Harbour,
    make: Make,
) -> None:
    receiver = harbour.receiver(make)
    line = a_record("10:00", message="msg_1", project="/home/ada/guess")
    keep(harbour.writer, line, is_guess=True)
    harbour.ship()
    assert receiver.sessions == {"session-a": "guess"}

    keep(harbour.writer, line._replace(project=a_record().project))
    harbour.ship()

    assert receiver.sessions == {"session-a": "notes"}
    assert receiver.totals() == harbour.totals()


@MAKES
def test_another_address_is_sent_everything(
    harbour: Harbour,
    make: Make,
) -> None:
    harbour.receiver(make)
    harbour.write(30)
    harbour.ship()

    other = harbour.receiver(make)
    harbour.restart()
    harbour.ship()

    assert other.totals() == harbour.totals()


def test_a_receiver_restored_from_a_backup_is_sent_what_it_lacks(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(Make.OURS)
    harbour.write(300)
    harbour.ship()

    receiver.forget()
    harbour.restart()
    harbour.ship()

    assert receiver.totals() == harbour.totals()


def test_a_receiver_that_forgets_while_we_run_says_so_and_gets_it(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(Make.OURS)
    harbour.write(300)
    harbour.ship()

    receiver.forget()
    harbour.write(1)
    harbour.ship()

    assert receiver.totals() == harbour.totals()


def test_a_new_receiver_at_the_same_address_is_sent_everything(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(Make.OURS)
    harbour.write(300)
    harbour.ship()

    receiver.rows.clear()
    receiver.server_id = "receiver-2"
    receiver.acked.clear()
    harbour.restart()
    harbour.ship()

    assert receiver.totals() == harbour.totals()


@pytest.mark.parametrize(
    ("before", "after"),
    [(Make.OURS, Make.REPLACING), (Make.REPLACING, Make.OURS)],
)
def test_another_make_at_the_same_address_is_sent_everything(
    harbour: Harbour,
    before: Make,
    after: Make,
) -> None:
    receiver = harbour.receiver(before)
    harbour.write(300)
    harbour.ship()

    receiver.make = after
    receiver.forget()
    harbour.restart()
    harbour.ship()

    assert receiver.totals() == harbour.totals()


def test_a_receiver_that_asks_for_all_for_ever_is_left_alone(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(Make.OURS)
    harbour.write(10)
    receipt = {
        "status": "success",
        "message": "",
        "projects_updated": 0,
        "sessions_updated": 0,
        "snapshots_created": 0,
        "resync_from": 0,
    }
    receiver.plan = lambda a: answer(200, receipt) if a.is_post else None

    with pytest.raises(SyncDelayedError, match="again and again"):
        harbour.ship()


@MAKES
def test_history_whose_transcripts_are_gone_is_sent_too(
    harbour: Harbour,
    make: Make,
) -> None:
    # The store alone is asked: there is no transcript in this test at all.
    receiver = harbour.receiver(make)
    harbour.write(10)

    harbour.ship()

    assert receiver.totals() == harbour.totals()


def test_the_agent_says_who_sends_and_how_far(harbour: Harbour) -> None:
    receiver = harbour.receiver(Make.OURS)
    harbour.write(3)
    harbour.ship()
    harbour.write(2)
    harbour.ship()

    agent = receiver.posts[-1].json["agent"]
    assert agent["machine_id"] == "machine"
    assert agent["machine_name"] == "thinkpad"
    assert (agent["from_seq"], agent["to_seq"]) == (3, 5)
    assert agent["sent_at"] == agent["as_of"] == "2026-03-20T12:00:00.000Z"


def test_accounts_are_told_apart_and_by_nothing_but_a_hash(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(Make.OURS)
    harbour.folders = {"first": "/home/ada/.claude", "second": "/srv/claude"}
    keep(harbour.writer, a_record(session="one"), account="first")
    keep(harbour.writer, a_record(session="two"), account="second")

    harbour.ship()

    (asked,) = receiver.posts
    accounts = {row[0]: row[1] for row in receiver.rows.values()}
    assert accounts["one"] == asked.json["agent"]["account"]
    assert accounts["one"] != accounts["two"] != ""
    assert b"first" not in asked.text
    assert b"second" not in asked.text
    folders = {project["path"] for project in asked.json["projects"]}
    assert folders == {"~/.claude/projects/-home-ada-notes"}


def test_limits_that_hold_are_told_as_a_hint(harbour: Harbour) -> None:
    receiver = harbour.receiver(Make.OURS)
    harbour.folders = {"first": "/home/ada/.claude"}
    keep(harbour.writer, a_record(), account="first")
    resets_ms = harbour.now_ms + 3_600_000
    told = Limit("first", "five_hour", 38.5, resets_ms, harbour.now_ms)
    limits.tell(harbour.writer, [told])

    harbour.ship()

    agent = receiver.posts[0].json["agent"]
    assert agent["limits"] == [
        {
            "name": "five_hour",
            "used_percentage": 38.5,
            "resets_at": "2026-03-20T13:00:00.000Z",
            "observed_at": "2026-03-20T12:00:00.000Z",
            "account": agent["account"],
        },
    ]


def test_another_make_is_told_nothing_of_the_agent(harbour: Harbour) -> None:
    receiver = harbour.receiver(Make.REPLACING)
    harbour.write(3)
    harbour.ship()

    assert set(receiver.posts[0].json) == {"projects"}


def test_a_quiet_receiver_of_ours_hears_that_we_are_there(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(Make.OURS)

    harbour.ship(is_alive=True)

    assert receiver.asked[-1].json["projects"] == []
    assert harbour.kept.last_ok_ms == harbour.now_ms


def test_a_quiet_receiver_of_another_make_is_left_in_peace(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(Make.MERGING)

    harbour.ship(is_alive=True)

    assert not any(asked.is_post for asked in receiver.asked)


@BOTH
def test_an_excluded_project_never_leaves(
    harbour: Harbour,
    make: Make,
) -> None:
    receiver = harbour.receiver(make)
    harbour.privacy = harbour.privacy._replace(exclude=("project-1",))
    harbour.write(60)

    harbour.ship()

    assert b"project-1" not in b"".join(a.text for a in receiver.posts)
    assert set(receiver.sessions.values()) == {"project-0", "project-2"}
    assert harbour.shipper().destination.acked_seq > 0


@BOTH
def test_nothing_is_asked_for_what_is_all_excluded(
    harbour: Harbour,
    make: Make,
) -> None:
    receiver = harbour.receiver(make)
    harbour.privacy = harbour.privacy._replace(exclude=("*",))
    harbour.write(60)

    harbour.ship()
    harbour.ship()

    assert receiver.posts == []


@BOTH
def test_other_names_are_told_by_sending_everything_anew(
    harbour: Harbour,
    make: Make,
) -> None:
    receiver = harbour.receiver(make)
    harbour.write(60)
    harbour.ship()

    harbour.privacy = harbour.privacy._replace(projects="hidden")
    harbour.restart()
    harbour.ship()

    assert set(receiver.sessions.values()) == {"hidden"}
    assert receiver.totals() == harbour.totals()


@BOTH
def test_a_project_that_is_called_otherwise_is_told_so(
    harbour: Harbour,
    make: Make,
) -> None:
    receiver = harbour.receiver(make)
    keep(harbour.writer, a_record(session="one", project="/home/ada/shop"))
    harbour.ship()
    assert receiver.sessions == {"one": "shop"}

    # Another folder of the same name: both are told apart from here on.
    keep(harbour.writer, a_record(session="two", project="/srv/shop"))
    harbour.ship()

    assert receiver.sessions == {"one": "ada · shop", "two": "srv · shop"}
    assert receiver.totals() == harbour.totals()
    harbour.restart()
    asked = len(receiver.posts)
    harbour.ship()
    assert len(receiver.posts) == asked


def test_a_destination_is_left_alone_until_it_may_be_tried(
    harbour: Harbour,
) -> None:
    receiver = harbour.receiver(plan=lambda _: answer(503, Retry_After="60"))
    harbour.write(1)
    with pytest.raises(SyncDelayedError):
        harbour.ship()
    receiver.plan = lambda _: None

    harbour.restart()
    with pytest.raises(SyncDelayedError):
        harbour.ship()
    assert len(receiver.asked) == 1

    harbour.now_ms += 66_001
    harbour.ship()
    assert receiver.totals() == harbour.totals()


def test_a_person_who_asks_need_not_wait(harbour: Harbour) -> None:
    receiver = harbour.receiver(plan=lambda _: answer(404))
    receiver.make = Make.REPLACING
    harbour.write(1)
    with pytest.raises(SyncMisconfiguredError):
        harbour.ship()
    with pytest.raises(SyncMisconfiguredError):
        harbour.ship()
    receiver.plan = lambda _: None

    harbour.ship(is_asked=True)

    assert receiver.totals() == harbour.totals()
