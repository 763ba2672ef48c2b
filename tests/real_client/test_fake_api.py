"""The made-up API itself, without the client."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from claude_tray.core.usage import TokenCounts
from tests.real_client.fake_api import FakeApi, Step, ToolCall

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as api:
        yield api


def post(api: FakeApi, path: str, **body: Any) -> bytes:
    data = json.dumps(body).encode()
    # The address is on loopback.
    with urlopen(Request(api.url + path, data)) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content


def ask(api: FakeApi, *messages: Any, stream: bool = False) -> bytes:
    return post(
        api,
        "/v1/messages?beta=true",
        model="m",
        messages=messages,
        tools=[{"name": "Bash"}],
        stream=stream,
    )


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "text", "text": text}]}


def test_a_prompt_gets_its_steps_in_turn(api: FakeApi) -> None:
    api.plan("a", Step("one", tools=(ToolCall("Bash", {}),)), Step("two"))
    prompt = user("hello #a")
    reply = {"role": "assistant", "content": []}
    result = {"role": "user", "content": [{"type": "tool_result"}]}

    first = json.loads(ask(api, prompt))
    second = json.loads(ask(api, prompt, reply, result))
    third = json.loads(ask(api, prompt, reply, result, reply, result))

    assert first["stop_reason"] == "tool_use"
    assert [block["type"] for block in first["content"]] == [
        "text",
        "tool_use",
    ]
    assert second["content"][0]["text"].startswith("two (msg_01Made")
    assert third["usage"]["input_tokens"] == 17
    assert [request.tag for request in api.bill] == ["a", "a", ""]
    assert api.bill[0].tokens == Step().tokens


def test_a_stream_ends_with_the_final_count(api: FakeApi) -> None:
    api.plan("a", Step(tokens=TokenCounts(1, 2, 3, 4, 5)))

    text = ask(api, user("#a"), stream=True).decode()

    events = [
        json.loads(line.removeprefix("data: "))
        for line in text.splitlines()
        if line.startswith("data: ")
    ]
    assert events[0]["message"]["usage"]["output_tokens"] == 1
    assert events[-2]["usage"]["output_tokens"] == 2
    assert events[-2]["usage"]["cache_creation_input_tokens"] == 7
    assert events[-1]["type"] == "message_stop"
    assert api.bill[0].is_whole


def test_a_cut_stream_has_no_final_count(api: FakeApi) -> None:
    api.plan("a", Step(blocks_before_cut=1))

    text = ask(api, user("#a"), stream=True).decode()

    assert "content_block_stop" in text
    assert "message_delta" not in text
    assert not api.bill[0].is_whole


def test_requests_without_tools_are_the_clients_own(api: FakeApi) -> None:
    api.plan("a", Step())
    post(api, "/v1/messages", model="m", messages=[user("title of #a")])
    ask(api, user("no tag"))

    assert [request.tag for request in api.bill] == ["", ""]


def test_other_paths_are_not_billed(api: FakeApi) -> None:
    assert post(api, "/v1/messages/count_tokens", x="y" * 40)
    with pytest.raises(HTTPError, match="404"):
        post(api, "/api/event_logging")

    assert api.bill == []
