"""
A hundred thousand messages forwarded: time, memory, requests.

`python -m tests.bench.forward [MESSAGES]`: a store of so many messages is
sent by `claude-tray sync` to a receiver in another process that keeps
nothing but counts; once to one that takes changes, once to one that takes
whole sessions. Then what forwarding costs that is switched on and idle.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing import Process, Queue
from pathlib import Path
from typing import Any

from claude_tray.domain.usage import TokenCounts
from claude_tray.store.connection import open_writer
from tests.bench.load import measured
from tests.support.builders import a_record
from tests.support.keeping import keep
from tests.support.receiver import TOKEN

AT_ONCE = 5_000
A_SESSION = 120
PROGRAM = Path(sys.executable).with_name("claude-tray")
IDLE_SECONDS = 20
RECEIPT = (
    *("projects_updated", "sessions_updated"),
    *("snapshots_created", "snapshots_received"),
)
COLUMNS = (
    *("takes", "messages", "requests", "most in one", "most KiB in one"),
    *("seconds", "CPU s", "peak MiB"),
)


def fill(store: Path, many: int) -> None:
    """Put messages of a busy person into a store."""
    with closing(open_writer(store)) as writer:
        for start in range(0, many, AT_ONCE):
            keep(
                writer,
                *(
                    a_record(
                        f"{n // 60 % 24:02d}:{n % 60:02d}",
                        day=1 + n // 1440 % 28,
                        message=f"msg_{n:022d}",
                        request=f"req_{n:022d}",
                        session=f"7c7a0d3e-0000-4000-8000-{n // A_SESSION:012d}",
                        project=f"/home/ada/project-{n // A_SESSION % 40}",
                        tokens=TokenCounts(n % 4000, n % 900, 3, 1000, n * 7),
                    )
                    for n in range(start, min(many, start + AT_ONCE))
                ),
            )


class Seen:
    """What a receiver was sent."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(
            ("requests", "rows", "most rows", "most bytes"),
            0,
        )

    def take(self, body: bytes) -> int:
        """Count a request; return its rows."""
        rows = sum(
            len(session["messages"])
            for project in json.loads(body)["projects"]
            for session in project["sessions"]
        )
        seen = self.counts
        seen["requests"] += 1
        seen["rows"] += rows
        seen["most rows"] = max(seen["most rows"], rows)
        seen["most bytes"] = max(seen["most bytes"], len(body))
        return rows


def receive(port: Queue[int], told: Queue[dict[str, int]], make: str) -> None:
    """Answer as a receiver does, and tell what came."""
    seen = Seen()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if make == "sessions":
                self._say(405, {"detail": "not allowed"})
            else:
                self._say(200, {"server_id": "x", "encodings": ["gzip"]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
            rows = seen.take(body)
            told.put(dict(seen.counts))
            self._say(
                200,
                {"status": "success", "message": ""}
                | dict.fromkeys(RECEIPT, rows),
            )

        def _say(self, status: int, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    port.put(server.server_port)
    server.serve_forever()


class Far:
    """A receiver in a process of its own."""

    def __init__(self, make: str) -> None:
        port: Queue[int] = Queue()
        self._told: Queue[dict[str, int]] = Queue()
        self._process = Process(target=receive, args=(port, self._told, make))
        self._process.start()
        self.url = f"http://127.0.0.1:{port.get()}"

    def end(self) -> dict[str, int]:
        seen = self._told.get(timeout=30)
        while not self._told.empty():
            seen = self._told.get()
        self._process.terminate()
        self._process.join()
        return seen


def send(own: Path, make: str) -> list[str]:
    """Send a store to a receiver of a make; return a row of the table."""
    far = Far(make)
    started = time.monotonic()
    used, peak = measured(
        [str(PROGRAM), "sync", "--no-refresh"],
        **_environment(own, far.url),
    )
    took = time.monotonic() - started
    seen = far.end()
    return [
        make,
        f"{seen['rows']:,}",
        f"{seen['requests']:,}",
        f"{seen['most rows']:,}",
        f"{seen['most bytes'] / 1024:,.0f}",
        f"{took:.1f}",
        f"{used:.2f}",
        f"{peak:.0f}",
    ]


def idle(own: Path) -> tuple[float, float]:
    """Return CPU seconds of a tray that is idle, without and with sync."""
    far = Far("changes")
    measured(
        [str(PROGRAM), "sync", "--no-refresh"],
        **_environment(own, far.url),
    )
    used = []
    for is_on in (False, True):
        settings = own / "config" / "settings.toml"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(f"[sync]\nenabled = {str(is_on).lower()}\n")
        process = subprocess.Popen(
            [PROGRAM, "--no-tray"],
            env=os.environ | _environment(own, far.url),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(IDLE_SECONDS / 2)
        before = _cpu(process.pid)
        time.sleep(IDLE_SECONDS)
        used.append(_cpu(process.pid) - before)
        process.terminate()
        process.wait()
    far.end()
    return used[0], used[1]


def _cpu(pid: int) -> float:
    if sys.platform == "win32":
        sys.exit("Windows does not tell what one process used.")
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _environment(own: Path, url: str) -> dict[str, str]:
    return {
        "CLAUDE_TRAY_HOME": str(own),
        "CLAUDE_PATH": str(own / "claude"),
        "CLAUDE_USAGE_API_URL": url,
        "CLAUDE_USAGE_API_TOKEN": TOKEN,
    }


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", type=int, nargs="?", default=100_000)
    many = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        (own / "claude" / "projects").mkdir(parents=True)
        fill(own / "data" / "usage.db", many)
        print(f"{datetime.now(UTC):%Y-%m-%d}\n")
        print(
            "| takes | messages | requests | most in one | most KiB in one |"
        )
        print(
            "| seconds | CPU s | peak MiB |\n|---|---|---|---|---|---|---|---|"
        )
        for make in ("changes", "sessions"):
            print(f"| {' | '.join(send(own, make))} |")
        off, on = idle(own)
    print(
        f"\nIdle for {IDLE_SECONDS} s: {off:.2f} s of CPU without, {on:.2f} s with"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
