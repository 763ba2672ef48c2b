"""What the documents tell somebody to type, typed."""

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

from claude_tray.cli.whole import whole_parser
from claude_tray.settings.file import read_settings
from tests.support.builders import ClaudeFolder, a_line

if TYPE_CHECKING:
    import argparse

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# The gate runs the first two as they stand; the third names its reason.
_ELSEWHERE = re.compile(r"<!-- (run|test|not run: .+) -->\s*$")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`(claude-tray(?: [^`]+))`")

pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="the documents' commands are for a shell of Unix",
)


class Block(NamedTuple):
    """A block of a page, by its language."""

    page: str
    line: int
    language: str
    text: str


def _blocks(language: str) -> list[Block]:
    found = []
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(page):
            before = page[: match.start()]
            if match[1] == language and not _ELSEWHERE.search(before):
                line = before.count("\n") + 1
                found.append(Block(path.name, line, language, match[2]))
    return found


def _named(block: Block) -> str:
    return f"{block.page}:{block.line}"


def _typed(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type a block in an empty home with one transcript and a credential."""
    home = folder / "home"
    ClaudeFolder(home / ".claude").append(a_line())
    (home / ".claude" / ".credentials.json").write_text("{}")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    programs = Path(sys.executable).parent
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=elsewhere,
        env={
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            # A checkout may lie in a temporary folder, from which nothing
            # is entered anywhere.
            "TMPDIR": str(elsewhere),
            "LC_ALL": "C.UTF-8",
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("block", _blocks("sh"), ids=_named)
def test_commands_do_what_they_say(block: Block, tmp_path: Path) -> None:
    if "strace" in block.text:
        pytest.skip("the next test has it")
    if "claude-tray server" in block.text and find_spec("django") is None:
        pytest.skip("needs claude-tray[server]")

    done = _typed(block.text, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_readmes_proof_finds_neither_credential_nor_network(
    tmp_path: Path,
) -> None:
    (proof,) = (b for b in _blocks("sh") if "strace" in b.text)
    if shutil.which("strace") is None:
        pytest.skip("lacks strace")

    told = _typed(proof.text, tmp_path).stdout

    assert "no credential was opened" in told
    assert "no network was used" in told


@pytest.mark.parametrize("block", _blocks("toml"), ids=_named)
def test_settings_are_understood(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(block.text)

    assert not read_settings(path).unknown


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_is_named_in_a_sentence_exists(path: Path) -> None:
    parser = whole_parser()
    for span in _SPAN.findall(path.read_text(encoding="utf-8")):
        words = shlex.split(span)[1:]
        if len(words) == 1 and not words[0].startswith("-"):
            words.append("--help")
        assert _status_of(parser, words) == 0, span


def _status_of(parser: argparse.ArgumentParser, words: list[str]) -> object:
    try:
        parser.parse_args(words)
    except SystemExit as left:
        return left.code
    return 0
