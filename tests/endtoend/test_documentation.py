"""Run the commands of the documentation."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from claude_tray.cli.full_parser import full_parser
from claude_tray.config.settings import read_settings
from tests.support.builders import ClaudeFolder, make_line

if TYPE_CHECKING:
    import argparse


ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
# .ci/run runs the first two verbatim.
_SKIP_MARKER = re.compile(r"<!-- (run|test|not run: .+) -->\s*$")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`(claude-tray(?: [^`]+))`")

pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="the documents' commands are for a shell of Unix",
)


class CodeBlock(NamedTuple):
    """A code block of a page and its language."""

    page: str
    line: int
    language: str
    text: str


def _find_blocks(language: str) -> list[CodeBlock]:
    blocks = []
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(page):
            before = page[: match.start()]
            if match[1] == language and not _SKIP_MARKER.search(before):
                line = before.count("\n") + 1
                blocks.append(CodeBlock(path.name, line, language, match[2]))
    return blocks


def _name_block(block: CodeBlock) -> str:
    return f"{block.page}:{block.line}"


def _run_block(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block in a home with one transcript and a credentials file."""
    home = folder / "home"
    ClaudeFolder(home / ".claude").append(make_line())
    (home / ".claude" / ".credentials.json").write_text("{}")
    work_dir = folder / "elsewhere"
    work_dir.mkdir()
    programs = Path(sys.executable).parent
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=work_dir,
        env={
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            # A checkout may be in a temporary folder, from which nothing
            # is entered anywhere.
            "TMPDIR": str(work_dir),
            "LC_ALL": "C.UTF-8",
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
        stdin=subprocess.DEVNULL,
    )


def _has_gnome_shortcuts() -> bool:
    if shutil.which("gsettings") is None:
        return False
    listed = subprocess.run(
        ["gsettings", "list-schemas"],
        check=True,
        capture_output=True,
        text=True,
    )
    return "org.gnome.settings-daemon.plugins.media-keys" in listed.stdout


@pytest.mark.parametrize("block", _find_blocks("sh"), ids=_name_block)
def test_documented_commands_work(block: CodeBlock, tmp_path: Path) -> None:
    if "strace" in block.text:
        pytest.skip("the next test has it")
    if "claude-tray server" in block.text and find_spec("django") is None:
        pytest.skip("needs claude-tray[server]")
    if "gsettings" in block.text and not _has_gnome_shortcuts():
        pytest.skip("lacks GNOME")

    done = _run_block(block.text, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_documented_trace_shows_no_credentials_and_no_network(
    tmp_path: Path,
) -> None:
    (proof,) = (b for b in _find_blocks("sh") if "strace" in b.text)
    if shutil.which("strace") is None:
        pytest.skip("lacks strace")

    output = _run_block(proof.text, tmp_path).stdout

    assert "no credential was opened" in output
    assert "no network was used" in output


@pytest.mark.parametrize("block", _find_blocks("toml"), ids=_name_block)
def test_documented_settings_are_valid(
    block: CodeBlock, tmp_path: Path
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(block.text)

    assert not read_settings(path).unknown_keys


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_named_in_sentences_exist(path: Path) -> None:
    parser = full_parser()
    for command in _SPAN.findall(path.read_text(encoding="utf-8")):
        args = shlex.split(command)[1:]
        if len(args) == 1 and not args[0].startswith("-"):
            args.append("--help")
        assert _parse_exit_status(parser, args) == 0, command


def _parse_exit_status(
    parser: argparse.ArgumentParser, args: list[str]
) -> object:
    try:
        parser.parse_args(args)
    except SystemExit as exit_error:
        return exit_error.code
    return 0
