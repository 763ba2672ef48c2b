"""
Sync two machines with a server over a bad network, and kill them at random.

    python -m tests.bench.chaos [SECONDS]

Transcripts grow on two machines whose trays sync to one server. The network
resets, repeats, delays or garbles every third request; trays and server are
killed (`kill -9`). Then all faults stop, each machine runs `claude-tray sync`,
and the server's totals must equal those of the two stores to the token.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import urllib.request
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.chaos_machine import ChaosMachine
from tests.support.fake_receiver import FakeReceiver
from tests.support.server_process import PASSWORD, RunningServer, run_server

MACHINE_COUNT = 2
COMPARED_FIELDS = (
    "total_messages",
    "total_input_tokens",
    "total_output_tokens",
    "total_cache_creation_tokens",
    "total_cache_read_tokens",
)


class ChaosServer:
    """A server that is killed and restarted on the same data."""

    def __init__(self, home: Path, receiver: FakeReceiver) -> None:
        self.kill_count = 0
        self._home = home
        self._receiver = receiver
        self._rng = random.Random(1)
        self._stopping = threading.Event()
        with self._start_server() as live_server:
            live_server.create_user("ada")
            self.tokens = [
                live_server.create_device_token("ada", f"machine-{number}")
                for number in range(MACHINE_COUNT)
            ]
        self._thread = threading.Thread(target=self._run_with_kills)

    def start(self) -> None:
        self._thread.start()

    def stop_chaos(self) -> None:
        """Stop killing the server."""
        self._stopping.set()
        self._thread.join()

    def fetch_totals(self) -> tuple[int, ...]:
        """Return the user's totals over all machines."""
        with self._start_server() as live_server:
            credentials = {"username": "ada", "password": PASSWORD}
            token = _request_json(
                f"{live_server.url}/api/token/", credentials
            )["access"]
            url = f"{live_server.url}/app/claude-usage/stats/"
            stats = _request_json(url, None, token)
        return tuple(stats[name] for name in COMPARED_FIELDS)

    def _start_server(self) -> ServerBehindReceiver:
        return ServerBehindReceiver(self._home, self._receiver)

    def _run_with_kills(self) -> None:
        while not self._stopping.is_set():
            with self._start_server() as live_server:
                if not self._stopping.wait(2 + 6 * self._rng.random()):
                    live_server.process.kill()
                    self.kill_count += 1


class ServerBehindReceiver:
    """The server behind a proxy that injects faults."""

    def __init__(self, home: Path, receiver: FakeReceiver) -> None:
        self._stack = ExitStack()
        self._home = home
        self._receiver = receiver

    def __enter__(self) -> RunningServer:
        live_server = self._stack.enter_context(run_server(self._home))
        self._receiver.upstream_port = int(live_server.url.rpartition(":")[2])
        return live_server

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _request_json(url: str, body: Any, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        return json.load(response)


def main() -> int:
    """Print the totals; return 1 if they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=60.0)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, FakeReceiver() as receiver:
        server = ChaosServer(Path(folder) / "server", receiver)
        machines = [
            ChaosMachine(
                Path(folder) / f"machine-{n}", receiver, n, token=token
            )
            for n, token in enumerate(server.tokens)
        ]
        server.start()
        _run_machines(machines, seconds)
        server.stop_chaos()
        with ServerBehindReceiver(Path(folder) / "server", receiver):
            for machine in machines:
                machine.sync_until_success()
        return _print_report(seconds, server, machines, receiver)


def _run_machines(machines: list[ChaosMachine], seconds: float) -> None:
    threads = [
        threading.Thread(
            target=machine.run_with_kills, args=(10_000, 4.0, seconds)
        )
        for machine in machines
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _print_report(
    seconds: float,
    server: ChaosServer,
    machines: list[ChaosMachine],
    receiver: FakeReceiver,
) -> int:
    server_totals = server.fetch_totals()
    store_totals = tuple(
        sum(column)
        for column in zip(
            *(_sum_store(machine) for machine in machines), strict=True
        )
    )
    for machine in machines:
        machine.assert_token_not_leaked()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {seconds:.0f} s\n\n| | |\n|---|---|")
    print(f"| machines | {len(machines)} |")
    print(
        f"| kill -9 of trays | {sum(machine.kill_count for machine in machines)} |"
    )
    print(f"| kill -9 of the server | {server.kill_count} |")
    print(f"| requests | {len(receiver.requests)} |")
    print(
        f"| of them spoilt | {sum(machine.fault_count for machine in machines)} |"
    )
    print(
        f"| lines written | {sum(machine.line_count for machine in machines)} |"
    )
    print(
        f"| quarantined | {sum(machine.count_quarantined() for machine in machines)} |"
    )
    for name, stored, served_value in zip(
        COMPARED_FIELDS, store_totals, server_totals, strict=True
    ):
        print(
            f"| {name} in the stores, on the server | {stored}, {served_value} |"
        )
    print(f"| the same | {'yes' if store_totals == server_totals else 'NO'} |")
    return int(store_totals != server_totals)


def _sum_store(machine: ChaosMachine) -> tuple[int, ...]:
    messages, input_tokens, output_tokens, cache_creation, _, cache_read = (
        machine.totals()
    )
    return messages, input_tokens, output_tokens, cache_creation, cache_read


if __name__ == "__main__":
    sys.exit(main())
