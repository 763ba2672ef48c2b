from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from claude_tray.transcripts import spool

ROOT = Path(__file__).parents[2]
RUNS = 40


def run(home: Path, given: bytes, *words: str) -> tuple[int, bytes, bytes]:
    environment = {
        **os.environ,
        "CLAUDE_TRAY_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        # The checkout itself may lie in a temporary folder, from which
        # nothing is installed.
        "TMPDIR": str(home),
    }
    done = subprocess.run(
        [sys.executable, "-m", "claude_tray", "statusline", *words],
        input=given,
        capture_output=True,
        env=environment,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def given(number: int) -> bytes:
    limit = {
        "used_percentage": number / 2,
        "resets_at": int(time.time()) + 3600,
    }
    return json.dumps({"rate_limits": {"five_hour": limit}}).encode()


def test_of_many_runs_at_once_none_is_lost(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda n: run(tmp_path, given(n)), range(RUNS)))

    samples = spool.take(tmp_path / "state" / spool.FOLDER)
    percents = {sample.limits[0][1] for sample in samples}
    assert {(code, error) for code, _, error in ends} == {(0, b"")}
    assert percents == {number / 2 for number in range(RUNS)}


@pytest.mark.parametrize("junk", [b"", b"nonsense", b"\xff"])
def test_nonsense_is_answered_with_an_empty_line(
    tmp_path: Path,
    junk: bytes,
) -> None:
    assert run(tmp_path, junk) == (0, b"\n", b"")


def test_nothing_heavy_is_loaded(tmp_path: Path) -> None:
    script = (
        "import sys; from claude_tray.cli.main import main;"
        "main(['statusline']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=b"{}",
        capture_output=True,
        env={**os.environ, "CLAUDE_TRAY_HOME": str(tmp_path)},
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    loaded = set(done.stderr.decode().split())
    heavy = {"PIL", "argparse", "msgspec", "requests", "rich", "sqlite3"}
    assert loaded & heavy == set()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX exit status")
def test_it_is_installed_told_and_removed(tmp_path: Path) -> None:
    claude = tmp_path / "claude"
    claude.mkdir()
    words = ("--claude-path", str(claude))

    told = [
        run(tmp_path, b"", what, *words)[1].decode().rpartition(": ")[2]
        for what in ("status", "install", "install", "status", "remove")
    ]

    assert told == [
        "not installed\n",
        "installed\n",
        "was there already\n",
        "installed\n",
        "removed\n",
    ]
    assert list(claude.iterdir()) == []
