from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
)

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC)


def test_a_batch_sent_twice_is_stored_once(ana: User) -> None:
    agent = ApiClient(create_device_token(ana))
    sent = make_request(make_row(NOW), make_row(NOW, "msg_2"))

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
    stats = ApiClient(create_access_token(ana)).get("stats/")
    assert stats.body["total_messages"] == 2


def test_a_device_token_can_only_sync(ana: User) -> None:
    agent = ApiClient(create_device_token(ana))

    refused = agent.get("stats/")

    assert refused.status == 403
    assert refused.body["code"] == "token_scope"
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_an_invalid_row_rejects_no_other(ana: User) -> None:
    bad = make_row("yesterday", "msg_2")

    response = ApiClient(create_device_token(ana)).post(
        "agent-sync/",
        make_request(make_row(NOW), bad),
    )

    assert response.body["status"] == "partial"
    assert response.body["snapshots_created"] == 1
    (rejected,) = response.body["rejected"]
    assert rejected["index"] == 1
    assert rejected["code"] == "timestamp"


def test_a_gzip_batch_is_stored(ana: User) -> None:
    packed = gzip.compress(json.dumps(make_request(make_row(NOW))).encode())

    response = ApiClient(create_device_token(ana)).post(
        "agent-sync/",
        packed,
        Content_Encoding="gzip",
    )

    assert response.body["snapshots_created"] == 1


def test_missing_changes_are_requested_again(ana: User) -> None:
    agent = ApiClient(create_device_token(ana))
    claim = {"machine_id": "m1", "store_id": "s"}

    fresh = agent.get("agent-sync/", **claim)
    agent.post(
        "agent-sync/",
        make_request(make_row(NOW), store_id="s", to_seq=9),
    )
    claimed = agent.post(
        "agent-sync/",
        make_request(
            make_row(NOW, "msg_2"), store_id="s", from_seq=12, to_seq=15
        ),
    )

    assert fresh.body["acked_seq"] == 0
    assert fresh.body["encodings"] == ["gzip"]
    assert claimed.body["resync_from"] == 9
    assert claimed.body["snapshots_created"] == 0
    assert agent.get("agent-sync/", **claim).body["acked_seq"] == 9


def test_a_more_complete_record_replaces_the_stored_one(ana: User) -> None:
    agent = ApiClient(create_device_token(ana))
    early = NOW - timedelta(seconds=9)

    agent.post("agent-sync/", make_request(make_row(early, output_tokens=1)))
    grown = agent.post(
        "agent-sync/",
        make_request(make_row(NOW, output_tokens=50, input_tokens=7)),
    )

    assert grown.body["snapshots_updated"] == 1
    detail = ApiClient(create_access_token(ana)).get("sessions/s1/").body
    assert detail["total_output_tokens"] == 50
    assert detail["total_input_tokens"] == 7
    assert detail["count"] == 1
    assert detail["first_message_at"] == detail["last_message_at"]
    assert (
        detail["messages"][0]["timestamp"][:19]
        == (early.isoformat(timespec="seconds")[:19])
    )
