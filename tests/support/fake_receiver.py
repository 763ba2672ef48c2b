"""Run an agent-sync server on loopback that misbehaves on purpose."""

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
LONG_SECONDS = 30.0


class FakeReceiverKind(Enum):
    """
    Behavior of a receiver.

    OWN_SERVER: accepts the handshake and gzip, merges by message.
    MERGING: merges by message; 405 for the handshake.
    REPLACING: replaces whole sessions; 405 for the handshake.
    """

    OWN_SERVER = "ours"
    MERGING = "merging"
    REPLACING = "replacing"


class ReceivedRequest(NamedTuple):
    """A received request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_post(self) -> bool:
        return self.method == "POST" and self.path.startswith(PATH)

    @property
    def decoded_body(self) -> bytes:
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if packed else self.body

    @property
    def json(self) -> Any:
        return json.loads(self.decoded_body)

    @property
    def messages(self) -> list[Any]:
        return [
            message
            for project in self.json["projects"]
            for session in project["sessions"]
            for message in session["messages"]
        ]


def build_response(
    status: int,
    body: object = b"",
    content_type: str = "application/json",
    **headers: str,
) -> bytes:
    """Build the bytes of an HTTP response."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(data)}",
        *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items()),
    ]
    if "Date" not in headers:
        lines.append(f"Date: {formatdate(usegmt=True)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


class FakeReceiver:
    """
    Accepts requests, unless the fault plan returns a fault.

    Args:
        kind: Behavior without faults.
        fault_plan: Returns the fault for a request; None for no fault.
        tls: Certificate and key in one file; None for plain HTTP.

    Attributes:
        upstream_port: Port of a real server to proxy to; 0 to respond
            without one.
    """

    def __init__(
        self,
        kind: FakeReceiverKind = FakeReceiverKind.OWN_SERVER,
        fault_plan: Callable[[ReceivedRequest], Any] = lambda _: None,
        tls: Path | None = None,
    ) -> None:
        self.kind = kind
        self.fault_plan = fault_plan
        self.requests: list[ReceivedRequest] = []
        self.token = f"Bearer {TOKEN}"
        self.server_id = "receiver-1"
        self.max_messages = 1000
        self.encodings = ["gzip"]
        # By message: project, session, account, output, all tokens.
        self.rows: dict[str, tuple[Any, ...]] = {}
        self.sessions: dict[str, str] = {}
        self.acked_seqs: dict[str, int] = {}
        self.upstream_port = 0
        self._tls = tls
        self._lock = threading.Lock()
        self._open_sockets: set[socket.socket] = set()
        self._stopping = threading.Event()

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
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        for connection in tuple(self._open_sockets):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    @property
    def posts(self) -> list[ReceivedRequest]:
        """List the requests posted to agent-sync, without canaries."""
        posts = [request for request in self.requests if request.is_post]
        return [request for request in posts if request.json["projects"]]

    def totals(self) -> tuple[int, ...]:
        """Sum messages, input, output, both cache writes and cache reads."""
        sums = [row[-1] for row in self.rows.values()]
        return (len(sums), *map(sum, zip(*sums, strict=True)))

    def clear(self) -> None:
        """Lose all data, as after restoring an old backup."""
        with self._lock:
            self.rows.clear()
            self.sessions.clear()
            self.acked_seqs.clear()

    def _serve(self, connection: socket.socket) -> None:
        self._open_sockets.add(connection)
        try:
            if self._tls is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self._tls)
                connection = context.wrap_socket(connection, server_side=True)
                self._open_sockets.add(connection)
            with connection.makefile("rb") as file:
                while (request := _read_request(file)) is not None:
                    self.requests.append(request)
                    if not self._apply_fault(
                        connection, request, self.fault_plan(request)
                    ):
                        return
        finally:
            self._open_sockets.discard(connection)
            connection.close()

    def _apply_fault(
        self, connection: socket.socket, request: ReceivedRequest, fault: Any
    ) -> bool:
        """Inject a planned fault; return False if the connection is closed."""
        name, delay = fault if isinstance(fault, tuple) else (fault, 0.0)
        if name is None:
            connection.sendall(self._handle(request))
        elif isinstance(name, bytes):
            connection.sendall(name)
        elif name == "twice":
            self._handle(request)
            connection.sendall(self._handle(request))
        elif name == "late":
            self._stopping.wait(delay)
            connection.sendall(self._handle(request))
        else:
            self._misbehave(connection, request, name)
            return False
        return True

    def _misbehave(
        self, connection: socket.socket, request: ReceivedRequest, name: str
    ) -> None:
        {
            "reset before": self._reset_before,
            "reset after": self._reset_after,
            "reset within": self._reset_within,
            "cut short": self._truncate_response,
            "black hole": self._black_hole,
            "drip head": self._drip_head,
            "drip body": self._drip_body,
            "endless": self._send_endless_body,
            "garbage": self._send_garbage,
        }[name](connection, request)

    def _reset_before(
        self, connection: socket.socket, _: ReceivedRequest
    ) -> None:
        _reset_connection(connection)

    def _reset_after(
        self, connection: socket.socket, request: ReceivedRequest
    ) -> None:
        self._handle(request)
        _reset_connection(connection)

    def _reset_within(
        self, connection: socket.socket, request: ReceivedRequest
    ) -> None:
        response = self._handle(request)
        connection.sendall(response[: len(response) // 2])
        time.sleep(0.02)
        _reset_connection(connection)

    def _truncate_response(
        self, connection: socket.socket, request: ReceivedRequest
    ) -> None:
        connection.sendall(self._handle(request)[:-20])

    def _black_hole(
        self, _connection: socket.socket, _: ReceivedRequest
    ) -> None:
        self._stopping.wait(LONG_SECONDS)

    def _drip_head(
        self, connection: socket.socket, _: ReceivedRequest
    ) -> None:
        _send_slowly(
            connection, b"HTTP/1.1 200 OK\r\nX-Drip: ", self._stopping
        )

    def _drip_body(
        self, connection: socket.socket, request: ReceivedRequest
    ) -> None:
        head = self._handle(request).partition(b"\r\n\r\n")[0]
        _send_slowly(connection, head + b"\r\n\r\n", self._stopping)

    def _send_endless_body(
        self, connection: socket.socket, _: ReceivedRequest
    ) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: ")
        connection.sendall(b"application/json\r\n\r\n")
        while not self._stopping.is_set():
            connection.sendall(b" " * 65536)

    def _send_garbage(
        self, connection: socket.socket, _: ReceivedRequest
    ) -> None:
        connection.sendall(b"\x00\xff SSH-2.0-nope\r\n\r\n")

    def _handle(self, request: ReceivedRequest) -> bytes:
        if self.upstream_port:
            return self._proxy(request)
        with self._lock:
            return self._respond(request)

    def _proxy(self, request: ReceivedRequest) -> bytes:
        connection = HTTPConnection(
            "127.0.0.1", self.upstream_port, timeout=LONG_SECONDS
        )
        with closing(connection):
            headers = {
                name: value
                for name, value in request.headers.items()
                if name not in ("connection", "content-length")
            }
            connection.request(
                request.method, request.path, request.body, headers
            )
            response = connection.getresponse()
            content_type = response.getheader("Content-Type", "")
            extra_headers = {
                name: value
                for name in ("Retry-After", "Date")
                if (value := response.getheader(name)) is not None
            }
            return build_response(
                response.status, response.read(), content_type, **extra_headers
            )

    def _respond(self, request: ReceivedRequest) -> bytes:
        if not request.path.startswith(PATH):
            return build_response(404, b"<html>not found</html>", "text/html")
        if request.headers.get("authorization") != self.token:
            return build_response(
                401, {"code": "token_not_valid", "detail": "no"}
            )
        if request.method == "GET":
            return self._handshake(request)
        if "content-encoding" in request.headers and not self._accepts_gzip:
            return build_response(415, {"detail": "unsupported encoding"})
        try:
            return self._store_request(json.loads(request.decoded_body))
        except (ValueError, KeyError, TypeError, OSError, EOFError):
            return build_response(400, {"code": "invalid", "detail": "no"})

    @property
    def _accepts_gzip(self) -> bool:
        return (
            self.kind is FakeReceiverKind.OWN_SERVER
            and "gzip" in self.encodings
        )

    def _handshake(self, request: ReceivedRequest) -> bytes:
        if self.kind is not FakeReceiverKind.OWN_SERVER:
            return build_response(405, {"detail": 'Method "GET" not allowed.'})
        query = urlsplit(request.path).query
        store = dict(p.split("=") for p in query.split("&"))["store_id"]
        return build_response(
            200,
            {
                "server_id": self.server_id,
                "acked_seq": self.acked_seqs.get(store, 0),
                "max_messages": self.max_messages,
                "encodings": self.encodings,
            },
        )

    def _store_request(self, request: Any) -> bytes:
        agent = request.get("agent")
        if self.kind is FakeReceiverKind.OWN_SERVER and agent:
            acked_seq = self.acked_seqs.get(agent["store_id"], 0)
            if agent["from_seq"] > acked_seq:
                return _build_receipt(
                    resync_from=acked_seq, snapshots_received=0
                )
            self.acked_seqs[agent["store_id"]] = max(
                acked_seq, agent["to_seq"]
            )
        created = received = 0
        for project in request["projects"]:
            for session in project["sessions"]:
                received += len(session["messages"])
                created += self._store_session(project["name"], session, agent)
        extra_fields = {"snapshots_received": received}
        return _build_receipt(
            projects=len(request["projects"]),
            created=created,
            **(
                extra_fields
                if self.kind is FakeReceiverKind.OWN_SERVER
                else {}
            ),
        )

    def _store_session(self, project: str, session: Any, agent: Any) -> int:
        name = session["session_id"]
        self.sessions[name] = project
        if self.kind is FakeReceiverKind.REPLACING:
            replaced = [k for k, row in self.rows.items() if row[0] == name]
            for key in replaced:
                del self.rows[key]
        default_account = (agent or {}).get("account", "")
        account = session.get("account") or default_account
        created = 0
        for message in session["messages"]:
            row = (name, account, _extract_tokens(message["message"]["usage"]))
            key = message["message"].get("id") or message["uuid"]
            if self.kind is FakeReceiverKind.REPLACING:
                # Keys are unique per session: a session may repeat another's.
                key = f"{name}/{key}"
            existing = self.rows.get(key)
            created += existing is None
            if existing is None or row[-1][1] >= existing[-1][1]:
                self.rows[key] = row
        return created


def _extract_tokens(usage: Any) -> tuple[int, ...]:
    return (
        usage["input_tokens"],
        usage["output_tokens"],
        usage["cache_creation_input_tokens"],
        usage["cache_creation"]["ephemeral_1h_input_tokens"],
        usage["cache_read_input_tokens"],
    )


def _build_receipt(
    projects: int = 0, created: int = 0, **fields: Any
) -> bytes:
    return build_response(
        200,
        {
            "status": "success",
            "message": f"Synced {projects} projects",
            "projects_updated": projects,
            "sessions_updated": projects,
            "snapshots_created": created,
            "timestamp": "2026-03-01T12:00:00Z",
            **fields,
        },
    )


def _read_request(file: Any) -> ReceivedRequest | None:
    request_line = file.readline().decode("latin-1").split()
    if len(request_line) < 2:
        return None
    headers = {}
    while line := file.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = file.read(int(headers.get("content-length", 0)))
    return ReceivedRequest(request_line[0], request_line[1], headers, body)


def _reset_connection(connection: socket.socket) -> None:
    option = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
    connection.close()


def _send_slowly(
    connection: socket.socket, head: bytes, stopping: threading.Event
) -> None:
    connection.sendall(head)
    while not stopping.wait(0.05):
        connection.sendall(b" ")
