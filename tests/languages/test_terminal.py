"""Run every command in every language: it fits 80 columns, in its language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from claude_tray.cli.main import COMMANDS, main
from claude_tray.config.schema import OPTIONS
from claude_tray.i18n.translator import list_languages
from tests.local_page.sample_usage import write_usage
from tests.support.builders import ClaudeFolder
from tests.support.drawn_texts import list_misplaced, record_texts
from tests.support.pseudo_language import PSEUDO

if TYPE_CHECKING:
    from pathlib import Path


LANGUAGES = (*list_languages(), PSEUDO)
WIDTH = 80
REPORTS = (
    *("status", "stats", "windows", "window", "fit", "walls", "plan"),
    *("projects", "sessions", "live", "models", "daily", "weekly", "monthly"),
)
ESCAPES = re.compile("\x1b\\[[0-9;]*m")
# Tables and drawings; sentences may be wrapped by the terminal.
ALIGNED = re.compile(r" {3,}|[█─━▁-▇░]")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home folder with usage that has been read."""
    folder = tmp_path_factory.mktemp("home")
    claude = ClaudeFolder(folder / "claude")
    write_usage(claude)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAUDE_TRAY_HOME", str(folder / "own"))
        assert main(["refresh", "--claude-path", str(claude.path)]) == 0
    return folder


@pytest.fixture
def screen(home: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Print as on a terminal of 80 columns."""
    for name, value in {
        "CLAUDE_TRAY_HOME": str(home / "own"),
        "CLAUDE_PATH": str(home / "claude"),
        "HOME": str(home),
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
        "FORCE_COLOR": "1",
        "NO_COLOR": "1",
        "TERM": "xterm",
        "COLUMNS": str(WIDTH),
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("CLAUDE_CONFIG_DIR", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def run(capsys: pytest.CaptureFixture[str], *args: str) -> list[str]:
    """Run a command and return the lines that it prints."""
    try:
        main(args)
    except SystemExit as error:
        assert error.code in (0, 2)  # noqa: PT017 - of argparse
    out, err = capsys.readouterr()
    return ESCAPES.sub("", out + err).splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_fit_the_terminal(
    screen: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
) -> None:
    screen.setenv("LANG", language)

    for report in REPORTS:
        lines = run(capsys, report, "--no-refresh")
        assert lines, report
        wide = [
            line
            for line in lines
            if ALIGNED.search(line) and cell_len(line.rstrip()) > WIDTH
        ]
        assert wide == [], report


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_fits_the_terminal(
    screen: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
) -> None:
    screen.setenv("LANG", language)

    for command in COMMANDS:
        lines = run(capsys, command, "--help")
        # argparse does not break choices and alternatives.
        wide = [
            line
            for line in lines
            if cell_len(line) > WIDTH and not re.search(r"\{| \| ", line)
        ]
        assert wide == [], command


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_of_commands_have_room(
    screen: pytest.MonkeyPatch,
    tmp_path: Path,
    language: str,
) -> None:
    screen.setenv("LANG", language)

    for number, args in enumerate(
        (
            ("card", "--png"),
            ("card", "--square", "--projects", "--png"),
            ("window", "--picture"),
        )
    ):
        path = tmp_path / f"{number}.png"
        with record_texts() as texts:
            assert main([*args, str(path), "--no-refresh"]) == 0
        assert path.exists()
        assert len(texts) > 10
        for picture in {id(t.picture): t.picture for t in texts}.values():
            if min(picture.size) > 2:
                assert list_misplaced(texts, picture) == [], args


# What is the same in every language: names, keys, code.
NAMES = re.compile(
    r"--?[\w-]+|\S*/\S*|\w+(?:[._-]\w+)+(?:\.{3})?|\{[^}]*\}|\[[a-z ]*\]|\b[A-Z_]{2,}\b"
    r"|\b(?:Claude(?: Code)?|Opus|Sonnet|Haiku|claude-tray|pip|python)\b"
)
# Projects of the test, values of settings, and names of arguments.
WORDS = {
    *("shop", "api", "notes", "day", "now", "claude"),
    *("auto", "anthropic", "cost", "false", "left", "meter", "names", "popup"),
    *("prices", "profiles", "status", "system", "time", "true", "used"),
    *("week", "file", "name", "path", "value", "key", "what", "nope", "open"),
    *("uninstall", "install", "restore", PSEUDO),
    # Commands of the server.
    *("archive", "check", "migrate", "partition", "prune", "reprice", "team"),
}
RUNS = (
    ("--help",),
    ("version",),
    ("nope",),
    ("status", "--bogus"),
    ("status", "--account", "nope"),
    ("settings",),
    ("settings", "set", "general.language", "nope"),
    ("settings", "set", "nope", "nope"),
    ("statusline", "status"),
    ("autostart",),
    ("uninstall", "--dry-run"),
    ("sync", "--status"),
    ("import", "/nowhere/nope"),
    ("import", "/etc/hostname"),
    ("projects", "nope"),
    ("sessions", "nope"),
    ("daily", "--since", "nope"),
    ("daily", "--timezone", "nope"),
    ("window", "--at", "nope"),
    ("budget", "--need", "15%"),
    *((command, "--help") for command in COMMANDS),
    *((report, "--no-refresh") for report in REPORTS),
)


def test_the_terminal_speaks_one_language(
    screen: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Plain English words come from no catalog."""
    screen.setenv("LANG", PSEUDO)
    # Options and their values are the same in every language.
    values = " ".join(
        f"{option.name} {option.type_label}" for option in OPTIONS
    )
    known = {*WORDS, *COMMANDS, *re.findall(r"[A-Za-z]+", values)}

    for args in RUNS:
        text = NAMES.sub(" ", "\n".join(run(capsys, *args)))
        plain = set(re.findall(r"[A-Za-z]{3,}", text)) - known
        assert plain == set(), args
