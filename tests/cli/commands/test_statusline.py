from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from claude_tray.providers.claude_code.statusline.handler import SPOOL_DIR_NAME
from claude_tray.providers.claude_code.statusline_samples import (
    read_samples,
)

ROOT = Path(__file__).parents[3]
RUN_COUNT = 40


def run_statusline(
    home: Path, stdin: bytes, *args: str
) -> tuple[int, bytes, bytes]:
    environment = {
        **os.environ,
        "CLAUDE_TRAY_HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "claude_tray", "statusline", *args],
        input=stdin,
        capture_output=True,
        env=environment,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def make_payload(number: int) -> bytes:
    limit = {
        "used_percentage": number / 2,
        "resets_at": int(time.time()) + 3600,
    }
    return json.dumps({"rate_limits": {"five_hour": limit}}).encode()


def test_concurrent_statusline_runs_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        ends = list(
            pool.map(
                lambda n: run_statusline(tmp_path, make_payload(n)),
                range(RUN_COUNT),
            )
        )

    samples = read_samples(tmp_path / "state" / SPOOL_DIR_NAME)
    percents = {sample.limits[0].percent for sample in samples}
    assert {(code, error) for code, _, error in ends} == {(0, b"")}
    assert percents == {number / 2 for number in range(RUN_COUNT)}


@pytest.mark.parametrize("junk", [b"", b"nonsense", b"\xff"])
def test_invalid_input_prints_an_empty_line(
    tmp_path: Path,
    junk: bytes,
) -> None:
    assert run_statusline(tmp_path, junk) == (0, b"\n", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX redirections")
@pytest.mark.parametrize(
    "script",
    [
        "env -i HOME=/nowhere/at/all {run} </dev/null",
        "env -i {run} <&-",
        "env -i HOME=/proc {run} </dev/null",
        "printf '{{' | CLAUDE_TRAY_HOME=/dev/null/x {run} | true",
        "printf '{{}}' | CLAUDE_TRAY_HOME=/dev/full {run} >/dev/full",
        "{run} </dev/null >&-",
    ],
)
def test_a_missing_folder_is_silent_and_exits_with_0(
    script: str,
    tmp_path: Path,
) -> None:
    run = f"PYTHONPATH={ROOT} {sys.executable} -m claude_tray statusline"
    done = subprocess.run(
        ["sh", "-c", script.format(run=f"env {run}")],
        env={**os.environ, "CLAUDE_TRAY_HOME": str(tmp_path)},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")


def list_loaded_modules(home: Path, script: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {script}"],
        input=b'{"session_id": "s-1", "rate_limits": {}}',
        capture_output=True,
        env={**os.environ, "CLAUDE_TRAY_HOME": str(home)},
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    return set(done.stderr.decode().split())


@pytest.mark.skipif(sys.platform != "linux", reason="paths of other systems")
def test_the_statusline_imports_next_to_nothing(tmp_path: Path) -> None:
    listing = "print(*sys.modules, file=sys.stderr)"
    start = (
        "sys.argv[1:] = ['statusline'];"
        "from claude_tray.__main__ import main; main();"
    )

    ours = list_loaded_modules(tmp_path, start + listing)
    ours -= list_loaded_modules(tmp_path, listing)

    others = {name for name in ours if not name.startswith("claude_tray")}
    assert others <= {"_json", "__future__"}
    # Each is a file to find and to load.
    assert len(ours - others) <= 14


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX exit status")
def test_the_statusline_is_installed_shown_and_removed(tmp_path: Path) -> None:
    claude = tmp_path / "claude"
    claude.mkdir()
    args = ("--claude-path", str(claude))

    outputs = [
        run_statusline(tmp_path, b"", what, *args)[1]
        .decode()
        .rpartition(": ")[2]
        for what in ("status", "install", "install", "status", "remove")
    ]

    assert outputs == [
        "not installed\n",
        "installed\n",
        "was there already\n",
        "installed\n",
        "removed\n",
    ]
    assert list(claude.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell's command")
def test_installing_for_one_account_keeps_the_existing_command(
    tmp_path: Path,
) -> None:
    home, work = tmp_path / ".claude", tmp_path / ".claude-work"
    before = '{"statusLine": {"type": "command", "command": "echo mine"}}'
    for folder, account in ((home, "a"), (work, "b")):
        folder.mkdir()
        (folder / "settings.json").write_text(before)
        config = {"oauthAccount": {"accountUuid": account}}
        (folder / ".claude.json").write_text(json.dumps(config))
    args = ("--claude-path", f"{home},{work}", "--profile", "work")

    status, out, _ = run_statusline(tmp_path, b"", "install", *args)
    payload = {"transcript_path": f"{work}/projects/p/s.jsonl"}
    _, line, _ = run_statusline(tmp_path, json.dumps(payload).encode())

    assert status == 0
    assert out.decode() == f"{work}: installed, after echo mine\n"
    assert line == b"mine\n"
    assert (home / "settings.json").read_text() == before
    assert run_statusline(tmp_path, b"", "remove", *args)[0] == 0
    assert (work / "settings.json").read_text() == before
    status, _, stderr = run_statusline(
        tmp_path, b"", "install", *args[:-1], "nobody"
    )
    assert status == 1
    assert b"Accounts: default, work" in stderr


def test_a_checkout_in_a_temporary_folder_can_be_installed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claude = tmp_path / "claude"
    claude.mkdir()
    monkeypatch.setenv("TMPDIR", str(Path(sys.prefix).resolve()))
    args = ("--claude-path", str(claude))

    status, out, _ = run_statusline(tmp_path, b"", "install", *args)

    assert (status, out.decode()) == (0, f"{claude}: installed\n")


def test_an_idle_session_prints_what_status_shows(tmp_path: Path) -> None:
    claude = tmp_path / "claude"
    (claude / "projects" / "-p").mkdir(parents=True)
    resets = int(time.time()) // 60 * 60 + 3 * 86_400

    def run_session(session: str, percent: float) -> str:
        payload = {
            "session_id": session,
            "transcript_path": f"{claude}/projects/-p/{session}.jsonl",
            "rate_limits": {
                "seven_day": {"used_percentage": percent, "resets_at": resets}
            },
        }
        _, out, _ = run_statusline(tmp_path, json.dumps(payload).encode())
        return out.decode().strip().rpartition(" · ")[2]

    def read_status() -> float:
        done = subprocess.run(
            [sys.executable, "-m", "claude_tray", "status", "--json"],
            env={
                **os.environ,
                "CLAUDE_TRAY_HOME": str(tmp_path),
                "CLAUDE_PATH": str(claude),
            },
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        (profile,) = json.loads(done.stdout)["profiles"]
        percent: float = profile["weekly"][0]["used_percentage"]
        return percent

    assert run_session("idle", 60) == "week 60%"
    assert run_session("busy", 61.5) == "week 62%"
    assert read_status() == 61.5
    assert run_session("idle", 60) == "week 62%"
    # The week was reset early.
    assert run_session("busy", 2) == "week 2%"
    assert read_status() == 2
    assert run_session("idle", 60) == "week 2%"
    assert run_session("idle", 3) == "week 3%"
