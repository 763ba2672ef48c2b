"""Run pgbouncer, which shares few connections by transaction."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.support.ports import find_free_port

if TYPE_CHECKING:
    from collections.abc import Iterator


_CONFIG: Final = """
[databases]
* = host=127.0.0.1 port={postgres_port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 200
"""
_OS_USER: Final = "postgres"
_TIMEOUT_SECONDS: Final = 30


def find_pgbouncer() -> str | None:
    """Return the path of the program; None if it is not installed."""
    return shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def run_pgbouncer(postgres_port: int, pool_size: int) -> Iterator[int]:
    """
    Share connections to a PostgreSQL server until the block ends.

    Yields:
        The port that clients connect to.
    """
    program = find_pgbouncer()
    assert program is not None
    with tempfile.TemporaryDirectory(prefix="claude-tray-pool-") as name:
        port = find_free_port()
        config = Path(name) / "pgbouncer.ini"
        config.write_text(
            _CONFIG.format(
                postgres_port=postgres_port, port=port, pool_size=pool_size
            )
        )
        if sys.platform == "win32":
            pytest.skip("needs pgbouncer")
        os_user = _OS_USER if os.geteuid() == 0 else None
        if os_user:
            # It refuses to run as root.
            shutil.chown(name, os_user)
        process = subprocess.Popen([program, "-q", config], user=os_user)
        try:
            _wait_until_listening(port)
            yield port
        finally:
            process.terminate()
            process.wait(_TIMEOUT_SECONDS)


def _wait_until_listening(port: int) -> None:
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
