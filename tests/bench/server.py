"""
Sending over HTTP against a bare upsert of the same rows.

`python -m tests.bench.server [ROWS]`: requests of 1,000 messages with a
device token, checked, merged, summed up and committed, against the same rows
written by one statement a thousand into the same table with the same
durability; on SQLite and on PostgreSQL, in one run.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import requests

from tests.support.postgres import programs, running
from tests.support.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.serving import Served

MODELS = [
    "claude-sonnet-4-20250514",
    "claude-opus-4-1-20250805",
    "claude-3-5-haiku-20241022",
]
A_DAY = 800
A_SESSION = 120
AT_ONCE = 1000
TABLE = "usage_usagesnapshot"
SINCE = datetime(2026, 5, 1, tzinfo=UTC)


def messages(count: int) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Give out project, session and row of a busy person's messages."""
    dice, at = random.Random(1), SINCE
    for number in range(count):
        at += timedelta(seconds=dice.expovariate(A_DAY / 86400 / 0.35))
        if at.hour >= 18:
            at = at.replace(hour=9, minute=0) + timedelta(days=1)
        session = number // A_SESSION + dice.randrange(3)
        row = {
            "timestamp": at.isoformat(timespec="milliseconds"),
            "requestId": f"req_{number:022d}",
            "message": {
                "id": f"msg_{number:022d}",
                "model": dice.choice(MODELS),
                "usage": {
                    "input_tokens": dice.randrange(1, 4000),
                    "output_tokens": dice.randrange(1, 2000),
                    "cache_creation_input_tokens": dice.randrange(9000),
                    "cache_read_input_tokens": dice.randrange(90000),
                },
            },
        }
        yield session % 20, session, row


def bodies(count: int) -> Iterator[bytes]:
    """Give out requests of AT_ONCE messages, as a tray sends them."""
    projects: dict[int, dict[int, list[Any]]] = {}
    for number, (project, session, row) in enumerate(messages(count), 1):
        projects.setdefault(project, {}).setdefault(session, []).append(row)
        if number % AT_ONCE and number < count:
            continue
        sent = {
            "projects": [
                {
                    "name": f"project {name}",
                    "path": f"~/.claude/projects/-home-ana-project-{name}",
                    "sessions": [
                        {"session_id": f"session-{one:08d}", "messages": rows}
                        for one, rows in sessions.items()
                    ],
                }
                for name, sessions in projects.items()
            ],
            "agent": {"machine_id": "m1", "account": "a"},
        }
        yield json.dumps(sent).encode()
        projects = {}


class Sending:
    """Sends one request after the other, as a tray does."""

    def __init__(self, served: Served) -> None:
        self._session = requests.Session()
        token = served.device(served.person("ana"))
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.headers["Content-Type"] = "application/json"
        self._address = f"{served.url}/app/claude-usage/agent-sync/"

    def __call__(self, body: bytes) -> None:
        self._session.post(self._address, body).raise_for_status()

    def close(self) -> None:
        self._session.close()


class BareSqlite:
    """Writes rows by themselves, into a table as the server's."""

    def __init__(self, home: Path) -> None:
        full = sqlite3.connect(home / "data" / "server.sqlite3")
        ddl = full.execute(
            "SELECT sql FROM sqlite_master"
            " WHERE tbl_name = 'usage_usagesnapshot' AND sql IS NOT NULL",
        ).fetchall()
        found = full.execute(f"SELECT * FROM {TABLE} ORDER BY at_ms")
        names = [column[0] for column in found.description]
        self.rows = found.fetchall()
        full.close()
        path = home / "bare.sqlite3"
        self._bare = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._bare.execute(f"PRAGMA {pragma}")
        self._bare.execute("PRAGMA cache_size=-32768")
        for (statement,) in ddl:
            self._bare.execute(statement)
        marks = ", ".join("?" * len(names))
        self._upsert = _upsert(names, f"VALUES ({marks})")

    def __call__(self, start: int) -> None:
        self._bare.execute("BEGIN IMMEDIATE")
        part = self.rows[start : start + AT_ONCE]
        self._bare.executemany(self._upsert, part)
        self._bare.execute("COMMIT")

    def close(self) -> None:
        self._bare.close()


class BarePostgres:
    """Likewise, in PostgreSQL's fastest way with one statement."""

    def __init__(self, url: str) -> None:
        self._one = psycopg.connect(url, autocommit=True)
        self._one.execute(
            f"CREATE TABLE bare (LIKE {TABLE} INCLUDING ALL)".encode(),
        )
        found = self._one.execute(
            f"SELECT * FROM {TABLE} ORDER BY at_ms".encode(),
        )
        assert found.description is not None
        names = [column.name for column in found.description]
        self.rows = [dict(zip(names, row, strict=True)) for row in found]
        self._one.execute(
            f"ALTER TABLE {TABLE} RENAME TO filled;"
            f"ALTER TABLE bare RENAME TO {TABLE}".encode(),
        )
        source = "json_populate_recordset(NULL::usage_usagesnapshot, %s)"
        self._upsert = _upsert(
            names,
            f"SELECT {', '.join(names)} FROM {source}",
        )

    def __call__(self, start: int) -> None:
        part = json.dumps(self.rows[start : start + AT_ONCE])
        self._one.execute(self._upsert.encode(), [part])

    def close(self) -> None:
        self._one.close()


def _upsert(names: list[str], source: str) -> str:
    change = ", ".join(f"{name} = excluded.{name}" for name in names)
    return (
        f"INSERT INTO {TABLE} ({', '.join(names)}) {source}"
        f" ON CONFLICT (user_id, key) DO UPDATE SET {change}"
    )


def measure(
    name: str,
    sent: list[bytes],
    bare_of: Callable[[Path], BareSqlite | BarePostgres],
    urls: list[str],
) -> float:
    """
    Print a line of the table; return the share of the bare upsert.

    A first server makes the rows; then requests to a second one and bare
    upserts take turns, so that both meet the same machine.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with serving(home / "1", **_database(urls[0])) as served:
            filling = Sending(served)
            for body in sent:
                filling(body)
            filling.close()
        bare = bare_of(home / "1")
        with serving(home / "2", **_database(urls[1])) as served:
            sending = Sending(served)
            fresh, alone = [], []
            for number, body in enumerate(sent):
                fresh.append(timed(sending, body))
                alone.append(timed(bare, number * AT_ONCE))
            again = [timed(sending, body) for body in sent]
            sending.close()
        bare.close()
    medians = [AT_ONCE / statistics.median(t) for t in (fresh, again, alone)]
    share = medians[0] / medians[2]
    figures = " ".join(f"{figure:9,.0f}" for figure in medians)
    print(f"{name:11} {figures} {share:6.2f}", flush=True)
    return share


def timed(act: Callable[[Any], None], what: object) -> float:
    began = time.perf_counter()
    act(what)
    return time.perf_counter() - began


def _database(url: str) -> dict[str, str]:
    return {"DATABASE_URL": url} if url else {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    sent = list(bodies(parser.parse_args().rows))
    print("messages/s      fresh    replay      bare  share")
    shares = [measure("SQLite", sent, BareSqlite, ["", ""]) / 0.25]
    folder = programs()
    if folder is not None:
        with running(folder) as cluster:
            urls = [cluster.new_database(name) for name in ("one", "two")]
            share = measure(
                "PostgreSQL",
                sent,
                lambda _: BarePostgres(urls[0]),
                urls,
            )
            shares.append(share / 0.20)
    return 0 if min(shares) >= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
