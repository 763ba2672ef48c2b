"""
Two machines, a bad network and a server; all three are killed at random.

`python -m tests.bench.chaos [SECONDS]`: transcripts grow on two machines whose
trays forward to one server, over a network that resets, repeats, delays and
garbles every third request. Trays and server are killed (`kill -9`). Then
the weather is fine, `claude-tray sync` is run on each machine, and what the
server has must be what the two stores have, to the token.
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

from tests.support.receiver import Receiver
from tests.support.sea import Sea
from tests.support.serving import PASSWORD, Served, serving

MACHINES = 2
NAMES = (
    "total_messages",
    "total_input_tokens",
    "total_output_tokens",
    "total_cache_creation_tokens",
    "total_cache_read_tokens",
)


class Server:
    """A server that is killed, and started again on the same data."""

    def __init__(self, home: Path, receiver: Receiver) -> None:
        self.kills = 0
        self._home = home
        self._receiver = receiver
        self._chance = random.Random(1)
        self._ends = threading.Event()
        with self._run() as served:
            served.person("ada")
            self.tokens = [
                served.device("ada", f"machine-{number}")
                for number in range(MACHINES)
            ]
        self._thread = threading.Thread(target=self._live)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let it run in peace from here on."""
        self._ends.set()
        self._thread.join()

    def totals(self) -> tuple[int, ...]:
        """What the person sees of all machines."""
        with self._run() as served:
            who = {"username": "ada", "password": PASSWORD}
            token = _asked(f"{served.url}/api/token/", who)["access"]
            url = f"{served.url}/app/claude-usage/stats/"
            stats = _asked(url, None, token)
        return tuple(stats[name] for name in NAMES)

    def _run(self) -> Running:
        return Running(self._home, self._receiver)

    def _live(self) -> None:
        while not self._ends.is_set():
            with self._run() as served:
                if not self._ends.wait(2 + 6 * self._chance.random()):
                    served.process.kill()
                    self.kills += 1


class Running:
    """The server for a while, with the network before it."""

    def __init__(self, home: Path, receiver: Receiver) -> None:
        self._stack = ExitStack()
        self._home = home
        self._receiver = receiver

    def __enter__(self) -> Served:
        served = self._stack.enter_context(serving(self._home))
        self._receiver.behind = int(served.url.rpartition(":")[2])
        return served

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _asked(url: str, body: Any, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def main() -> int:
    """Print what happened; 1 if anything is missing or too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=60.0)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, Receiver() as receiver:
        server = Server(Path(folder) / "server", receiver)
        seas = [
            Sea(Path(folder) / f"machine-{n}", receiver, n, token=token)
            for n, token in enumerate(server.tokens)
        ]
        server.start()
        _sail(seas, seconds)
        server.stop()
        with Running(Path(folder) / "server", receiver):
            for sea in seas:
                sea.arrive()
        return _told(seconds, server, seas, receiver)


def _sail(seas: list[Sea], seconds: float) -> None:
    threads = [
        threading.Thread(target=sea.sail, args=(10_000, 4.0, seconds))
        for sea in seas
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _told(
    seconds: float,
    server: Server,
    seas: list[Sea],
    receiver: Receiver,
) -> int:
    there = server.totals()
    here = tuple(
        sum(column)
        for column in zip(*(_figures(sea) for sea in seas), strict=True)
    )
    for sea in seas:
        sea.told_nobody()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {seconds:.0f} s\n\n| | |\n|---|---|")
    print(f"| machines | {len(seas)} |")
    print(f"| kill -9 of trays | {sum(sea.kills for sea in seas)} |")
    print(f"| kill -9 of the server | {server.kills} |")
    print(f"| requests | {len(receiver.asked)} |")
    print(f"| of them spoilt | {sum(sea.faults for sea in seas)} |")
    print(f"| lines written | {sum(sea.lines for sea in seas)} |")
    print(f"| set aside | {sum(sea.aside() for sea in seas)} |")
    for name, one, other in zip(NAMES, here, there, strict=True):
        print(f"| {name} in the stores, on the server | {one}, {other} |")
    print(f"| the same | {'yes' if here == there else 'NO'} |")
    return int(here != there)


def _figures(sea: Sea) -> tuple[int, ...]:
    messages, given, written, cached, _, read = sea.totals()
    return messages, given, written, cached, read


if __name__ == "__main__":
    sys.exit(main())
