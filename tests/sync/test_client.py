from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.core.limits import LimitSample
from claude_tray.errors import SyncDelayedError, SyncMisconfiguredError
from claude_tray.store.limit_reports import save_samples
from tests.support.builders import make_record
from tests.support.fake_receiver import FakeReceiverKind, build_response
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from tests.support.sync_harness import SyncHarness


EACH_KIND = pytest.mark.parametrize("make", list(FakeReceiverKind))
OWN_AND_REPLACING = pytest.mark.parametrize(
    "make", [FakeReceiverKind.OWN_SERVER, FakeReceiverKind.REPLACING]
)


@EACH_KIND
def test_the_receiver_gets_the_totals_of_the_store(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    receiver = harness.start_receiver(make)
    harness.add_records(2500)

    stats = harness.sync()

    assert receiver.totals() == harness.totals()
    assert stats.row_count == 2500
    assert len(stats.sessions) == 5
    assert len(stats.projects) == 3
    assert stats.pending == 0


@EACH_KIND
def test_sent_records_are_not_sent_again(
    harness: SyncHarness, make: FakeReceiverKind
) -> None:
    receiver = harness.start_receiver(make)
    harness.add_records(30)
    harness.sync()
    before = len(receiver.posts)

    harness.restart()
    harness.sync()

    assert len(receiver.posts) == before


@EACH_KIND
def test_an_updated_record_is_sent_again(
    harness: SyncHarness, make: FakeReceiverKind
) -> None:
    receiver = harness.start_receiver(make)
    records = harness.add_records(40)
    harness.sync()

    harness.grow_records(*records[3:7])
    harness.sync()

    assert receiver.totals() == harness.totals()


def test_an_incremental_receiver_gets_only_changes(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    records = harness.add_records(40)
    harness.sync()

    harness.grow_records(records[3])
    harness.sync()

    ids = [m["message"]["id"] for m in receiver.posts[-1].messages]
    assert ids == [records[3].message_id]


def test_a_replacing_receiver_gets_whole_sessions(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.REPLACING)
    records = harness.add_records(4000, sessions=9)
    harness.sync()
    harness.grow_records(records[17])
    harness.sync()

    for request in receiver.posts:
        sent = [
            session
            for project in request.json["projects"]
            for session in project["sessions"]
        ]
        for session in sent:
            totals = [
                r for r in records if r.session_id == session["session_id"]
            ]
            assert len(session["messages"]) == len(totals)
        assert len(request.messages) <= 1000
        assert len({s["session_id"] for s in sent}) == len(sent)
    assert len(receiver.posts[-1].json["projects"]) == 1


def test_a_session_larger_than_a_request_is_not_split(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.REPLACING)
    harness.add_records(2500, sessions=1)

    harness.sync()

    assert [len(request.messages) for request in receiver.posts] == [2500]
    assert receiver.totals() == harness.totals()


@EACH_KIND
def test_a_record_that_moved_to_another_session_is_counted_once(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    receiver = harness.start_receiver(make)
    copy = make_record("10:00", message="msg_1", session="later")
    save_records(harness.writer, copy, make_record("10:01", session="later"))
    harness.sync()

    save_records(
        harness.writer,
        make_record("09:00", message="msg_1", session="earlier"),
    )
    harness.sync()

    assert receiver.totals() == harness.totals()


def test_a_session_that_lost_its_only_record_is_sent_empty(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.REPLACING)
    save_records(
        harness.writer,
        make_record("10:00", message="msg_1", session="later"),
    )
    harness.sync()

    save_records(
        harness.writer,
        make_record("09:00", message="msg_1", session="earlier"),
    )
    harness.sync()

    assert receiver.totals() == harness.totals()


@OWN_AND_REPLACING
def test_a_session_that_changed_its_project_is_sent_again(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    receiver = harness.start_receiver(make)
    line = make_record("10:00", message="msg_1", project="/home/ada/guess")
    save_records(harness.writer, line, is_guess=True)
    harness.sync()
    assert receiver.sessions == {"session-a": "guess"}

    save_records(harness.writer, line._replace(project=make_record().project))
    harness.sync()

    assert receiver.sessions == {"session-a": "notes"}
    assert receiver.totals() == harness.totals()


@EACH_KIND
def test_a_new_url_gets_everything(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    harness.start_receiver(make)
    harness.add_records(30)
    harness.sync()

    other = harness.start_receiver(make)
    harness.restart()
    harness.sync()

    assert other.totals() == harness.totals()


def test_a_receiver_restored_from_a_backup_gets_what_it_lacks(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    harness.add_records(300)
    harness.sync()

    receiver.clear()
    harness.restart()
    harness.sync()

    assert receiver.totals() == harness.totals()


def test_a_receiver_that_loses_data_during_a_run_gets_it_again(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    harness.add_records(300)
    harness.sync()

    receiver.clear()
    harness.add_records(1)
    harness.sync()

    assert receiver.totals() == harness.totals()


def test_a_new_server_at_the_same_url_gets_everything(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    harness.add_records(300)
    harness.sync()

    receiver.rows.clear()
    receiver.server_id = "receiver-2"
    receiver.acked_seqs.clear()
    harness.restart()
    harness.sync()

    assert receiver.totals() == harness.totals()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FakeReceiverKind.OWN_SERVER, FakeReceiverKind.REPLACING),
        (FakeReceiverKind.REPLACING, FakeReceiverKind.OWN_SERVER),
    ],
)
def test_a_receiver_of_another_kind_at_the_same_url_gets_everything(
    harness: SyncHarness,
    before: FakeReceiverKind,
    after: FakeReceiverKind,
) -> None:
    receiver = harness.start_receiver(before)
    harness.add_records(300)
    harness.sync()

    receiver.kind = after
    receiver.clear()
    harness.restart()
    harness.sync()

    assert receiver.totals() == harness.totals()


def test_a_receiver_that_keeps_rewinding_is_delayed(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    harness.add_records(10)
    receipt = {
        "status": "success",
        "message": "",
        "projects_updated": 0,
        "sessions_updated": 0,
        "snapshots_created": 0,
        "resync_from": 0,
    }
    receiver.fault_plan = lambda a: (
        build_response(200, receipt) if a.is_post else None
    )

    with pytest.raises(SyncDelayedError, match="keeps requesting"):
        harness.sync()


@EACH_KIND
def test_usage_of_deleted_transcripts_is_sent_too(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    # Only the store is read: this test has no transcripts.
    receiver = harness.start_receiver(make)
    harness.add_records(10)

    harness.sync()

    assert receiver.totals() == harness.totals()


def test_the_agent_identifies_the_sender_and_its_progress(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    harness.add_records(3)
    harness.sync()
    harness.add_records(2)
    harness.sync()

    agent = receiver.posts[-1].json["agent"]
    assert agent["machine_id"] == "machine"
    assert agent["machine_name"] == "thinkpad"
    assert (agent["from_seq"], agent["to_seq"]) == (3, 5)
    assert agent["sent_at"] == agent["as_of"] == "2026-03-20T12:00:00.000Z"


def test_accounts_are_sent_as_hashes(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    harness.folders = {"first": "/home/ada/.claude", "second": "/srv/claude"}
    save_records(harness.writer, make_record(session="one"), account="first")
    save_records(harness.writer, make_record(session="two"), account="second")

    harness.sync()

    (request,) = receiver.posts
    accounts = {row[0]: row[1] for row in receiver.rows.values()}
    assert accounts["one"] == request.json["agent"]["account"]
    assert accounts["one"] != accounts["two"] != ""
    assert b"first" not in request.decoded_body
    assert b"second" not in request.decoded_body
    folders = {project["path"] for project in request.json["projects"]}
    assert folders == {"~/.claude/projects/-home-ada-notes"}


def test_current_limits_are_sent(harness: SyncHarness) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    harness.folders = {"first": "/home/ada/.claude"}
    save_records(harness.writer, make_record(), account="first")
    resets_ms = harness.now_ms + 3_600_000
    sample = LimitSample("first", "five_hour", 38.5, resets_ms, harness.now_ms)
    save_samples(harness.writer, [sample])

    harness.sync()

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


def test_an_absent_limit_is_sent(harness: SyncHarness) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)
    harness.folders = {"first": "/home/ada/.claude"}
    save_records(harness.writer, make_record(), account="first")
    week = LimitSample(
        "first", "seven_day", 41, harness.now_ms + 3_600_000, harness.now_ms
    )
    absent = week._replace(name="five_hour", percent=None, resets_ms=None)
    save_samples(harness.writer, [week, absent])

    harness.sync()

    agent = receiver.posts[0].json["agent"]
    assert [limit["name"] for limit in agent["limits"]] == ["seven_day"]
    assert agent["absent_limits"] == [
        {
            "name": "five_hour",
            "observed_at": "2026-03-20T12:00:00.000Z",
            "account": agent["account"],
        },
    ]


def test_a_replacing_receiver_gets_no_agent(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.REPLACING)
    harness.add_records(3)
    harness.sync()

    assert set(receiver.posts[0].json) == {"projects"}


def test_an_incremental_receiver_gets_heartbeats(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.OWN_SERVER)

    harness.sync(send_heartbeat=True)

    assert receiver.requests[-1].json["projects"] == []
    assert harness.destination.last_ok_ms == harness.now_ms


def test_a_replacing_receiver_gets_no_heartbeats(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(FakeReceiverKind.MERGING)

    harness.sync(send_heartbeat=True)

    assert not any(request.is_post for request in receiver.requests)


@OWN_AND_REPLACING
def test_an_excluded_project_is_not_sent(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    receiver = harness.start_receiver(make)
    harness.privacy = harness.privacy._replace(exclude=("project-1",))
    harness.add_records(60)

    harness.sync()

    assert b"project-1" not in b"".join(a.decoded_body for a in receiver.posts)
    assert set(receiver.sessions.values()) == {"project-0", "project-2"}
    assert harness.get_sync_run().destination.acked_seq > 0


@OWN_AND_REPLACING
def test_excluded_projects_alone_cause_no_request(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    receiver = harness.start_receiver(make)
    harness.privacy = harness.privacy._replace(exclude=("*",))
    harness.add_records(60)

    harness.sync()
    harness.sync()

    assert receiver.posts == []


@OWN_AND_REPLACING
def test_changed_privacy_settings_send_everything_again(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    receiver = harness.start_receiver(make)
    harness.add_records(60)
    harness.sync()

    harness.privacy = harness.privacy._replace(projects="hidden")
    harness.restart()
    harness.sync()

    assert set(receiver.sessions.values()) == {"hidden"}
    assert receiver.totals() == harness.totals()


@OWN_AND_REPLACING
def test_a_renamed_project_is_sent_again(
    harness: SyncHarness,
    make: FakeReceiverKind,
) -> None:
    receiver = harness.start_receiver(make)
    save_records(
        harness.writer, make_record(session="one", project="/home/ada/shop")
    )
    harness.sync()
    assert receiver.sessions == {"one": "shop"}

    # A second folder with the same name: both names get a prefix.
    save_records(
        harness.writer, make_record(session="two", project="/srv/shop")
    )
    harness.sync()

    assert receiver.sessions == {"one": "ada · shop", "two": "srv · shop"}
    assert receiver.totals() == harness.totals()
    harness.restart()
    post_count = len(receiver.posts)
    harness.sync()
    assert len(receiver.posts) == post_count


def test_a_backoff_is_respected(
    harness: SyncHarness,
) -> None:
    receiver = harness.start_receiver(
        fault_plan=lambda _: build_response(503, Retry_After="60")
    )
    harness.add_records(1)
    with pytest.raises(SyncDelayedError):
        harness.sync()
    receiver.fault_plan = lambda _: None

    harness.restart()
    with pytest.raises(SyncDelayedError):
        harness.sync()
    assert len(receiver.requests) == 1

    harness.now_ms += 66_001
    harness.sync()
    assert receiver.totals() == harness.totals()


def test_a_manual_sync_ignores_the_backoff(harness: SyncHarness) -> None:
    receiver = harness.start_receiver(fault_plan=lambda _: build_response(404))
    receiver.kind = FakeReceiverKind.REPLACING
    harness.add_records(1)
    with pytest.raises(SyncMisconfiguredError):
        harness.sync()
    with pytest.raises(SyncMisconfiguredError):
        harness.sync()
    receiver.fault_plan = lambda _: None

    harness.sync(is_manual=True)

    assert receiver.totals() == harness.totals()
