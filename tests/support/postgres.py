"""Run a private PostgreSQL server from Debian's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

from tests.support.ports import find_free_port

if TYPE_CHECKING:
    from collections.abc import Iterator


# PostgreSQL refuses to run as root; Debian's package creates this user.
_OS_USER: Final = "postgres"
_TIMEOUT_SECONDS: Final = 60


class PostgresCluster:
    """
    A database server with its own data folder.

    Durable by default: fsync and synchronous_commit are on.
    """

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="claude-tray-postgres-"))
        self._os_user = (
            _OS_USER if sys.platform != "win32" and os.geteuid() == 0 else None
        )
        if self._os_user:
            shutil.chown(self._folder, self._os_user)
        self.port: int = find_free_port()
        self._run_program(
            "initdb",
            "--pgdata=data",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        )

    def start(self) -> None:
        settings = (
            f"-p {self.port} -c listen_addresses=127.0.0.1"
            f" -c unix_socket_directories={self._folder}"
        )
        self._run_pg_ctl("start", "--log=log", f"--options={settings}")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: "fast", or "immediate" as in a crash."""
        self._run_pg_ctl("stop", f"--mode={mode}")

    def create_database(self, name: str) -> str:
        """Return the address of a new, empty database."""
        base_url = f"postgresql://postgres@127.0.0.1:{self.port}"
        with psycopg.connect(
            f"{base_url}/postgres", autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"{base_url}/{name}"

    @property
    def main_pid(self) -> int:
        """Process that starts those of connections."""
        text = (self._folder / "data" / "postmaster.pid").read_text("ascii")
        return int(text.split("\n", 1)[0])

    def remove(self) -> None:
        self._run_pg_ctl("stop", "--mode=immediate", must_succeed=False)
        shutil.rmtree(self._folder)

    def _run_pg_ctl(
        self,
        action: str,
        *args: str,
        must_succeed: bool = True,
    ) -> None:
        self._run_program(
            "pg_ctl",
            action,
            "--pgdata=data",
            "--wait",
            f"--timeout={_TIMEOUT_SECONDS}",
            *args,
            must_succeed=must_succeed,
        )

    def _run_program(
        self, name: str, *args: str, must_succeed: bool = True
    ) -> None:
        subprocess.run(
            [str(self._programs / name), *args],
            cwd=self._folder,
            user=self._os_user,
            check=must_succeed,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=2 * _TIMEOUT_SECONDS,
        )


def find_postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; None if not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    name = shutil.which("initdb")
    return Path(name).parent if name else None


@contextmanager
def run_cluster(folder: Path) -> Iterator[PostgresCluster]:
    """Run a cluster until the block ends."""
    cluster = PostgresCluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()
