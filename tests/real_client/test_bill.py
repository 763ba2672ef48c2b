"""Compare what the real client's transcripts say with the bill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claude_tray.core.cost import NANO_USD_PER_USD
from claude_tray.core.usage import TOKEN_KINDS, TokenCounts
from tests.real_client.client import compute_bill
from tests.real_client.fake_api import Step, ToolCall

if TYPE_CHECKING:
    from tests.real_client.client import RealClient
    from tests.real_client.fake_api import FakeApi


LOOP = ToolCall("Bash", {"command": "echo one"})


def read_exported(client: RealClient) -> dict[str, TokenCounts]:
    """Return the exported token counts by message ID."""
    rows = client.read_tray_json("export")["records"]
    return {
        row["message_id"]: TokenCounts(
            *(row[kind.export_name] for kind in TOKEN_KINDS)
        )
        for row in rows
    }


def check_bill(api: FakeApi, client: RealClient) -> None:
    """Each whole reply is exact, and what is missing is disclosed."""
    exported = read_exported(client)
    whole = {
        request.message_id: request.tokens
        for request in api.bill
        if request.tag and request.is_whole
    }
    assert whole
    assert {name: exported.get(name) for name in whole} == whole
    status: Any = client.read_tray_json("status", "--json")
    stats: Any = client.read_tray_json("stats", "--json")
    total = round(float(stats["total_cost_usd"]) * NANO_USD_PER_USD)
    bill = compute_bill(api)
    # Nothing is invented, little is missing, and never silently.
    assert 0.9 * bill <= total <= bill
    assert total == bill or status["today"]["cost_is_lower_bound"]
    assert {host.partition(":")[2] for host in api.refused} <= {"443"}


def test_a_conversation_with_tools(api: FakeApi, client: RealClient) -> None:
    api.plan(
        "loop",
        Step(tools=(LOOP, LOOP)),
        Step(tools=(LOOP,), tokens=TokenCounts(7, 310, 0, 0, 40_000)),
        Step(tokens=TokenCounts(3, 64, 0, 900, 41_000)),
    )

    result = client.ask("count the files #loop")

    assert not result["is_error"]
    assert compute_bill(api) == round(
        result["total_cost_usd"] * NANO_USD_PER_USD
    )
    check_bill(api, client)


def test_resumed_and_forked_sessions(api: FakeApi, client: RealClient) -> None:
    for tag in ("first", "again", "branch", "more"):
        api.plan(tag, Step())
    session = client.ask("begin #first")["session_id"]

    client.ask("go on #again", "--resume", session)
    client.ask("try #branch", "--resume", session, "--fork-session")
    client.ask("and #more", "--continue")

    check_bill(api, client)
    # Earlier versions do not say which session sent a request.
    if b'"api-request"' in client.read_transcripts():
        sessions = client.read_tray_json("sessions", "--json")["sessions"]
        counts = {s["session_id"]: s["total_messages"] for s in sessions}
        assert len(counts) == 2
        assert counts[session] >= 2


def test_a_subagent(api: FakeApi, client: RealClient) -> None:
    agent = ToolCall(
        "Agent",
        {
            "description": "count",
            "subagent_type": "general-purpose",
            "prompt": "count them #inner",
        },
    )
    api.plan("inner", Step(tools=(LOOP,)), Step())
    api.plan("outer", Step(tools=(agent,)), Step(), Step())

    client.ask("ask a subagent #outer")

    assert {request.tag for request in api.bill} >= {"outer", "inner"}
    check_bill(api, client)


def test_compaction_is_counted_or_disclosed(
    api: FakeApi, client: RealClient
) -> None:
    api.plan("long", Step(tokens=TokenCounts(90, 60, 0, 20_000, 50_000)))
    session = client.ask("begin #long")["session_id"]

    client.ask("/compact", "--resume", session)

    assert any(not request.tag for request in api.bill)
    check_bill(api, client)


def test_a_cut_reply_is_disclosed(api: FakeApi, client: RealClient) -> None:
    api.plan("cut", Step(blocks_before_cut=1))
    api.plan("whole", Step())
    client.ask("this works #whole")

    client.ask("and this breaks #cut")

    status = client.read_tray_json("status", "--json")
    assert any(not request.is_whole for request in api.bill)
    assert status["today"]["cost_is_lower_bound"]
