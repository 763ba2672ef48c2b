"""A PostgreSQL of the tests' own, as Debian packages it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

# It refuses to run as root; Debian's package makes this user.
_OWNER: Final = "postgres"
_SECONDS: Final = 60


class Cluster:
    """
    A database server with its data in a folder of its own.

    Durable as it comes: fsync and synchronous_commit are on.
    """

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="claude-tray-postgres-"))
        self._owner = (
            _OWNER if sys.platform != "win32" and os.geteuid() == 0 else None
        )
        if self._owner:
            shutil.chown(self._folder, self._owner)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port: int = taken.getsockname()[1]
        self._run(
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
        self._control("start", "--log=log", f"--options={settings}")

    def stop(self, mode: str = "fast") -> None:
        """End it: "fast", or "immediate" as a crash does."""
        self._control("stop", f"--mode={mode}")

    def new_database(self, name: str) -> str:
        """Return the address of a new, empty database."""
        root = f"postgresql://postgres@127.0.0.1:{self.port}"
        with psycopg.connect(f"{root}/postgres", autocommit=True) as one:
            one.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"{root}/{name}"

    def remove(self) -> None:
        self._control("stop", "--mode=immediate", is_needed=False)
        shutil.rmtree(self._folder)

    def _control(
        self,
        action: str,
        *words: str,
        is_needed: bool = True,
    ) -> None:
        self._run(
            "pg_ctl",
            action,
            "--pgdata=data",
            "--wait",
            f"--timeout={_SECONDS}",
            *words,
            is_needed=is_needed,
        )

    def _run(self, name: str, *words: str, is_needed: bool = True) -> None:
        subprocess.run(
            [str(self._programs / name), *words],
            cwd=self._folder,
            user=self._owner,
            check=is_needed,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=2 * _SECONDS,
        )


def programs() -> Path | None:
    """Return where PostgreSQL's programs lie, None where it is missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    name = shutil.which("initdb")
    return Path(name).parent if name else None


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """Run a cluster until the end."""
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()
