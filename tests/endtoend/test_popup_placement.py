"""Drag the popup's window, and open it where it was dropped."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import pytest
from PIL import ImageChops

from tests.support.desktop import wait_until
from tests.support.screen import find_missing_screen_programs

if TYPE_CHECKING:
    from tests.support.popup_process import PopupUnderTest
    from tests.support.screen import BareScreen


pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(
        bool(find_missing_screen_programs()),
        reason=f"lacks {find_missing_screen_programs()}",
    ),
]
OWN_PLACE = (712, 36)


def drag(
    screen: BareScreen, start: tuple[int, int], end: tuple[int, int]
) -> None:
    """Press the button at one position of the screen, release at another."""
    middle = tuple((a + b) // 2 for a, b in zip(start, end, strict=True))
    screen.move_pointer(*start)
    screen.run_command("xdotool", "mousedown", "1")
    for position in (middle, end):
        screen.move_pointer(*position)
    screen.run_command("xdotool", "mouseup", "1")


def test_a_dragged_popup_opens_where_it_was_dropped(
    popup: PopupUnderTest,
) -> None:
    screen, window = popup.screen, popup.open()
    drag(screen, (800, 60), (400, 310))
    # By -400 and 250.
    wait_until(lambda: screen.get_geometry(window)[:2] == (312, 286))

    path = popup.app_home / "state" / "popup-window.json"
    wait_until(path.exists)
    screen.press_keys("Escape")
    popup.wait_until_hidden()
    window = popup.open()
    assert screen.get_geometry(window)[:2] == (312, 286)

    screen.press_keys("Escape")
    popup.wait_until_hidden()
    # Sooner, a click on the icon would only close it.
    time.sleep(0.5)
    popup.process.show(popup.build_command())
    window = wait_until(screen.find_window)
    assert screen.get_geometry(window)[:2] == (312, 286)
    # Dropped near its own place, it returns there and the place is forgotten.
    drag(screen, (400, 310), (806, 50))
    wait_until(lambda: screen.get_geometry(window)[:2] == OWN_PLACE)
    wait_until(lambda: json.loads(path.read_text())["moved_to"] is None)


@pytest.mark.parametrize(
    ("moved_to", "origin"),
    # On a monitor to the right that is gone, and above the screen.
    [((2600, 90), (1520, 90)), ((300, -20), (300, 0))],
)
def test_a_popup_off_the_screen_is_brought_back(
    popup: PopupUnderTest,
    moved_to: tuple[int, int],
    origin: tuple[int, int],
) -> None:
    path = popup.app_home / "state" / "popup-window.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"moved_to": moved_to}))

    window = popup.open()

    assert popup.screen.get_geometry(window)[:2] == origin


def test_a_pinned_popup_stays_open_without_the_focus(
    popup: PopupUnderTest,
) -> None:
    path = popup.app_home / "state" / "popup-window.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"is_pinned": true}')
    screen, window = popup.screen, popup.open()

    screen.click(40, 700)
    wait_until(lambda: screen.get_focused_window() != window)
    time.sleep(0.5)

    assert popup.actions.empty()
    assert screen.find_window() == window


def test_a_tooltip_names_a_button_after_a_while(
    popup: PopupUnderTest,
) -> None:
    screen, window = popup.screen, popup.open()
    x, y, _, height = screen.get_geometry(window)
    before = screen.capture(window)
    screen.move_pointer(x + 367, y + height - 22)

    def find_tooltip() -> tuple[int, int, int, int] | None:
        box = ImageChops.difference(before, screen.capture(window)).getbbox()
        # The button, which changes at once, is 30 pixels wide.
        return box if box is not None and box[2] - box[0] > 40 else None

    left, top, right, _ = wait_until(find_tooltip)

    # Above the button, within the window.
    assert top < height - 44
    assert left > 200
    assert right <= 395
