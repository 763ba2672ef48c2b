"""
Serve a made-up Messages API on loopback and keep the bill.

The real client is pointed to it by ANTHROPIC_BASE_URL, as to a gateway. What a
prompt is answered is planned by a tag in it: "count the files #loop" gets the
steps that were planned for "loop", one for each turn of the conversation. Any
other request, such as that for a title, gets a short text. Nothing leaves the
machine: requests to other hosts arrive here as a proxy and are refused.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from claude_tray.core.usage import TokenCounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


HOST = "127.0.0.1"


class ToolCall(NamedTuple):
    """A tool that a reply asks the client to run."""

    name: str
    arguments: dict[str, Any]


class Step(NamedTuple):
    """
    One planned reply.

    Attributes:
        text: Its text.
        tokens: What it is billed.
        tools: Tools that it calls.
        blocks_before_cut: Blocks after which the connection breaks; None
            for a whole reply.
    """

    text: str = "Done."
    tokens: TokenCounts = TokenCounts(120, 45, 800, 1_600, 9_000)
    tools: tuple[ToolCall, ...] = ()
    blocks_before_cut: int | None = None


class BilledRequest(NamedTuple):
    """
    One request of the bill.

    Attributes:
        message_id: ID of the reply.
        model: Model that was asked for.
        tokens: What it was billed.
        tag: Tag of the plan; empty for a request of the client's own.
        is_whole: The reply was sent to its end.
    """

    message_id: str
    model: str
    tokens: TokenCounts
    tag: str
    is_whole: bool


class FakeApi:
    """
    Run the API in a thread.

    Attributes:
        bill: What was answered, in order.
        requests: Bodies of these requests, in the same order.
        refused: Hosts that the client wanted to reach.
    """

    def __init__(self) -> None:
        self.bill: list[BilledRequest] = []
        self.requests: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self._plans: dict[str, Sequence[Step]] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()
        handler = type("BoundHandler", (ApiHandler,), {"api": self})
        self._server = QuietServer((HOST, 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def plan(self, tag: str, *steps: Step) -> None:
        """Answer prompts that contain "#tag" by these steps."""
        self._plans[tag] = steps

    def select_step(self, body: dict[str, Any]) -> tuple[str, Step]:
        """Return the tag and the planned reply of a request."""
        own_step = Step(tokens=TokenCounts(17, 9))
        if not body.get("tools"):
            return "", own_step
        messages = body.get("messages", [])
        for position in range(len(messages) - 1, -1, -1):
            message = messages[position]
            if message.get("role") != "user":
                continue
            tag = self._find_tag(list_texts(message))
            if tag:
                later = messages[position:]
                turn = sum(m.get("role") == "assistant" for m in later)
                steps = self._plans[tag]
                # After the last step, as for /compact, the client asks itself.
                return (
                    (tag, steps[turn]) if turn < len(steps) else ("", own_step)
                )
        return "", own_step

    def add(self, body: dict[str, Any], tag: str, step: Step) -> BilledRequest:
        """Enter a request in the bill."""
        with self._lock:
            request = BilledRequest(
                f"msg_01Made{next(self._numbers):08}",
                str(body.get("model")),
                step.tokens,
                tag,
                step.blocks_before_cut is None,
            )
            self.bill.append(request)
            self.requests.append(body)
        return request

    def _find_tag(self, texts: Sequence[str]) -> str:
        for text in reversed(texts):
            for tag in self._plans:
                if f"#{tag}" in text:
                    return tag
        return ""


class QuietServer(ThreadingHTTPServer):
    """A server whose clients may go away at any time."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Print nothing: the client closes connections that it kept."""


class ApiHandler(BaseHTTPRequestHandler):
    """Answer one connection."""

    protocol_version = "HTTP/1.1"
    api: FakeApi

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def do_CONNECT(self) -> None:
        self.api.refused.append(self.path)
        self._send_json(403, {})

    def do_HEAD(self) -> None:
        self._send_json(200, {})

    def do_GET(self) -> None:
        self._send_json(404, make_error("not_found_error"))

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        if path.endswith("/count_tokens"):
            self._send_json(200, {"input_tokens": len(data) // 4})
        elif path.endswith("/messages"):
            self._answer(json.loads(data))
        else:
            self._send_json(404, make_error("not_found_error"))

    def _answer(self, body: dict[str, Any]) -> None:
        tag, step = self.api.select_step(body)
        request = self.api.add(body, tag, step)
        blocks = list(build_blocks(step, request))
        opening = {
            "id": request.message_id,
            "type": "message",
            "role": "assistant",
            "model": request.model,
            "stop_sequence": None,
        }
        reason = "tool_use" if step.tools else "end_turn"
        if not body.get("stream"):
            usage = make_usage(step.tokens)
            reply = {"content": blocks, "stop_reason": reason, "usage": usage}
            self._send_json(200, opening | reply)
            return
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header(
            "request-id", request.message_id.replace("msg", "req")
        )
        self.send_header("connection", "close")
        self.end_headers()
        for event in build_events(opening, blocks, step, reason):
            line = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
            self.wfile.write(line.encode())

    def _send_json(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


def make_error(kind: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": kind}}


def make_usage(
    tokens: TokenCounts, output: int | None = None
) -> dict[str, Any]:
    """Return the usage of a reply as the API words it."""
    return {
        "input_tokens": tokens.input,
        "output_tokens": tokens.output if output is None else output,
        "cache_read_input_tokens": tokens.cache_read,
        "cache_creation_input_tokens": tokens.cache_write,
        "cache_creation": {
            "ephemeral_5m_input_tokens": tokens.cache_write_5m,
            "ephemeral_1h_input_tokens": tokens.cache_write_1h,
        },
        "service_tier": "standard",
    }


def build_blocks(
    step: Step, request: BilledRequest
) -> Iterator[dict[str, Any]]:
    """Yield the content of a reply."""
    yield {"type": "text", "text": f"{step.text} ({request.message_id})"}
    for number, tool in enumerate(step.tools):
        yield {
            "type": "tool_use",
            "id": f"toolu_{request.message_id}_{number}",
            "name": tool.name,
            "input": tool.arguments,
        }


def build_events(
    opening: dict[str, Any],
    blocks: list[dict[str, Any]],
    step: Step,
    reason: str,
) -> Iterator[dict[str, Any]]:
    """Yield the events that stream a reply, until the planned break."""
    start = opening | {
        "content": [],
        "stop_reason": None,
        # The final count comes with the last event.
        "usage": make_usage(step.tokens, output=1),
    }
    yield {"type": "message_start", "message": start}
    for index, block in enumerate(blocks[: step.blocks_before_cut]):
        yield from build_block_events(index, block)
    if step.blocks_before_cut is not None:
        return
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": None},
        "usage": make_usage(step.tokens),
    }
    yield {"type": "message_stop"}


def build_block_events(
    index: int, block: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield the events that stream one block."""
    empty: dict[str, Any] = {"text": ""}
    delta = {"type": "text_delta", "text": block.get("text")}
    if block["type"] == "tool_use":
        empty = {"input": {}}
        text = json.dumps(block["input"])
        delta = {"type": "input_json_delta", "partial_json": text}
    yield {
        "type": "content_block_start",
        "index": index,
        "content_block": block | empty,
    }
    yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def list_texts(message: dict[str, Any]) -> list[str]:
    """Return the texts of a message, without results of tools."""
    content = message.get("content")
    if isinstance(content, str):
        return [content]
    return [
        block.get("text", "")
        for block in content or ()
        if block.get("type") == "text"
    ]
