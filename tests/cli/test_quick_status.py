"""Bars are answered by the running tray, without the command's imports."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.single_instance import send_command
from claude_tray.presentation.status_bar import BAR_FORMATS, FIELDS
from tests.support.builders import ClaudeFolder, make_line
from tests.support.sandbox import ProgramSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Run by `python -c`: the quick way alone, then what it has imported.
QUICK = """
import sys
from claude_tray.__main__ import main
sys.argv = ["claude-tray", *sys.argv[1:]]
before = set(sys.modules)
status = main()
slow = {"argparse", "socket", "msgspec", "pathlib", "re", "typing"}
print(status, sorted(slow & (set(sys.modules) - before)), file=sys.stderr)
"""
SLOW = """
import sys
from claude_tray.cli.main import main
sys.argv = ["claude-tray", *sys.argv[1:]]
sys.exit(main())
"""
ARGUMENTS = (
    (),
    ("--json",),
    *(("--format", name) for name in BAR_FORMATS),
    *(("--field", name) for name in FIELDS),
    ("--format=tmux",),
)


class QuickSandbox(ProgramSandbox):
    def run_code(
        self, code: str, *args: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, "status", *args],
            env={**self.env, **variables},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=60,
        )

    def run_in_terminal(
        self, code: str, columns: int, **variables: str
    ) -> tuple[str, str]:
        """Run `status` in a terminal; return its screen and its messages."""
        if sys.platform == "win32":
            pytest.skip("has a terminal of Unix")
        termios = pytest.importorskip("termios")
        ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (40, columns))
        process = subprocess.Popen(
            [sys.executable, "-c", code, "status"],
            env={**self.env, "TERM": "xterm-256color", **variables},
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(theirs)
        _, messages = process.communicate(timeout=60)
        screen = os.read(ours, 1 << 16).decode()
        os.close(ours)
        return screen, messages.strip()

    def compare(self, args: Sequence[str], **variables: str) -> str:
        """Return the quick output, which must be that of the command."""
        # The minute may change between two of them.
        before = self.run_code(SLOW, *args, **variables).stdout
        quick = self.run_code(QUICK, *args, **variables)
        after = self.run_code(SLOW, *args, **variables).stdout
        texts = [drop_times(text) for text in (before, quick.stdout, after)]
        assert texts[1] in {texts[0], texts[2]}
        assert before.strip() or args[0] == "--field"
        return quick.stderr.strip()


def drop_times(text: str) -> str:
    """Return JSON without the members that change each second."""
    return re.sub(r'"(as_of|seconds_left)": .*', "", text)


def make_sandbox(folder: Path) -> QuickSandbox:
    """Make a sandbox whose tray shows a window."""
    sandbox = QuickSandbox(folder, ClaudeFolder(folder / "claude"))
    at = datetime.now(UTC) - timedelta(minutes=5)
    sandbox.claude.append(
        make_line(
            timestamp=at.isoformat(timespec="milliseconds"),
            output=90_000,
            inner={"model": "claude-opus-4-5-20251101"},
        )
    )
    return sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[QuickSandbox]:
    """A sandbox of its own, without a tray."""
    sandbox = make_sandbox(tmp_path)
    yield sandbox
    sandbox.kill_all()


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[QuickSandbox]:
    """A sandbox with a running tray, whose settings stay as they are."""
    sandbox = make_sandbox(tmp_path_factory.mktemp("quick"))
    start_tray(sandbox)
    yield sandbox
    sandbox.kill_all()


def start_tray(sandbox: QuickSandbox) -> None:
    sandbox.start("--no-tray")
    deadline = time.monotonic() + 30
    args = ("--field", "state")
    while sandbox.run_code(QUICK, *args).stderr.strip() != "0 []":
        assert time.monotonic() < deadline, sandbox.read_log()
        time.sleep(0.1)


def test_the_tray_prints_what_the_command_prints(
    running: QuickSandbox,
) -> None:
    for args in ARGUMENTS:
        assert running.compare(args) == "0 []"


@pytest.mark.parametrize("columns", [200, 80])
def test_a_terminal_shows_the_colors_of_the_command(
    running: QuickSandbox, columns: int
) -> None:
    before, _ = running.run_in_terminal(SLOW, columns)
    quick, messages = running.run_in_terminal(QUICK, columns)
    after, _ = running.run_in_terminal(SLOW, columns)

    assert quick in {before, after}
    assert "\x1b[1m" in quick
    assert messages == "0 []"


@pytest.mark.parametrize(
    ("columns", "variables"),
    [
        (12, {}),
        (80, {"COLUMNS": "12"}),
        (80, {"TERM": "dumb"}),
        (80, {"NO_COLOR": "1"}),
        (80, {"FORCE_COLOR": ""}),
        (80, {"TTY_COMPATIBLE": "0"}),
    ],
)
def test_what_only_rich_can_show_is_left_to_it(
    running: QuickSandbox, columns: int, variables: dict[str, str]
) -> None:
    before, _ = running.run_in_terminal(SLOW, columns, **variables)
    quick, messages = running.run_in_terminal(QUICK, columns, **variables)
    after, _ = running.run_in_terminal(SLOW, columns, **variables)

    assert quick in {before, after}
    assert "argparse" in messages


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_other_encodings_are_those_of_the_command(
    running: QuickSandbox, encoding: str
) -> None:
    assert running.compare((), PYTHONIOENCODING=encoding) == "0 []"


def test_a_line_is_counted_as_soon_as_it_is_written(
    sandbox: QuickSandbox,
) -> None:
    start_tray(sandbox)
    for count in range(2, 12):
        sandbox.claude.append(
            make_line(
                message=f"msg_{count}",
                timestamp=datetime.now(UTC).isoformat(timespec="milliseconds"),
            )
        )

        quick = sandbox.run_code(QUICK, "--json")

        assert json.loads(quick.stdout)["today"]["messages"] == count
        assert quick.stderr.strip() == "0 []"


def test_a_tray_of_another_version_declines(running: QuickSandbox) -> None:
    command = {
        "command": "print-status",
        "version": "0.0.9",
        "encoding": "utf-8",
        "is_json": False,
        "width": 0,
        "environment": running.env,
    }

    folder = running.app_home / "state"
    reply = send_command(folder, json.dumps(command), 10)

    assert json.loads(reply or "")["reply"] == "declined"


def test_a_damaged_store_is_reported_by_the_command(
    sandbox: QuickSandbox,
) -> None:
    start_tray(sandbox)
    sandbox.store.unlink()

    quick = sandbox.run_code(QUICK)

    assert "Traceback" not in quick.stderr
    assert "\n0 [" in f"\n{quick.stderr}"


def test_changed_settings_apply_at_once(sandbox: QuickSandbox) -> None:
    start_tray(sandbox)
    sandbox.write_settings(
        '[general]\nlanguage = "de"\nshow = "left"\n'
        '[cost]\ncurrency = "0.92 EUR"\n[limits]\nplan = "api"\n'
    )

    # The tray reads the plan after the file; until then it may decline.
    for name in BAR_FORMATS:
        sandbox.compare(("--format", name))
    german = sandbox.run_code(QUICK, "--format", "waybar")
    assert "Heute" in german.stdout
    assert "€" in german.stdout


@pytest.mark.parametrize(
    "variables",
    [
        {"LANG": "de_DE.UTF-8"},
        {"TZ": "Asia/Tokyo"},
        {"LC_TIME": "en_US.UTF-8"},
        {"CLAUDE_PATH": "claude"},
        {"CLAUDE_TRAY_HOME": "another"},
    ],
    ids=str,
)
def test_another_environment_is_not_answered(
    running: QuickSandbox, variables: dict[str, str], tmp_path: Path
) -> None:
    folder = str(tmp_path / "another")
    variables = {
        name: folder if value == "another" else value
        for name, value in variables.items()
    }
    printed = running.run_code(
        QUICK, "--field", "state", **variables
    ).stderr.splitlines()[-1]

    assert "argparse" in printed


def test_invalid_settings_are_still_said(sandbox: QuickSandbox) -> None:
    start_tray(sandbox)
    sandbox.write_settings("[icon]\nstyle = 5\n")

    result = sandbox.run_code(QUICK, "--field", "state")

    assert "icon.style" in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("--format", "i3bar"),
        ("--format",),
        ("--format="),
        ("--field", "used", "--json"),
        ("--field", "nothing"),
    ],
    ids=str,
)
def test_other_arguments_are_those_of_the_command(
    running: QuickSandbox, args: tuple[str, ...]
) -> None:
    slow = running.run_code(SLOW, *args)
    quick = running.run_code(QUICK, *args)

    assert quick.stdout == slow.stdout
    assert slow.stderr.strip() in quick.stderr


def test_without_a_tray_the_command_reads_by_itself(
    sandbox: QuickSandbox,
) -> None:
    result = sandbox.run_code(QUICK, "--field", "sessions")

    assert result.stdout.strip() != ""
    assert "argparse" in result.stderr


def test_a_full_disk_is_said(running: QuickSandbox) -> None:
    if sys.platform == "win32":
        pytest.skip("no /dev/full")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "claude_tray",
                "status",
                "--field",
                "state",
            ],
            env=running.env,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )

    assert done.returncode == 1
    assert "Cannot write the output" in done.stderr
    assert "Traceback" not in done.stderr
