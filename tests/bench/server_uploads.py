"""
Compare sync over HTTP with a bare upsert of the same rows.

Requests of 1,000 messages are authenticated, validated, merged, aggregated and
committed. The baseline writes the same rows with one statement per thousand
into an equal table with the same durability. Runs on SQLite and PostgreSQL.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import requests

from tests.support.server_process import run_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.server_process import RunningServer


MODELS = [
    "claude-sonnet-4-20250514",
    "claude-opus-4-1-20250805",
    "claude-3-5-haiku-20241022",
]
MESSAGES_PER_DAY = 800
SESSION_SIZE = 120
BATCH_SIZE = 1000
TABLE = "usage_usagesnapshot"
START = datetime(2026, 5, 1, tzinfo=UTC)


def generate_messages(count: int) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield the project, session and row of a busy user's messages."""
    rng, at = random.Random(1), START
    for number in range(count):
        at += timedelta(
            seconds=rng.expovariate(MESSAGES_PER_DAY / 86400 / 0.35)
        )
        if at.hour >= 18:
            at = at.replace(hour=9, minute=0) + timedelta(days=1)
        session = number // SESSION_SIZE + rng.randrange(3)
        row = {
            "timestamp": at.isoformat(timespec="milliseconds"),
            "requestId": f"req_{number:022d}",
            "message": {
                "id": f"msg_{number:022d}",
                "model": rng.choice(MODELS),
                "usage": {
                    "input_tokens": rng.randrange(1, 4000),
                    "output_tokens": rng.randrange(1, 2000),
                    "cache_creation_input_tokens": rng.randrange(9000),
                    "cache_read_input_tokens": rng.randrange(90000),
                },
            },
        }
        yield session % 20, session, row


def generate_bodies(count: int) -> Iterator[bytes]:
    """Yield requests of AT_ONCE messages, as a tray sends them."""
    projects: dict[int, dict[int, list[Any]]] = {}
    for number, (project, session, row) in enumerate(
        generate_messages(count), 1
    ):
        projects.setdefault(project, {}).setdefault(session, []).append(row)
        if number % BATCH_SIZE and number < count:
            continue
        body = {
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
        yield json.dumps(body).encode()
        projects = {}


class RequestSender:
    """Sends one request after another, as a tray does."""

    def __init__(self, live_server: RunningServer) -> None:
        self._session = requests.Session()
        token = live_server.create_device_token(live_server.create_user("ana"))
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.headers["Content-Type"] = "application/json"
        self._url = f"{live_server.url}/app/claude-usage/agent-sync/"

    def __call__(self, body: bytes) -> None:
        self._session.post(self._url, body).raise_for_status()

    def close(self) -> None:
        self._session.close()


class BareSqliteWriter:
    """Writes only the rows, into a table like the server's."""

    def __init__(self, home: Path) -> None:
        source = sqlite3.connect(home / "data" / "server.sqlite3")
        ddl = source.execute(
            "SELECT sql FROM sqlite_master"
            " WHERE tbl_name = 'usage_usagesnapshot' AND sql IS NOT NULL",
        ).fetchall()
        cursor = source.execute(f"SELECT * FROM {TABLE} ORDER BY at_ms")
        names = [column[0] for column in cursor.description]
        self.rows = cursor.fetchall()
        source.close()
        path = home / "bare.sqlite3"
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("PRAGMA cache_size=-32768")
        for (statement,) in ddl:
            self._connection.execute(statement)
        placeholders = ", ".join("?" * len(names))
        self._upsert = _build_upsert(names, f"VALUES ({placeholders})")

    def __call__(self, start: int) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        part = self.rows[start : start + BATCH_SIZE]
        self._connection.executemany(self._upsert, part)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class BarePostgresWriter:
    """Likewise, with PostgreSQL's fastest single statement."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(
            f"CREATE TABLE bare (LIKE {TABLE} INCLUDING ALL)".encode(),
        )
        cursor = self._connection.execute(
            f"SELECT * FROM {TABLE} ORDER BY at_ms".encode(),
        )
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        self.rows = [dict(zip(names, row, strict=True)) for row in cursor]
        self._connection.execute(
            f"ALTER TABLE {TABLE} RENAME TO filled;"
            f"ALTER TABLE bare RENAME TO {TABLE}".encode(),
        )
        source = "json_populate_recordset(NULL::usage_usagesnapshot, %s)"
        self._upsert = _build_upsert(
            names,
            f"SELECT {', '.join(names)} FROM {source}",
        )

    def __call__(self, start: int) -> None:
        part = json.dumps(self.rows[start : start + BATCH_SIZE])
        self._connection.execute(self._upsert.encode(), [part])

    def close(self) -> None:
        self._connection.close()


def _build_upsert(names: list[str], source: str) -> str:
    change = ", ".join(f"{name} = excluded.{name}" for name in names)
    return (
        f"INSERT INTO {TABLE} ({', '.join(names)}) {source}"
        f" ON CONFLICT (user_id, key) DO UPDATE SET {change}"
    )


class Speeds(NamedTuple):
    """Messages per second: new, repeated, and by bare upserts."""

    fresh: float
    repeated: float
    bare: float

    @property
    def share(self) -> float:
        return self.fresh / self.bare


def measure_uploads(
    sent: list[bytes],
    bare_of: Callable[[Path], BareSqliteWriter | BarePostgresWriter],
    urls: list[str],
) -> Speeds:
    """
    Measure the speed of uploads and of bare upserts.

    A first server prepares the rows. Then requests to a second one and bare
    upserts take turns, so that both run under the same load.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with run_server(
            home / "1", **_create_database(urls[0])
        ) as live_server:
            filling = RequestSender(live_server)
            for body in sent:
                filling(body)
            filling.close()
        bare = bare_of(home / "1")
        with run_server(
            home / "2", **_create_database(urls[1])
        ) as live_server:
            sending = RequestSender(live_server)
            fresh, alone = [], []
            for number, body in enumerate(sent):
                fresh.append(time_calls(sending, body))
                alone.append(time_calls(bare, number * BATCH_SIZE))
            again = [time_calls(sending, body) for body in sent]
            sending.close()
        bare.close()
    return Speeds(
        *(BATCH_SIZE / statistics.median(t) for t in (fresh, again, alone))
    )


def time_calls(act: Callable[[Any], None], what: object) -> float:
    began = time.perf_counter()
    act(what)
    return time.perf_counter() - began


def _create_database(url: str) -> dict[str, str]:
    return {"DATABASE_URL": url} if url else {}
