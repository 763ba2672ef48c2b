from __future__ import annotations

import argparse
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from claude_tray.app.actions import (
    ActionDispatcher,
    open_server,
    open_settings,
    save_changes,
)
from claude_tray.app.context import load_context
from claude_tray.app.page_client import stop_page
from claude_tray.config.env import EnvVars
from claude_tray.config.live_settings import LiveSettings
from claude_tray.errors import ClaudeTrayError, DesktopError, SettingsError
from claude_tray.ui.toolkit.messages import ActionKind, UserAction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from claude_tray.app.actions import ActionHandler


def _dispatch(
    handlers: Mapping[ActionKind, ActionHandler], kinds: Iterable[ActionKind]
) -> list[ClaudeTrayError]:
    """Run actions to the last and return the errors that were reported."""
    queue: SimpleQueue[UserAction | None] = SimpleQueue()
    errors: list[ClaudeTrayError] = []
    dispatcher = ActionDispatcher(queue, handlers, errors.append)
    for kind in kinds:
        queue.put(UserAction(kind))
    dispatcher.start()
    dispatcher.stop()
    return errors


def test_actions_run_in_order() -> None:
    seen: list[ActionKind] = []
    kinds = list(ActionKind)

    _dispatch({k: lambda a: seen.append(a.kind) for k in kinds}, kinds)

    assert seen == kinds


def test_a_failed_action_is_reported_and_the_next_one_runs() -> None:
    seen: list[ActionKind] = []

    def fail(_: UserAction) -> None:
        summary = "It cannot be done."
        raise DesktopError(summary, hint="Try again.")

    def break_down(_: UserAction) -> None:
        raise ZeroDivisionError

    errors = _dispatch(
        {
            ActionKind.ENABLE_AUTOSTART: fail,
            ActionKind.SYNC_NOW: break_down,
            ActionKind.REFRESH: lambda a: seen.append(a.kind),
        },
        [
            ActionKind.ENABLE_AUTOSTART,
            ActionKind.SYNC_NOW,
            ActionKind.MUTE,
            ActionKind.REFRESH,
        ],
    )

    assert [(e.summary, e.hint) for e in errors] == [
        ("It cannot be done.", "Try again.")
    ]
    assert seen == [ActionKind.REFRESH]


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "usage.example"])
def test_only_web_addresses_are_opened(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)

    open_server(url)
    open_server("https://usage.example")

    assert opened == ["https://usage.example"]


def test_the_menu_cannot_turn_on_sync_without_an_address(
    tmp_path: Path,
) -> None:
    path = tmp_path / "settings.toml"
    live = LiveSettings(path, tmp_path / "backup.toml")
    action = UserAction(
        ActionKind.CHANGE_SETTINGS, changes=(("sync.enabled", True),)
    )

    with pytest.raises(SettingsError, match="needs the address"):
        save_changes(live, action, EnvVars())
    save_changes(live, action, EnvVars(api_url="https://tray.example"))

    assert live.current.sync_enabled


def test_the_settings_open_in_the_browser_or_name_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path))
    context = load_context(argparse.Namespace(claude_path=str(tmp_path)))
    opened: list[str] = []
    has_browser = [True, True, False]

    def open_address(address: str) -> bool:
        opened.append(parse_qs(urlsplit(address).query)["next"][0])
        return has_browser[len(opened) - 1]

    monkeypatch.setattr("webbrowser.open", open_address)
    try:
        open_settings(context, "")
        open_settings(context, "sync")
        with pytest.raises(DesktopError) as excinfo:
            open_settings(context, "limits")
    finally:
        stop_page(context.paths.state_folder)
        for thread in threading.enumerate():
            if thread.name == "page":
                thread.join(10)

    assert opened == ["/settings", "/sync", "/settings/costs"]
    assert excinfo.value.summary == "No browser was found."
    assert "`claude-tray settings`" in excinfo.value.hint
