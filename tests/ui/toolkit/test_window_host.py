from __future__ import annotations

import io
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

import pytest
from msgspec import structs

from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.toolkit.controller import ViewController
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    HideCommand,
    NotificationText,
    QuitCommand,
    ShowCommand,
    TransientState,
    UserAction,
    WindowHidden,
    WindowShown,
    WindowUnavailable,
    encode_line,
    parse_message,
)
from claude_tray.ui.toolkit.placement import ScreenArea
from claude_tray.ui.toolkit.saved_window import SavedWindow, load_saved_window
from claude_tray.ui.toolkit.surface import ViewState
from claude_tray.ui.toolkit.widgets import Drag, DragKind
from claude_tray.ui.toolkit.window_host import KEEP_ALIVE_SECONDS, WindowHost
from tests.support.desktop import wait_until
from tests.support.popup_states import make_popup_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from claude_tray.ui.toolkit.messages import WindowCommand, WindowMessage


NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)
SHOW_COMMAND = ShowCommand("store", "settings", "state", (), (1, 2, 3, 4))
WITHOUT_ANCHOR = structs.replace(SHOW_COMMAND, anchor=None)


_ACTIONS = {
    "refresh": UserAction(ActionKind.REFRESH),
    "close": UserAction(ActionKind.CLOSE_WINDOW),
}


class StaticContent:
    """Content that never changes."""

    title = "Claude Code: 2h 47m"
    clipboard = ""

    def __init__(self, send_action: Callable[[UserAction], None]) -> None:
        self.updates: list[TransientState] = []
        self.is_closed = False
        view = build_view(*make_popup_state("pace"))
        self.control = ViewController(
            lambda view_state: draw_popup(view, view_state),
            lambda name: send_action(_ACTIONS[name]),
            ViewState(),
        )

    def refresh(self, now: datetime) -> None:
        assert now == NOW

    def update(self, state: TransientState) -> None:
        self.updates.append(state)

    def show_fallback(self) -> UserAction | None:
        return UserAction(
            ActionKind.NOTIFY, notification=NotificationText(self.title)
        )

    def close(self) -> None:
        self.is_closed = True


class HostHarness:
    """Send commands as the tray does, and read the messages."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.output = io.StringIO()
        self.seconds = 0.0
        self.contents: list[StaticContent] = []
        self.host = WindowHost(
            self._make_content,
            self.output,
            (lambda: NOW, lambda: self.seconds),
        )

    def send(self, command: WindowCommand) -> None:
        self.stream.write(encode_line(command))
        self.stream.flush()

    @property
    def sent_actions(self) -> list[WindowMessage]:
        return [
            parse_message(line) for line in self.output.getvalue().splitlines()
        ]

    def tick_until_shown(self, *, expected: bool = True) -> None:
        self.tick_until(lambda: self.host.is_shown is expected)

    def tick_until(self, condition: Callable[[], bool]) -> None:
        def tick() -> bool:
            self.host.tick()
            return condition()

        wait_until(tick)

    def _make_content(
        self, show: ShowCommand, send_action: Callable[[UserAction], None]
    ) -> StaticContent:
        plain = structs.replace(
            show, anchor=None, state="state", closes_open=False
        )
        assert plain == WITHOUT_ANCHOR
        self.contents.append(StaticContent(send_action))
        return self.contents[-1]


@contextmanager
def _run_host() -> Iterator[HostHarness]:
    read, write = os.pipe()
    with os.fdopen(write, "w") as stream, os.fdopen(read) as source:
        host = HostHarness(stream)
        thread = host.host.start_command_reader(source)
        try:
            yield host
        finally:
            stream.close()
            thread.join()


@pytest.fixture(autouse=True)
def _in_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the window's state, whose folder is relative, out of the way."""
    monkeypatch.chdir(tmp_path)


def test_what_the_user_changed_about_the_window_is_remembered(
    tmp_path: Path,
) -> None:
    show = structs.replace(SHOW_COMMAND, state=str(tmp_path))
    with _run_host() as host:
        host.send(show)
        host.tick_until(lambda: host.host.is_shown)
        host.host.moved_to = (70, -3)
        host.contents[0].control.update_view_state(extra_height=40)
        host.contents[0].control.toggle_pin()
        host.host.tick()
        host.host.hide()

        host.send(structs.replace(show, anchor=None))
        host.tick_until(lambda: host.host.is_shown)

        view_state = host.contents[1].control.view_state
        assert host.host.moved_to == (70, -3)
        assert (view_state.extra_height, view_state.is_pinned) == (40, True)


def test_a_start_without_a_click_opens_at_the_icon_of_the_last_one(
    tmp_path: Path,
) -> None:
    show = structs.replace(SHOW_COMMAND, state=str(tmp_path))
    for command in (show, structs.replace(show, anchor=None)):
        with _run_host() as host:
            host.send(command)
            host.tick_until_shown()
            host.host.tick()

            assert host.host.anchor == ScreenArea(1, 2, 3, 4)


def test_a_shortcut_closes_an_open_window() -> None:
    toggle = structs.replace(WITHOUT_ANCHOR, closes_open=True)
    with _run_host() as host:
        for is_shown in (True, False):
            host.seconds += 1
            host.send(toggle)
            host.tick_until_shown(expected=is_shown)

        host.host.report_shown()
        assert host.sent_actions == [WindowHidden(), WindowShown()]


def test_a_drag_is_saved_when_it_ends(tmp_path: Path) -> None:
    with _run_host() as host:
        host.send(structs.replace(SHOW_COMMAND, state=str(tmp_path)))
        host.tick_until(lambda: host.host.is_shown)
        drag = Drag("height", DragKind.HEIGHT, (0, 0), (0, 0))
        control = host.contents[0].control
        control.update_view_state(extra_height=40, drag=drag)
        host.host.tick()
        assert load_saved_window(tmp_path).extra_height == 0

        control.release()
        host.host.tick()

        saved = SavedWindow(extra_height=40, anchor=(1, 2, 3, 4))
        assert load_saved_window(tmp_path) == saved


def test_a_show_command_opens_the_window_at_the_icon() -> None:
    with _run_host() as host:
        host.send(SHOW_COMMAND)
        host.tick_until(lambda: host.host.is_shown)

        assert host.host.anchor == ScreenArea(1, 2, 3, 4)
        assert host.contents[0].updates == [TransientState()]


def test_transient_state_is_kept_and_updated() -> None:
    with _run_host() as host:
        host.send(TransientState(0.1))
        host.send(SHOW_COMMAND)
        host.send(TransientState(0.2))
        host.tick_until(
            lambda: (
                len(host.contents) == 1 and len(host.contents[0].updates) > 1
            )
        )

        assert host.contents[0].updates == [
            TransientState(0.1),
            TransientState(0.2),
        ]


def test_actions_are_forwarded_and_close_is_handled() -> None:
    with _run_host() as host:
        host.send(SHOW_COMMAND)
        host.tick_until(lambda: host.host.is_shown)
        host.contents[0].control.trigger("refresh")
        host.contents[0].control.trigger("close")

        assert host.sent_actions == [
            UserAction(ActionKind.REFRESH),
            WindowHidden(),
        ]


def test_a_closed_window_is_hidden_and_stays_warm() -> None:
    with _run_host() as host:
        host.send(SHOW_COMMAND)
        host.tick_until(lambda: host.host.is_shown)
        host.contents[0].control.key("Escape")
        host.host.tick()
        assert host.sent_actions == [WindowHidden()]

        ended = []
        for host.seconds in (KEEP_ALIVE_SECONDS - 1, KEEP_ALIVE_SECONDS + 1):
            host.host.tick()
            ended.append(host.host.is_stopped)
        assert ended == [False, True]
        assert host.contents[0].is_closed


def test_a_shown_window_does_not_expire() -> None:
    with _run_host() as host:
        host.send(SHOW_COMMAND)
        host.tick_until(lambda: host.host.is_shown)

        host.seconds = 10 * KEEP_ALIVE_SECONDS
        host.host.tick()

        assert not host.host.is_stopped


def test_unknown_commands_are_ignored() -> None:
    with _run_host() as host:
        for line in ("garbage\n", '{"type": "dance"}\n', "[]\n", "\n"):
            host.stream.write(line)
        host.send(SHOW_COMMAND)
        host.tick_until(lambda: host.host.is_shown)

        assert not host.host.is_stopped


def test_hidden_by_the_tray_it_can_be_shown_again() -> None:
    with _run_host() as host:
        host.send(SHOW_COMMAND)
        host.send(HideCommand())
        host.send(WITHOUT_ANCHOR)
        host.tick_until(lambda: len(host.contents) == 2)

        assert host.contents[0].is_closed
        assert host.host.is_shown


def test_a_second_click_closes_the_window() -> None:
    with _run_host() as host:
        host.send(SHOW_COMMAND)
        host.tick_until(lambda: host.host.is_shown)
        host.send(SHOW_COMMAND)
        host.tick_until(lambda: not host.host.is_shown)

        assert host.sent_actions == [WindowHidden()]


def test_a_click_that_took_the_focus_does_not_reopen_the_window() -> None:
    with _run_host() as host:
        host.send(SHOW_COMMAND)
        host.tick_until(lambda: host.host.is_shown)
        host.contents[0].control.is_open = False
        host.host.tick()
        host.seconds = 0.2
        host.send(SHOW_COMMAND)
        host.tick_until(lambda: len(host.sent_actions) == 2)
        assert not host.host.is_shown

        host.seconds = 1.2
        host.send(SHOW_COMMAND)
        host.tick_until(lambda: host.host.is_shown)


def test_the_process_ends_by_command_and_with_the_tray() -> None:
    with _run_host() as host:
        host.send(QuitCommand())
        host.tick_until(lambda: host.host.is_stopped)
    with _run_host() as host:
        host.stream.close()
        host.tick_until(lambda: host.host.is_stopped)


def test_a_closed_pipe_ends_the_process() -> None:
    read, write = os.pipe()
    os.close(read)
    # Line buffered: nothing remains to be flushed at the end.
    with os.fdopen(write, "wb", buffering=0) as raw:
        out = io.TextIOWrapper(raw, write_through=True)
        host = WindowHost(
            lambda _, send_action: StaticContent(send_action),
            out,
            (lambda: NOW, lambda: 0.0),
        )
        host.send(UserAction(ActionKind.REFRESH))
        assert host.is_stopped
        out.detach()


def test_without_a_window_each_show_is_a_notification() -> None:
    with _run_host() as host:
        host.send(SHOW_COMMAND)
        host.send(QuitCommand())
        host.host.run_without_window()

        assert host.sent_actions == [
            WindowUnavailable(),
            UserAction(
                ActionKind.NOTIFY,
                notification=NotificationText("Claude Code: 2h 47m"),
            ),
            WindowHidden(),
        ]
