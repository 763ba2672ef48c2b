from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.audit import Audit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def audit() -> Iterator[Audit]:
    audit = Audit()
    yield audit
    audit.end()


def test_files_are_named_but_not_the_programs_own(
    audit: Audit,
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("{}")
    os.close(os.open(path, os.O_RDONLY))
    with open(os.__file__, "rb"):  # noqa: PTH123 - as others do
        pass

    # Pytest itself opens its lock beside.
    files = {name for name in audit.files if str(tmp_path) in name}
    assert files == {str(path)}
    assert os.path.realpath(os.__file__) not in audit.files
    assert audit.credentials == []


def test_a_file_with_credentials_is_told(audit: Audit, tmp_path: Path) -> None:
    path = tmp_path / ".credentials.json"
    path.write_text("made up")

    assert audit.credentials == [str(path)]


def test_a_store_is_named_with_what_lies_beside_it(
    audit: Audit,
    tmp_path: Path,
) -> None:
    store = tmp_path / "a b.db"
    with closing(sqlite3.connect(store)):
        pass
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)):
        pass

    assert {str(store), f"{store}-wal", f"{store}-shm"} <= audit.files


def test_hosts_and_programs_are_named(audit: Audit) -> None:
    with (
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as caller,
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as called,
    ):
        called.bind(("127.0.0.1", 0))
        caller.connect(called.getsockname())
    socket.getaddrinfo("localhost", 80)
    subprocess.run([sys.executable, "-c", ""], check=True)

    assert audit.hosts == {"127.0.0.1", "localhost"}
    assert audit.programs == {sys.executable}


if sys.platform != "win32":

    def test_a_socket_of_this_machine_is_no_host(
        audit: Audit,
        tmp_path: Path,
    ) -> None:
        path = str(tmp_path / "s")
        with (
            closing(socket.socket(socket.AF_UNIX)) as listener,
            closing(socket.socket(socket.AF_UNIX)) as caller,
        ):
            listener.bind(path)
            listener.listen()
            caller.connect(path)

        assert audit.hosts == set()


def test_after_its_end_it_hears_nothing(audit: Audit, tmp_path: Path) -> None:
    audit.end()

    (tmp_path / "a").write_text("x")

    assert audit.files == set()
