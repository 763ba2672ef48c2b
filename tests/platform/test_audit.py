"""
Test the audit hook in a process per test.

Python cannot remove an audit hook, and with one Python 3.11 cannot start
threads safely while a tracer is active.
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


def test_files_are_recorded_except_those_of_the_installation(
    tmp_path: Path,
) -> None:
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


def test_files_with_credentials_are_listed(tmp_path: Path) -> None:
    report = audit_script(
        tmp_path, 'Path(".credentials.json").write_text("made up")'
    )

    assert report["credential_files"] == [str(tmp_path / ".credentials.json")]


def test_a_database_is_recorded_with_its_log_files(tmp_path: Path) -> None:
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


def test_hosts_and_programs_are_recorded(tmp_path: Path) -> None:
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


def test_a_program_in_a_command_line_of_windows_is_named(
    tmp_path: Path,
) -> None:
    report = audit_script(
        tmp_path,
        r"""
for line in (r'"C:\Program Files\p.exe" -c "a b"', r"C:\q.exe -v", "r.exe"):
    sys.audit("subprocess.Popen", None, line, None, None)
""",
    )

    assert report["programs"] == [
        r"C:\Program Files\p.exe",
        r"C:\q.exe",
        "r.exe",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="sockets of Unix")
def test_a_unix_socket_is_not_a_host(tmp_path: Path) -> None:
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


def test_nothing_is_recorded_after_stop(tmp_path: Path) -> None:
    assert audit_script(tmp_path, "")["files"] == []
