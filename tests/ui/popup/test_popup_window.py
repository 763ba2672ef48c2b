from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claude_tray.platform.known_folders import get_pictures_folder
from claude_tray.store.connection import open_writer
from claude_tray.ui.popup.popup_window import PopupWindow
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    ShowCommand,
    TransientState,
    UserAction,
)
from tests.support.builders import at, make_record
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


NOW = at("10:00", day=20)
CLOSE = UserAction(ActionKind.CLOSE_WINDOW)


class PopupWindowHarness:
    """Drive the content of a popup over a store with one record."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.actions: list[UserAction] = []
        with closing(open_writer(folder / "usage.db")) as writer:
            save_records(writer, make_record("09:00", day=20))
        command = ShowCommand(
            "popup",
            str(folder / "usage.db"),
            str(folder / "settings.toml"),
            str(folder),
            ((str(folder / "claude"), "default"),),
        )
        self.content = PopupWindow(command, self.actions.append, NOW)

    @property
    def message(self) -> str:
        return self.content.control.view_state.message

    def act(self, name: str) -> None:
        self.content.control.trigger(name)


@pytest.fixture
def window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PopupWindowHarness]:
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "pictures"))
    monkeypatch.setenv("HOME", str(tmp_path))
    harness = PopupWindowHarness(tmp_path)
    yield harness
    harness.content.close()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("refresh", [UserAction(ActionKind.REFRESH)]),
        ("sync-now", [UserAction(ActionKind.SYNC_NOW)]),
        ("quit", [UserAction(ActionKind.QUIT)]),
        ("settings", [UserAction(ActionKind.OPEN_SETTINGS), CLOSE]),
        ("sync", [UserAction(ActionKind.OPEN_SETTINGS, page="sync"), CLOSE]),
        ("about", [UserAction(ActionKind.OPEN_SETTINGS, page="about"), CLOSE]),
    ],
)
def test_actions_go_to_the_tray(
    window: PopupWindowHarness, name: str, expected: list[UserAction]
) -> None:
    window.act(name)

    assert window.actions == expected


def test_the_summary_is_copied(window: PopupWindowHarness) -> None:
    window.act("copy")

    assert window.content.clipboard.startswith("Claude Code: ")
    assert window.message == "Summary copied"


def test_a_message_disappears_after_a_few_seconds(
    window: PopupWindowHarness,
) -> None:
    window.act("copy")

    window.content.refresh(NOW + timedelta(seconds=3))
    assert window.message
    window.content.refresh(NOW + timedelta(seconds=5))
    assert not window.message


def test_a_picture_is_saved(window: PopupWindowHarness) -> None:
    window.act("picture")

    assert window.message.startswith("Saved: claude-tray ")
    (picture,) = window.folder.rglob("claude-tray *.png")
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["dashboard", "page"])
def test_the_dashboard_is_the_local_page(
    window: PopupWindowHarness, name: str
) -> None:
    window.act(name)

    assert window.actions == [UserAction(ActionKind.OPEN_DASHBOARD), CLOSE]


def test_without_a_window_the_local_page_opens(
    window: PopupWindowHarness,
) -> None:
    action = window.content.show_fallback()

    assert action == UserAction(ActionKind.OPEN_DASHBOARD)


def test_the_view_changes_with_the_minute(window: PopupWindowHarness) -> None:
    window.content.refresh(NOW)
    before = window.content.title

    window.content.refresh(NOW + timedelta(seconds=59))
    assert window.content.title == before
    window.content.refresh(NOW + timedelta(minutes=1))
    assert window.content.title != before


def test_transient_state_is_shown(window: PopupWindowHarness) -> None:
    window.content.update(TransientState(problem="No space left."))
    window.content.refresh(NOW)

    assert window.content.title.endswith("No space left.")


def test_the_message_of_an_unwritable_picture_is_the_error(
    window: PopupWindowHarness,
) -> None:
    blocked = get_pictures_folder()
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("")

    window.act("picture")

    assert window.message.startswith(str(blocked))
