from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.cli.commands.settings_edit import find_editor
from claude_tray.config.schema import OPTIONS
from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal


USER_SETTINGS = '# mine\n[icon]\nstyle = "pie" # round\n'


def _get_path(terminal: Terminal) -> Path:
    return terminal.app_home / "config" / "settings.toml"


def _use_editor(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Make an editor of Python code; `path` is the file to edit."""
    script = (
        "import sys, pathlib; path = pathlib.Path(sys.argv[1]);"
        f" text = path.read_text(errors='replace'); {code}"
    )
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", shlex.join([sys.executable, "-c", script]))


def test_all_options_are_listed_with_their_source(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_PATH", "/elsewhere")
    terminal.write_settings(
        USER_SETTINGS
        + "number = 5\n[prices.m]\nmultiplier = 2\n[profiles.'/a']\nname='W'\n"
    )

    text = terminal.run("settings").out
    listed = terminal.run("settings", "--json").json

    # Columns are two spaces apart.
    rows = [re.split(" {2,}", line.strip()) for line in text.splitlines()]
    cells = {row[0]: (row[1], row[2]) for row in rows if len(row) == 3}
    assert set(cells) >= {o.name for o in OPTIONS} - {"prices", "profiles"}
    assert cells["icon.style"] == ("pie", "settings file")
    assert cells["icon.number"] == ("time", "file is invalid")
    assert cells["icon.panel"] == ("auto", "default")
    assert cells["claude_paths"] == ("/elsewhere", "CLAUDE_PATH")
    assert cells["prices.m"] == ("multiplier=2", "settings file")
    assert cells["profiles./a"] == ("W", "settings file")
    assert cells["sync.url"] == ("\N{EN DASH}", "default")
    assert listed["path"] == str(_get_path(terminal))
    items = {item["key"]: item for item in listed["settings"]}
    assert items["icon.style"]["value"] == "pie"
    assert items["icon.style"]["accepts"] == "meter, ring, pie, text"
    assert "icon.number" in items["icon.number"]["error"]


def test_values_are_set_shown_and_removed(terminal: Terminal) -> None:
    terminal.write_settings(USER_SETTINGS)

    changed = terminal.run("settings", "set", "icon.style", "ring")
    shown = terminal.run("settings", "get", "icon.style")
    price = terminal.run(
        "settings", "set", "prices.m-*", "input=3", "output=15", "--json"
    )
    prices = terminal.run("settings", "get", "prices")
    one = terminal.run("settings", "get", "prices.m-*")
    as_json = terminal.run("settings", "get", "icon.style", "--json")
    removed = terminal.run("settings", "unset", "prices.m-*")
    default = terminal.run("settings", "unset", "icon.style")
    nothing = terminal.run("settings", "get", "prices.m-*")

    assert changed.out == "icon.style: pie → ring\n"
    assert shown.out == "ring\n"
    assert price.json["value"] == {"input": 3, "output": 15}
    assert prices.out == "m-* input=3 output=15\n"
    assert one.out == "input=3 output=15\n"
    assert as_json.json["source"] == "file"
    assert removed.out == "prices.m-*: input=3 output=15 → \N{EN DASH}\n"
    assert default.out == "icon.style: ring → meter\n"
    assert nothing.out == "\n"
    assert _get_path(terminal).read_text().startswith("# mine\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["set", "icon.style", "square"], "one of meter, ring, pie, text"),
        (["set", "icon.stile", "ring"], "Did you mean icon.style?"),
        (["set", "icon.style"], "Accepted: meter, ring, pie, text."),
        (["set", "general.language", "xx"], "one of system, en"),
        (["set", "sync.enabled", "on"], "needs the address"),
        (["set", "sync.url", "http://far.example"], "exposes the token"),
        (["get"], "Name an option"),
        (["get", "prices"], ""),
    ],
)
def test_a_refusal_is_one_sentence_and_changes_nothing(
    terminal: Terminal, arguments: list[str], expected: str
) -> None:
    terminal.write_settings(USER_SETTINGS)

    result = terminal.run("settings", *arguments)

    assert result.status == (1 if expected else 0)
    assert expected in result.err
    assert len(result.err.splitlines()) == result.status
    assert _get_path(terminal).read_text() == USER_SETTINGS


def test_a_variable_that_overrides_a_change_is_named(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_PATH", "/elsewhere")

    result = terminal.run("settings", "set", "claude_paths", "/a,/b")

    assert result.out == "claude_paths: /elsewhere → /elsewhere\n"
    assert "CLAUDE_PATH overrides" in result.err
    assert 'claude_paths = ["/a", "/b"]' in _get_path(terminal).read_text()


def test_valid_text_of_the_editor_is_saved(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.write_settings(USER_SETTINGS)
    _use_editor(
        monkeypatch,
        "path.write_text(text.replace('pie', 'ring') + 'stile = 1\\n')",
    )

    result = terminal.run("settings", "edit")

    assert result.status == 0
    assert result.out == f"Saved {_get_path(terminal)}.\n"
    assert "Unknown setting: icon.stile" in result.err
    assert 'style = "ring" # round' in _get_path(terminal).read_text()
    assert not (_get_path(terminal).parent / "settings-draft.toml").exists()


def test_unchanged_text_is_not_saved(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use_editor(monkeypatch, "pass")

    assert terminal.run("settings", "edit").out == "Nothing was changed.\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("path.write_text('[icon')", "not valid TOML"),
        ("path.write_text('icon.style = 5')", "icon.style must be one of"),
        ("path.write_text('sync.enabled = true')", "needs the address"),
        ("path.write_bytes(b'\\xff')", "utf-8"),
        (
            "path.with_name('settings.toml').write_text(' ')",
            "changed by another program",
        ),
    ],
)
def test_invalid_text_of_the_editor_is_kept_apart(
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    expected: str,
) -> None:
    terminal.write_settings(USER_SETTINGS)
    _use_editor(monkeypatch, code)

    result = terminal.run("settings", "edit")
    _use_editor(monkeypatch, "path.write_text('icon.style = \"text\"')")
    again = terminal.run("settings", "edit")

    assert result.status == 1
    assert expected in result.err
    assert "Nothing was saved." in result.err
    assert "settings-draft.toml" in result.err
    assert "Opening your unsaved text." in again.err
    assert terminal.run("settings", "get", "icon.style").out == "text\n"


def test_an_editor_that_fails_saves_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.write_settings(USER_SETTINGS)
    _use_editor(monkeypatch, "sys.exit(3)")

    failed = terminal.run("settings", "edit")
    monkeypatch.setenv("EDITOR", "/no/such/editor")
    missing = terminal.run("settings", "edit")

    assert "ended with status 3" in failed.err
    assert "Cannot run the editor /no/such/editor" in missing.err
    assert not (_get_path(terminal).parent / "settings-draft.toml").exists()
    assert _get_path(terminal).read_text() == USER_SETTINGS


def test_an_editor_is_found_or_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="No editor"):
        find_editor()

    nano = tmp_path / "nano"
    nano.write_text("#!/bin/sh\n")
    nano.chmod(0o755)

    assert find_editor() == [str(nano)]
    monkeypatch.setenv("EDITOR", "code --wait")
    assert find_editor() == ["code", "--wait"]


def test_a_long_value_is_listed_in_full(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    terminal.write_settings(f'sync.exclude = ["{"Q" * 120}"]')

    text = terminal.run("settings", "list").out

    assert text.count("Q") == 120
    assert "…" not in text
