"""
Measure the time, memory and requests of a sync of 100,000 messages.

    python -m tests.bench.sync [MESSAGES]

`claude-tray sync` sends a store to a server in another process that only counts:
once to a server that accepts changes, once to one that replaces sessions. Then
measures the idle CPU time of a tray with and without sync.
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

from claude_tray.core.usage import TokenCounts
from claude_tray.store.connection import open_writer
from tests.bench.load import measure_command
from tests.bench.process_usage import read_process_usage
from tests.support.builders import make_record
from tests.support.fake_receiver import TOKEN
from tests.support.store_records import save_records

BATCH_SIZE = 5_000
SESSION_SIZE = 120
PROGRAM = Path(sys.executable).with_name("claude-tray")
IDLE_SECONDS = 20
RECEIPT_FIELDS = (
    *("projects_updated", "sessions_updated"),
    *("snapshots_created", "snapshots_received"),
)
COLUMNS = (
    *("takes", "messages", "requests", "most in one", "most KiB in one"),
    *("seconds", "CPU s", "peak MiB"),
)


def fill_store(store: Path, count: int) -> None:
    """Fill a store with messages of a busy user."""
    with closing(open_writer(store)) as writer:
        for start in range(0, count, BATCH_SIZE):
            save_records(
                writer,
                *(
                    make_record(
                        f"{n // 60 % 24:02d}:{n % 60:02d}",
                        day=1 + n // 1440 % 28,
                        message=f"msg_{n:022d}",
                        request=f"req_{n:022d}",
                        session=f"7c7a0d3e-0000-4000-8000-{n // SESSION_SIZE:012d}",
                        project=f"/home/ada/project-{n // SESSION_SIZE % 40}",
                        tokens=TokenCounts(n % 4000, n % 900, 3, 1000, n * 7),
                    )
                    for n in range(start, min(count, start + BATCH_SIZE))
                ),
            )


class ReceivedCounts:
    """Counts what a receiver got."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(
            ("requests", "rows", "most rows", "most bytes"),
            0,
        )

    def add_request(self, body: bytes) -> int:
        """Count a request; return its rows."""
        rows = sum(
            len(session["messages"])
            for project in json.loads(body)["projects"]
            for session in project["sessions"]
        )
        counts = self.counts
        counts["requests"] += 1
        counts["rows"] += rows
        counts["most rows"] = max(counts["most rows"], rows)
        counts["most bytes"] = max(counts["most bytes"], len(body))
        return rows


def serve_receiver(
    port: Queue[int], counts_queue: Queue[dict[str, int]], kind: str
) -> None:
    """Run a receiver that reports its counts through a queue."""
    received = ReceivedCounts()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if kind == "sessions":
                self._respond(405, {"detail": "not allowed"})
            else:
                self._respond(200, {"server_id": "x", "encodings": ["gzip"]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
            rows = received.add_request(body)
            counts_queue.put(dict(received.counts))
            self._respond(
                200,
                {"status": "success", "message": ""}
                | dict.fromkeys(RECEIPT_FIELDS, rows),
            )

        def _respond(self, status: int, fields: dict[str, Any]) -> None:
            body = json.dumps(fields).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    port.put(server.server_port)
    server.serve_forever()


class ReceiverProcess:
    """A receiver in its own process."""

    def __init__(self, kind: str) -> None:
        port: Queue[int] = Queue()
        self._counts_queue: Queue[dict[str, int]] = Queue()
        self._process = Process(
            target=serve_receiver, args=(port, self._counts_queue, kind)
        )
        self._process.start()
        self.url = f"http://127.0.0.1:{port.get()}"

    def stop(self) -> dict[str, int]:
        counts = self._counts_queue.get(timeout=30)
        while not self._counts_queue.empty():
            counts = self._counts_queue.get()
        self._process.terminate()
        self._process.join()
        return counts


def measure_sync(app_home: Path, kind: str) -> list[str]:
    """Sync to a receiver of a kind; return a row of the table."""
    receiver = ReceiverProcess(kind)
    started = time.monotonic()
    cpu_seconds, peak_mib = measure_command(
        [str(PROGRAM), "sync", "--no-refresh"],
        **_build_env(app_home, receiver.url),
    )
    elapsed = time.monotonic() - started
    counts = receiver.stop()
    return [
        kind,
        f"{counts['rows']:,}",
        f"{counts['requests']:,}",
        f"{counts['most rows']:,}",
        f"{counts['most bytes'] / 1024:,.0f}",
        f"{elapsed:.1f}",
        f"{cpu_seconds:.2f}",
        f"{peak_mib:.0f}",
    ]


def measure_idle(app_home: Path) -> tuple[float, float]:
    """Return the CPU seconds of an idle tray without and with sync."""
    receiver = ReceiverProcess("changes")
    measure_command(
        [str(PROGRAM), "sync", "--no-refresh"],
        **_build_env(app_home, receiver.url),
    )
    cpu_seconds = []
    for is_on in (False, True):
        settings = app_home / "config" / "settings.toml"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(f"[sync]\nenabled = {str(is_on).lower()}\n")
        process = subprocess.Popen(
            [PROGRAM, "--no-tray"],
            env=os.environ | _build_env(app_home, receiver.url),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(IDLE_SECONDS / 2)
        before = read_process_usage(process.pid).cpu_seconds
        time.sleep(IDLE_SECONDS)
        cpu_seconds.append(
            read_process_usage(process.pid).cpu_seconds - before
        )
        process.terminate()
        process.wait()
    receiver.stop()
    return cpu_seconds[0], cpu_seconds[1]


def _build_env(app_home: Path, url: str) -> dict[str, str]:
    return {
        "CLAUDE_TRAY_HOME": str(app_home),
        "CLAUDE_PATH": str(app_home / "claude"),
        "CLAUDE_USAGE_API_URL": url,
        "CLAUDE_USAGE_API_TOKEN": TOKEN,
    }


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", type=int, nargs="?", default=100_000)
    count = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as folder:
        app_home = Path(folder)
        (app_home / "claude" / "projects").mkdir(parents=True)
        fill_store(app_home / "data" / "usage.db", count)
        print(f"{datetime.now(UTC):%Y-%m-%d}\n")
        print(
            "| takes | messages | requests | most in one | most KiB in one |"
        )
        print(
            "| seconds | CPU s | peak MiB |\n|---|---|---|---|---|---|---|---|"
        )
        for kind in ("changes", "sessions"):
            print(f"| {' | '.join(measure_sync(app_home, kind))} |")
        off, on = measure_idle(app_home)
    print(
        f"\nIdle for {IDLE_SECONDS} s: {off:.2f} s of CPU without, {on:.2f} s with"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
