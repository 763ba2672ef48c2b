from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.app.context import load_context
from claude_tray.config.option_values import OptionSource
from claude_tray.local_page.settings.current import (
    load_form_context,
    load_values,
    shorten_path,
)

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with two Claude folders, of which one is usual."""
    for name in (".claude/projects/shop", ".claude-work/projects/diary"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "session.jsonl").write_text("{}\n")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path / "own"))
    for name in ("CLAUDE_PATH", "CLAUDE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def load(home: Path, settings: str = "", claude_path: str = "") -> AppContext:
    path = home / "own" / "config" / "settings.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(settings)
    return load_context(argparse.Namespace(claude_path=claude_path))


def test_found_folders_are_offered_beside_the_usual_ones(home: Path) -> None:
    context = load(home)

    form_context, values = load_form_context(context), load_values(context)

    assert [(f.value, f.note) for f in form_context.folders] == [
        (str(Path("~/.claude")), "1 project"),
        (str(Path("~/.claude-work")), "1 project"),
    ]
    assert form_context.default_folders == (str(Path("~/.claude")),)
    assert values["claude_paths"].value == form_context.default_folders
    assert values["claude_paths"].source is OptionSource.DEFAULT
    assert {"en", "de"} <= set(form_context.languages)
    assert form_context.locked == {}


def test_chosen_folders_are_shown_as_they_are_written(home: Path) -> None:
    work = home / ".claude-work"
    context = load(home, f'claude_paths = ["{work.as_posix()}", "~/gone"]\n')

    form_context, values = load_form_context(context), load_values(context)

    assert [(f.value, f.note) for f in form_context.folders] == [
        (work.as_posix(), "1 project"),
        ("~/gone", "not found"),
    ]
    assert values["claude_paths"].value == (work.as_posix(), "~/gone")
    assert values["claude_paths"].source is OptionSource.FILE


def test_folders_of_the_command_line_cannot_be_changed(home: Path) -> None:
    context = load(home, claude_path=str(home / ".claude-work"))

    assert load_form_context(context).locked == {
        "claude_paths": "--claude-path"
    }


def test_the_home_is_written_short(home: Path) -> None:
    assert shorten_path(home / "a") == str(Path("~/a"))
    assert shorten_path(home) == str(home)
    assert shorten_path(Path("/elsewhere")) == str(Path("/elsewhere"))
