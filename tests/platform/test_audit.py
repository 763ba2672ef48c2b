"""
Each in a process of its own: a hook stays in its process for good, and
while one is there, Python 3.11 cannot start threads beside a tracer safely.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BEGIN = """
import json, os, socket, sqlite3, subprocess, sys
from contextlib import closing
from pathlib import Path
from claude_tray.platform.audit import AuditHook

audit = AuditHook()
"""
END = """
audit.stop()
Path("after").write_text("x")
print(json.dumps({
    name: sorted(getattr(audit, name))
    for name in ("files", "hosts", "programs", "credential_files")
}))
"""


def audit_script(folder: Path, code: str) -> Any:
    result = subprocess.run(
        [sys.executable, "-c", BEGIN + code + END],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout)


def test_files_are_named_but_not_the_programs_own(tmp_path: Path) -> None:
    report = audit_script(
        tmp_path,
        """
Path("a.jsonl").write_text("{}")
os.close(os.open("a.jsonl", os.O_RDONLY))
open(os.__file__, "rb").close()
""",
    )

    assert report["files"] == [str(tmp_path / "a.jsonl")]
    assert report["credential_files"] == []


def test_a_file_with_credentials_is_told(tmp_path: Path) -> None:
    report = audit_script(
        tmp_path, 'Path(".credentials.json").write_text("made up")'
    )

    assert report["credential_files"] == [str(tmp_path / ".credentials.json")]


def test_a_store_is_named_with_what_lies_beside_it(tmp_path: Path) -> None:
    report = audit_script(
        tmp_path,
        """
store = Path("a b.db").absolute()
closing(sqlite3.connect(store)).__exit__()
closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)).__exit__()
""",
    )

    store = tmp_path / "a b.db"
    expected = {str(store), f"{store}-wal", f"{store}-shm"}
    assert expected <= set(report["files"])


def test_hosts_and_programs_are_named(tmp_path: Path) -> None:
    report = audit_script(
        tmp_path,
        """
called = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
caller = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
called.bind(("127.0.0.1", 0))
caller.connect(called.getsockname())
socket.getaddrinfo("localhost", 80)
subprocess.run([sys.executable, "-c", ""], check=True)
""",
    )

    assert report["hosts"] == ["127.0.0.1", "localhost"]
    assert report["programs"] == [sys.executable]


@pytest.mark.skipif(sys.platform == "win32", reason="sockets of Unix")
def test_a_socket_of_this_machine_is_no_host(tmp_path: Path) -> None:
    report = audit_script(
        tmp_path,
        """
listener, caller = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
listener.bind("s")
listener.listen()
caller.connect("s")
""",
    )

    assert report["hosts"] == []


def test_after_its_end_it_hears_nothing(tmp_path: Path) -> None:
    assert audit_script(tmp_path, "")["files"] == []
