"""Drive the popup's window with mouse and keys."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from claude_tray.ui.toolkit.messages import (
    ActionKind,
    TransientState,
    UserAction,
    WindowHidden,
    WindowShown,
    encode_line,
    parse_message,
)
from tests.support.desktop import WAIT_SECONDS, wait_until
from tests.support.screen import find_missing_screen_programs

if TYPE_CHECKING:
    from tests.support.popup_process import PopupUnderTest


KILL = 9

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(
        bool(find_missing_screen_programs()),
        reason=f"lacks {find_missing_screen_programs()}",
    ),
]


def test_the_popup_opens_below_the_icon_and_gets_the_focus(
    popup: PopupUnderTest,
) -> None:
    window = popup.open()

    x, y, wide, _ = popup.screen.get_geometry(window)
    assert (x, y, wide) == (712, 36, 400)
    title = popup.screen.get_title(window)
    assert title.startswith("Claude Code: 3h 47m until about")

    popup.screen.press_keys("Escape")
    popup.wait_until_hidden()


def test_keys_move_the_focus_switch_tabs_and_press_buttons(
    popup: PopupUnderTest,
) -> None:
    window, screen = popup.open(), popup.screen

    focused = screen.capture_change(window, lambda: screen.press_keys("Tab"))
    turned = screen.capture_change(window, lambda: screen.press_keys("Right"))
    assert focused.tobytes() != turned.tobytes()
    screen.capture_change(window, lambda: screen.press_keys("Tab", "Tab"))

    screen.press_keys("F5")
    assert popup.next_action() == UserAction(ActionKind.REFRESH)
    screen.press_keys("ctrl+comma")
    assert popup.next_action() == UserAction(ActionKind.OPEN_SETTINGS)
    popup.wait_until_hidden()


def test_letters_beyond_ascii_are_searched_for(popup: PopupUnderTest) -> None:
    screen = popup.screen
    # xdotool would bind a letter to a key for as long as it presses it, and
    # the popup could look the key up too late.
    for number, letter in ((248, "eacute"), (249, "dead_acute")):
        screen.run_command("xmodmap", "-e", f"keycode {number} = {letter}")
    window = popup.open()
    screen.capture_change(window, lambda: screen.press_keys("slash"))

    written = screen.capture_change(
        window, lambda: screen.press_keys("eacute")
    )
    screen.capture_change(window, lambda: screen.press_keys("BackSpace"))
    composed = screen.capture_change(
        window, lambda: screen.press_keys("dead_acute", "e")
    )

    assert composed.tobytes() == written.tobytes()


def test_hovering_the_chart_shows_the_usage_at_that_time(
    popup: PopupUnderTest,
) -> None:
    window, screen = popup.open(), popup.screen
    x, y, _, _ = screen.get_geometry(window)

    screen.capture_change(window, lambda: screen.move_pointer(x + 50, y + 150))


def test_the_chart_opens_what_used_the_window(popup: PopupUnderTest) -> None:
    """By a click, for all of it; by a drag and a key, for a part of it."""
    window, screen = popup.open(), popup.screen
    x, y, _, _ = screen.get_geometry(window)
    plain = screen.capture(window)

    opened = screen.capture_change(
        window, lambda: screen.click(x + 90, y + 200)
    )
    left = screen.capture_change(window, lambda: screen.press_keys("Escape"))
    screen.drag((x + 40, y + 200), (x + 200, y + 200))
    wait_until(lambda: screen.capture(window).tobytes() != left.tobytes())
    dragged = screen.capture_change(window, lambda: screen.press_keys("r"))

    assert opened.size == plain.size
    assert popup.screen.find_window() == window
    assert dragged.tobytes() != opened.tobytes()


def test_the_menu_can_quit_the_program(popup: PopupUnderTest) -> None:
    window, screen = popup.open(), popup.screen
    x, y, wide, high = screen.get_geometry(window)

    screen.capture_change(
        window, lambda: screen.click(x + wide - 28, y + high - 22)
    )
    screen.click(x + wide - 80, y + high - 68)

    assert popup.next_action() == UserAction(ActionKind.QUIT)


def _set_screen_dpi(popup: PopupUnderTest, dpi: int) -> None:
    """Set the dots per inch, as a desktop does."""
    # Imported late: other systems lack it.
    from Xlib import Xatom  # noqa: PLC0415
    from Xlib.display import Display  # noqa: PLC0415

    display = Display(popup.screen.env["DISPLAY"])
    resources = f"Xft.dpi:\t{dpi}\n".encode()
    root = display.screen().root
    root.change_property(Xatom.RESOURCE_MANAGER, Xatom.STRING, 8, resources)
    display.sync()
    display.close()


def test_the_popup_scales_with_the_desktop(
    popup: PopupUnderTest,
) -> None:
    _set_screen_dpi(popup, dpi=192)
    window = popup.open()

    assert popup.screen.get_geometry(window)[2] == 800
    popup.screen.capture_change(
        window, lambda: popup.screen.press_keys("Right")
    )


def test_the_popup_fits_a_low_screen(popup: PopupUnderTest) -> None:
    _set_screen_dpi(popup, dpi=288)
    window = popup.open()

    _, y, wide, high = popup.screen.get_geometry(window)
    assert 800 < wide < 1200
    assert y + high <= 1400


def test_a_click_outside_closes_it(popup: PopupUnderTest) -> None:
    popup.open()

    popup.screen.click(40, 700)

    popup.wait_until_hidden()


def test_the_popup_follows_the_store(popup: PopupUnderTest) -> None:
    window = popup.open()

    popup.screen.capture_change(
        window, lambda: popup.add_usage("msg_2", minutes_ago=1)
    )


def test_the_popup_shows_the_progress_of_the_first_load(
    popup: PopupUnderTest,
) -> None:
    window = popup.open()

    popup.screen.capture_change(
        window,
        lambda: popup.process.send_state(TransientState(scan_progress=0.4)),
    )


def test_the_process_stays_after_closing_and_ends_with_the_tray(
    popup: PopupUnderTest,
) -> None:
    popup.open()
    pid = popup.process.pid
    assert pid is not None
    popup.screen.press_keys("Escape")
    popup.wait_until_hidden()

    popup.open()
    assert popup.process.pid == pid

    popup.process.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_crashed_popup_is_restarted(popup: PopupUnderTest) -> None:
    popup.open()
    pid = popup.process.pid
    assert pid is not None
    os.kill(pid, KILL)
    popup.wait_until_hidden()

    popup.open()

    assert popup.process.pid != pid


def test_without_a_display_the_local_page_opens(
    popup: PopupUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY")

    popup.process.show(popup.build_command())

    assert popup.next_action() == UserAction(ActionKind.OPEN_DASHBOARD)
    assert popup.next_action() == WindowHidden()


def test_the_summary_can_be_pasted(popup: PopupUnderTest) -> None:
    window, screen = popup.open(), popup.screen
    screen.capture_change(window, lambda: screen.press_keys("ctrl+c"))

    paste = "import tkinter; print(tkinter.Tk().clipboard_get())"
    done = subprocess.run(
        ["/usr/bin/python3", "-c", paste],
        env=screen.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_SECONDS,
    )

    if "No module named" in done.stderr:
        pytest.skip("no tkinter to paste with")
    assert done.stdout.startswith("Claude Code: 3h 47m")


def test_tk_shows_the_popup_without_xlib(popup: PopupUnderTest) -> None:
    if find_spec("tkinter") is None:
        pytest.skip("this Python has no tkinter")
    program = (
        "from claude_tray.ui.toolkit import factory;"
        "factory._list_backends = lambda: [factory._run_tk];"
        "import claude_tray.ui.__main__ as m; m.main()"
    )
    screen = popup.screen
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, **screen.env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(encode_line(popup.build_command()))
        process.stdin.flush()
        window = wait_until(screen.find_window)
        wait_until(lambda: screen.get_focused_window() == window)
        assert screen.get_geometry(window)[:3] == (712, 36, 400)
        screen.capture_change(window, lambda: screen.press_keys("Right"))

        screen.press_keys("Escape")
        reports = [process.stdout.readline() for _ in range(2)]
        assert list(map(parse_message, reports)) == [
            WindowShown(),
            WindowHidden(),
        ]
        process.stdin.close()
        assert process.wait(WAIT_SECONDS) == 0


def test_a_stopped_popup_does_not_take_the_next_click_along(
    popup: PopupUnderTest,
) -> None:
    popup.open()
    stopped_pid = popup.process.pid
    assert stopped_pid is not None
    # mypy checks the tests for Windows too, which lacks it.
    stop_signal: signal.Signals = getattr(signal, "SIGSTOP")  # noqa: B009
    os.kill(stopped_pid, stop_signal)
    for number in range(2_000):
        problem = f"{number} {'x' * 99}"
        popup.process.send_state(TransientState(problem=problem))
    started_at = time.monotonic()

    popup.process.show(popup.build_command())

    assert time.monotonic() - started_at < 5
    assert popup.process.pid != stopped_pid
    wait_until(
        lambda: (
            (window := popup.screen.find_window())
            and popup.screen.get_focused_window() == window
        )
    )
    with pytest.raises(ProcessLookupError):
        os.kill(stopped_pid, 0)
