"""A receiver of agent-sync on loopback that misbehaves on purpose."""

from __future__ import annotations

import gzip
import json
import socket
import socketserver
import ssl
import struct
import threading
import time
from contextlib import closing, suppress
from email.utils import formatdate
from enum import Enum
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATH = "/app/claude-usage/agent-sync/"
TOKEN = "a-made-up-token-of-ada"
LONG = 30.0


class Make(Enum):
    """
    What a receiver is like.

    OURS: greets, merges by message, counts changes, unpacks gzip.
    MERGING: merges by message; 405 for a greeting.
    REPLACING: replaces a session by what it is sent; 405 for a greeting.
    """

    OURS = "ours"
    MERGING = "merging"
    REPLACING = "replacing"


class Asked(NamedTuple):
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_post(self) -> bool:
        return self.method == "POST" and self.path.startswith(PATH)

    @property
    def text(self) -> bytes:
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if packed else self.body

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def messages(self) -> list[Any]:
        return [
            message
            for project in self.json["projects"]
            for session in project["sessions"]
            for message in session["messages"]
        ]


def answer(
    status: int,
    body: object = b"",
    kind: str = "application/json",
    **headers: str,
) -> bytes:
    """An answer as it goes over the wire."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Type: {kind}",
        f"Content-Length: {len(data)}",
        *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items()),
    ]
    if "Date" not in headers:
        lines.append(f"Date: {formatdate(usegmt=True)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


class Receiver:
    """
    Takes what is sent, unless the plan says otherwise.

    Args:
        make: What it is like.
        plan: What happens to a request; asked for each.
        tls: Certificate and key in one file; None for plain HTTP.

    Attributes:
        behind: A server that stands behind it and does the work, by its
            port; it is the network then.
    """

    def __init__(
        self,
        make: Make = Make.OURS,
        plan: Callable[[Asked], Any] = lambda _: None,
        tls: Path | None = None,
    ) -> None:
        self.make = make
        self.plan = plan
        self.asked: list[Asked] = []
        self.token = f"Bearer {TOKEN}"
        self.server_id = "receiver-1"
        self.most_messages = 1000
        self.encodings = ["gzip"]
        # By message: project, session, account, output, all tokens.
        self.rows: dict[str, tuple[Any, ...]] = {}
        self.sessions: dict[str, str] = {}
        self.acked: dict[str, int] = {}
        self.behind = 0
        self._tls = tls
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._ends = threading.Event()

    def __enter__(self) -> Self:
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError, ValueError, HTTPException):
                    outer._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            args=(0.02,),
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._server.shutdown()
        self._thread.join()
        for line in tuple(self._open):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    @property
    def posts(self) -> list[Asked]:
        """What was posted to agent-sync, canaries left out."""
        found = [asked for asked in self.asked if asked.is_post]
        return [asked for asked in found if asked.json["projects"]]

    def totals(self) -> tuple[int, ...]:
        """Messages, input, output, both cache writes, cache read."""
        sums = [row[-1] for row in self.rows.values()]
        return (len(sums), *map(sum, zip(*sums, strict=True)))

    def forget(self) -> None:
        """Lose everything, as by an old backup."""
        with self._lock:
            self.rows.clear()
            self.sessions.clear()
            self.acked.clear()

    def _serve(self, line: socket.socket) -> None:
        self._open.add(line)
        try:
            if self._tls is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self._tls)
                line = context.wrap_socket(line, server_side=True)
                self._open.add(line)
            with line.makefile("rb") as file:
                while (asked := _read(file)) is not None:
                    self.asked.append(asked)
                    if not self._react(line, asked, self.plan(asked)):
                        return
        finally:
            self._open.discard(line)
            line.close()

    def _react(self, line: socket.socket, asked: Asked, fault: Any) -> bool:
        """Do what the plan says; return whether the line stays open."""
        name, extra = fault if isinstance(fault, tuple) else (fault, 0.0)
        if name is None:
            line.sendall(self._take(asked))
        elif isinstance(name, bytes):
            line.sendall(name)
        elif name == "twice":
            self._take(asked)
            line.sendall(self._take(asked))
        elif name == "late":
            self._ends.wait(extra)
            line.sendall(self._take(asked))
        else:
            self._misbehave(line, asked, name)
            return False
        return True

    def _misbehave(self, line: socket.socket, asked: Asked, name: str) -> None:
        {
            "reset before": self._reset_before,
            "reset after": self._reset_after,
            "reset within": self._reset_within,
            "cut short": self._cut_short,
            "black hole": self._black_hole,
            "drip head": self._drip_head,
            "drip body": self._drip_body,
            "endless": self._endless,
            "garbage": self._garbage,
        }[name](line, asked)

    def _reset_before(self, line: socket.socket, _: Asked) -> None:
        _reset(line)

    def _reset_after(self, line: socket.socket, asked: Asked) -> None:
        self._take(asked)
        _reset(line)

    def _reset_within(self, line: socket.socket, asked: Asked) -> None:
        whole = self._take(asked)
        line.sendall(whole[: len(whole) // 2])
        time.sleep(0.02)
        _reset(line)

    def _cut_short(self, line: socket.socket, asked: Asked) -> None:
        line.sendall(self._take(asked)[:-20])

    def _black_hole(self, _line: socket.socket, _: Asked) -> None:
        self._ends.wait(LONG)

    def _drip_head(self, line: socket.socket, _: Asked) -> None:
        _drip(line, b"HTTP/1.1 200 OK\r\nX-Drip: ", self._ends)

    def _drip_body(self, line: socket.socket, asked: Asked) -> None:
        head = self._take(asked).partition(b"\r\n\r\n")[0]
        _drip(line, head + b"\r\n\r\n", self._ends)

    def _endless(self, line: socket.socket, _: Asked) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: ")
        line.sendall(b"application/json\r\n\r\n")
        while not self._ends.is_set():
            line.sendall(b" " * 65536)

    def _garbage(self, line: socket.socket, _: Asked) -> None:
        line.sendall(b"\x00\xff SSH-2.0-nope\r\n\r\n")

    def _take(self, asked: Asked) -> bytes:
        if self.behind:
            return self._pass_on(asked)
        with self._lock:
            return self._answer(asked)

    def _pass_on(self, asked: Asked) -> bytes:
        line = HTTPConnection("127.0.0.1", self.behind, timeout=LONG)
        with closing(line):
            headers = {
                name: value
                for name, value in asked.headers.items()
                if name not in ("connection", "content-length")
            }
            line.request(asked.method, asked.path, asked.body, headers)
            came = line.getresponse()
            kind = came.getheader("Content-Type", "")
            more = {
                name: value
                for name in ("Retry-After", "Date")
                if (value := came.getheader(name)) is not None
            }
            return answer(came.status, came.read(), kind, **more)

    def _answer(self, asked: Asked) -> bytes:
        if not asked.path.startswith(PATH):
            return answer(404, b"<html>not found</html>", "text/html")
        if asked.headers.get("authorization") != self.token:
            return answer(401, {"code": "token_not_valid", "detail": "no"})
        if asked.method == "GET":
            return self._greet(asked)
        if "content-encoding" in asked.headers and not self._unpacks:
            return answer(415, {"detail": "unsupported encoding"})
        try:
            return self._keep(json.loads(asked.text))
        except (ValueError, KeyError, TypeError, OSError, EOFError):
            return answer(400, {"code": "invalid", "detail": "no"})

    @property
    def _unpacks(self) -> bool:
        return self.make is Make.OURS and "gzip" in self.encodings

    def _greet(self, asked: Asked) -> bytes:
        if self.make is not Make.OURS:
            return answer(405, {"detail": 'Method "GET" not allowed.'})
        query = urlsplit(asked.path).query
        store = dict(p.split("=") for p in query.split("&"))["store_id"]
        return answer(
            200,
            {
                "server_id": self.server_id,
                "acked_seq": self.acked.get(store, 0),
                "max_messages": self.most_messages,
                "encodings": self.encodings,
            },
        )

    def _keep(self, request: Any) -> bytes:
        agent = request.get("agent")
        if self.make is Make.OURS and agent:
            known = self.acked.get(agent["store_id"], 0)
            if agent["from_seq"] > known:
                return _receipt(resync_from=known, snapshots_received=0)
            self.acked[agent["store_id"]] = max(known, agent["to_seq"])
        created = received = 0
        for project in request["projects"]:
            for session in project["sessions"]:
                received += len(session["messages"])
                created += self._keep_session(project["name"], session, agent)
        more = {"snapshots_received": received}
        return _receipt(
            projects=len(request["projects"]),
            created=created,
            **(more if self.make is Make.OURS else {}),
        )

    def _keep_session(self, project: str, session: Any, agent: Any) -> int:
        name = session["session_id"]
        self.sessions[name] = project
        if self.make is Make.REPLACING:
            gone = [k for k, row in self.rows.items() if row[0] == name]
            for key in gone:
                del self.rows[key]
        usual = (agent or {}).get("account", "")
        account = session.get("account") or usual
        created = 0
        for message in session["messages"]:
            row = (name, account, _tokens(message["message"]["usage"]))
            key = message["message"].get("id") or message["uuid"]
            if self.make is Make.REPLACING:
                # It keeps whatever a session holds, also what others hold.
                key = f"{name}/{key}"
            known = self.rows.get(key)
            created += known is None
            if known is None or row[-1][1] >= known[-1][1]:
                self.rows[key] = row
        return created


def _tokens(usage: Any) -> tuple[int, ...]:
    return (
        usage["input_tokens"],
        usage["output_tokens"],
        usage["cache_creation_input_tokens"],
        usage["cache_creation"]["ephemeral_1h_input_tokens"],
        usage["cache_read_input_tokens"],
    )


def _receipt(projects: int = 0, created: int = 0, **more: Any) -> bytes:
    return answer(
        200,
        {
            "status": "success",
            "message": f"Synced {projects} projects",
            "projects_updated": projects,
            "sessions_updated": projects,
            "snapshots_created": created,
            "timestamp": "2026-03-01T12:00:00Z",
            **more,
        },
    )


def _read(file: Any) -> Asked | None:
    first = file.readline().decode("latin-1").split()
    if len(first) < 2:
        return None
    headers = {}
    while line := file.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = file.read(int(headers.get("content-length", 0)))
    return Asked(first[0], first[1], headers, body)


def _reset(line: socket.socket) -> None:
    option = struct.pack("ii", 1, 0)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
    line.close()


def _drip(line: socket.socket, head: bytes, ends: threading.Event) -> None:
    line.sendall(head)
    while not ends.wait(0.05):
        line.sendall(b" ")
