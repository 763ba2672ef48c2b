from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.sending import a_request, a_row
from tests.support.server import Api, access_of, device_of

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User

NOW = datetime.now(UTC)


def test_the_same_batch_sent_twice_is_kept_once(ana: User) -> None:
    agent = Api(device_of(ana))
    sent = a_request(a_row(NOW), a_row(NOW, "msg_2"))

    first = agent.post("agent-sync/", sent)
    second = agent.post("agent-sync/", sent)

    assert first.body["status"] == "success"
    assert first.body["message"] == (
        "Synced 1 projects, 1 sessions, 2 snapshots"
    )
    assert first.body["snapshots_created"] == 2
    assert second.body["snapshots_created"] == 0
    assert second.body["snapshots_unchanged"] == 2
    assert second.body["rejected"] == []
    stats = Api(access_of(ana)).get("stats/")
    assert stats.body["total_messages"] == 2


def test_a_device_token_can_only_send(ana: User) -> None:
    agent = Api(device_of(ana))

    refused = agent.get("stats/")

    assert refused.status == 403
    assert refused.body["code"] == "device_token"
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_a_bad_row_spoils_no_other(ana: User) -> None:
    bad = a_row("yesterday", "msg_2")

    answer = Api(device_of(ana)).post(
        "agent-sync/",
        a_request(a_row(NOW), bad),
    )

    assert answer.body["status"] == "partial"
    assert answer.body["snapshots_created"] == 1
    (rejected,) = answer.body["rejected"]
    assert rejected["index"] == 1
    assert rejected["code"] == "timestamp"


def test_a_gzipped_batch_is_kept(ana: User) -> None:
    packed = gzip.compress(json.dumps(a_request(a_row(NOW))).encode())

    answer = Api(device_of(ana)).post(
        "agent-sync/",
        packed,
        Content_Encoding="gzip",
    )

    assert answer.body["snapshots_created"] == 1


def test_a_store_that_claims_more_than_is_here_is_sent_back(ana: User) -> None:
    agent = Api(device_of(ana))
    told = {"machine_id": "m1", "store_id": "s"}

    fresh = agent.get("agent-sync/", **told)
    agent.post(
        "agent-sync/",
        a_request(a_row(NOW), store_id="s", to_seq=9),
    )
    claimed = agent.post(
        "agent-sync/",
        a_request(a_row(NOW, "msg_2"), store_id="s", from_seq=12, to_seq=15),
    )

    assert fresh.body["acked_seq"] == 0
    assert fresh.body["encodings"] == ["gzip"]
    assert claimed.body["resync_from"] == 9
    assert claimed.body["snapshots_created"] == 0
    assert agent.get("agent-sync/", **told).body["acked_seq"] == 9


def test_a_reply_that_grew_replaces_what_was_sent_of_it(ana: User) -> None:
    agent = Api(device_of(ana))
    early = NOW - timedelta(seconds=9)

    agent.post("agent-sync/", a_request(a_row(early, output_tokens=1)))
    grown = agent.post(
        "agent-sync/",
        a_request(a_row(NOW, output_tokens=50, input_tokens=7)),
    )

    assert grown.body["snapshots_updated"] == 1
    detail = Api(access_of(ana)).get("sessions/s1/").body
    assert detail["total_output_tokens"] == 50
    assert detail["total_input_tokens"] == 7
    assert detail["count"] == 1
    assert detail["first_message_at"] == detail["last_message_at"]
    assert (
        detail["messages"][0]["timestamp"][:19]
        == (early.isoformat(timespec="seconds")[:19])
    )
