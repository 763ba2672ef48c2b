from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from claude_tray.config import writer as saving
from claude_tray.config.settings import read_settings
from claude_tray.config.writer import apply_changes, save_settings
from claude_tray.errors import SettingsError
from claude_tray.platform.file_lock import FileLock

if TYPE_CHECKING:
    from pathlib import Path


USER_SETTINGS = """\
# my choices
sync_ulr = "kept"

[icon]
style = "pie" # round
"""


def test_saving_keeps_the_rest_of_the_file() -> None:
    text = apply_changes(
        USER_SETTINGS, {"icon.style": "ring", "sync.enabled": True}
    )

    assert text == USER_SETTINGS.replace('"pie"', '"ring"') + (
        "\n[sync]\nenabled = true\n"
    )


def test_saving_creates_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.toml"

    save_settings(path, {"icon.week_bar": False, "claude_paths": ["/a"]})

    settings = read_settings(path)
    assert settings.icon_week_bar is False
    assert settings.claude_paths == ("/a",)


def test_an_invalid_value_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"

    with pytest.raises(SettingsError):
        save_settings(path, {"icon.style": "square"})

    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("icon = \n", "not valid TOML"), ("icon = 1\n", "icon must be a table")],
)
def test_an_invalid_file_is_left_unchanged(
    tmp_path: Path,
    text: str,
    expected: str,
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)

    with pytest.raises(SettingsError) as excinfo:
        save_settings(path, {"icon.style": "ring"})

    assert expected in excinfo.value.summary
    assert path.read_text() == text


def test_an_unwritable_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()

    with pytest.raises(SettingsError) as excinfo:
        save_settings(tmp_path / "settings.toml", {"icon.style": "ring"})

    assert "Cannot write" in excinfo.value.summary


def test_a_locked_file_is_reported(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(saving, "_LOCK_SECONDS", 0.1)
    lock = FileLock(tmp_path / ".settings.toml.lock")

    assert lock.acquire()
    with pytest.raises(SettingsError) as excinfo:
        save_settings(tmp_path / "settings.toml", {"icon.style": "ring"})
    lock.release()

    assert "Another program" in excinfo.value.summary


def test_concurrent_saves_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    names = ["week_bar", "text_beside"]
    threads = [
        threading.Thread(
            target=save_settings, args=(path, {f"icon.{name}": True})
        )
        for name in names
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    settings = read_settings(path)
    assert settings.icon_week_bar
    assert settings.icon_text_beside


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"

    save_settings(path, {"icon.style": "ring"})

    assert path.stat().st_mode & 0o777 == 0o600


PRICES = """\
# mine
[prices."a-*"]
input = 3 # list price
output = 15
cache_read = 1

[prices.b]
multiplier = 2
"""


def test_entries_are_set_and_removed_one_by_one() -> None:
    text = apply_changes(
        PRICES,
        {
            ("prices", "a-*"): {"input": 3, "output": 20},
            ("prices", "b"): None,
            ("prices", "c.1"): {"multiplier": 0.5},
        },
    )

    assert text == (
        '# mine\n[prices."a-*"]\ninput = 3 # list price\noutput = 20\n\n'
        '[prices."c.1"]\nmultiplier = 0.5\n'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[icon]\nstyle = "pie"\n\n[sync]\nurl = "x"\n',
            '[sync]\nurl = "x"\n',
        ),
        ('[icon]\n# note\nstyle = "pie"\n', "[icon]\n# note\n"),
        ("icon = 1\n", "icon = 1\n"),
        ("", ""),
    ],
)
def test_removing_an_option_leaves_no_empty_table(
    text: str, expected: str
) -> None:
    assert apply_changes(text, {"icon.style": None}) == expected


def test_an_invalid_entry_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"

    with pytest.raises(SettingsError, match="must have output"):
        save_settings(path, {("prices", "m"): {"input": 3}})
    with pytest.raises(SettingsError, match="one of meter"):
        save_settings(path, {("icon", "style"): "square"})
    save_settings(path, {("prices", "m"): None, ("icon", "style"): "pie"})

    assert path.read_text() == '[icon]\nstyle = "pie"\n'


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('\ufeff[icon]\nstyle = "pie"\n', encoding="utf-8")

    save_settings(path, {"icon.style": "ring"})

    assert read_settings(path).icon_style == "ring"


def test_an_equal_value_keeps_its_notation() -> None:
    text = "[icon]\nstyle='pie'\nweek_bar = 1\n"

    changed = apply_changes(text, {"icon.style": "pie", "icon.week_bar": True})

    assert changed == text.replace("= 1", "= true")
