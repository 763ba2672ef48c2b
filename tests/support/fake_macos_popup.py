"""
Run the popup's Cocoa window on another system and print what it did.

Our code runs on a stand-in for Cocoa that refuses what pyobjc refuses. Takes
the folder of pyobjc's wheels and one for the popup's place, and prints one
JSON object.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.cocoa.behavior import CocoaDesktop
from tests.support.cocoa.runtime import Point

desktop = CocoaDesktop(Path(sys.argv[1]))

from claude_tray.ui.popup.compose import build_view  # noqa: E402
from claude_tray.ui.popup.render.layout import (  # noqa: E402
    draw_popup,
    get_max_extra_height,
)
from claude_tray.ui.toolkit.cocoa import CocoaWindow  # noqa: E402
from claude_tray.ui.toolkit.controller import ViewController  # noqa: E402
from claude_tray.ui.toolkit.messages import (  # noqa: E402
    QuitCommand,
    ShowCommand,
    encode_line,
)
from claude_tray.ui.toolkit.surface import ViewState  # noqa: E402
from claude_tray.ui.toolkit.widgets import DragKind  # noqa: E402
from claude_tray.ui.toolkit.window_host import WindowHost  # noqa: E402
from tests.support.popup_states import make_popup_state  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

SETTERS = (
    "setHidesOnDeactivate:",
    "setOpaque:",
    "setHasShadow:",
    "setReleasedWhenClosed:",
    "setLevel:",
    "setCollectionBehavior:",
    "setTitle:",
)
COMMAND = 1 << 20
AT_ICON = (1200, 0, 40, 24)
ON_SECOND = (3000, -470, 1, 1)
result: dict[str, Any] = {}


class Content:
    """The real picture of a made-up state."""

    title = "Claude Code: 2h 47m"
    clipboard = ""

    def __init__(self) -> None:
        self.pressed: list[str] = []
        self.fails = False
        view = build_view(*make_popup_state("pace"))
        # More rows than are visible at first.
        rows = view.usage.rows * 4
        view = view._replace(usage=view.usage._replace(rows=rows))
        self.control = ViewController(
            lambda state: draw_popup(view, state),
            self.pressed.append,
            ViewState(),
        )
        self.control.max_extra_height = get_max_extra_height(view)

    def refresh(self, _: datetime) -> None:
        if self.fails:
            text = "made up"
            raise RuntimeError(text)

    def update(self, _: Any) -> None:
        """Ignore what is not in the store."""

    def show_fallback(self) -> None:
        """Have none."""

    def close(self) -> None:
        """Have nothing to release."""


contents: list[Content] = []
# Added to the clock: right after it was hidden, a click keeps it hidden.
seconds = [0.0]


def make_content(_: ShowCommand, __: Any) -> Any:
    contents.append(Content())
    return contents[-1]


class Driver:
    """Do what tray and user do, on a thread of their own."""

    def __init__(self, host: WindowHost, commands: Any, folder: str) -> None:
        self.host, self.commands, self.folder = host, commands, folder

    def show(self, anchor: tuple[int, int, int, int]) -> None:
        command = ShowCommand("s", "t", self.folder, (), anchor)
        shown = self.count_shown()
        self.commands.write(encode_line(command))
        self.commands.flush()
        self.wait(lambda: self.count_shown() > shown)

    def count_shown(self) -> int:
        return sum(
            call.selector == "orderFrontRegardless"
            for call in desktop.cocoa.calls
        )

    def wait(self, condition: Callable[[], bool]) -> None:
        for _ in range(2000):
            if condition():
                return
            time.sleep(0.01)
        raise TimeoutError

    def wait_until_hidden(self) -> None:
        self.wait(lambda: not self.host.is_shown)
        desktop.run_on_main_thread(lambda: None)
        seconds[0] += 1

    @property
    def panel(self) -> Any:
        return next(
            call.target
            for call in reversed(desktop.cocoa.calls)
            if call.selector.startswith("initWithContentRect:")
        )

    @property
    def control(self) -> ViewController:
        return contents[-1].control

    @property
    def frame(self) -> list[float]:
        origin, size = desktop.run_on_main_thread(self.panel.frame)
        return [*origin, *size]

    def send(self, selector: str, **values: Any) -> Any:
        """Send an event to the view."""
        view = desktop.get(self.panel, "setContentView:")
        event = desktop.make_event(**values)
        return desktop.run_on_main_thread(
            lambda: desktop.cocoa.perform(view, selector, event)
        )

    def press_key(self, letters: str, flags: int = 0) -> Any:
        selector = "performKeyEquivalent:" if flags else "keyDown:"
        values = {
            "charactersIgnoringModifiers": letters,
            "modifierFlags": flags,
        }
        return self.send(selector, **values)

    def drag(self, kind: DragKind, dx: float, dy: float) -> None:
        """Drag a region of a kind by points to the right and down."""
        region = next(r for r in self.control.regions if r.drag is kind)
        x = region.bounds.x + 20
        y = region.bounds.y + region.bounds.height / 2
        left, bottom, _, height = self.frame
        desktop.pointer = Point(left + x, bottom + height - y)
        self.send("mouseDown:", locationInWindow=Point(x, y))
        start = desktop.pointer
        desktop.pointer = Point(start.x + dx, start.y - dy)
        # The view has moved with the pointer, or grown.
        self.send("mouseDragged:", locationInWindow=Point(x, y))
        self.send("mouseUp:", locationInWindow=Point(x, y))


def use_popup(driver: Driver) -> None:
    driver.show(AT_ICON)
    panel = driver.panel
    result["panel"] = {s: desktop.get(panel, s) for s in SETTERS}
    result["at the icon"] = driver.frame
    first = driver.send("acceptsFirstMouse:")
    result["accepts the first click"] = first
    driver.send("drawRect:")
    result["drawn"] = [c.selector for c in desktop.cocoa.calls[-3:]]
    driver.press_key("\x1b")
    driver.wait_until_hidden()
    driver.show(AT_ICON)
    result["opened again"] = driver.frame == result["at the icon"]
    result["Command+R"] = driver.press_key("r", COMMAND), contents[-1].pressed
    result["Command+X"] = driver.press_key("x", COMMAND)
    contents[-1].clipboard = "copied"
    driver.wait(lambda: desktop.pasteboard == "copied")
    use_drags(driver)
    desktop.key_window = None
    time.sleep(0.1)
    result["pinned stays open"] = driver.host.is_shown
    driver.control.toggle_pin()
    driver.wait_until_hidden()
    driver.show(ON_SECOND)
    result["on the second screen"] = driver.frame
    result["scale there"] = driver.control.view_state.scale


def use_drags(driver: Driver) -> None:
    height = driver.frame[3]
    driver.drag(DragKind.HEIGHT, 0, 40)
    driver.wait(lambda: driver.frame[3] != height)
    result["higher by"] = driver.frame[3] - height
    driver.drag(DragKind.HEIGHT, 0, -40)
    driver.wait(lambda: driver.frame[3] == height)
    before = driver.frame
    driver.drag(DragKind.WINDOW, -300, 100)
    after = driver.frame
    result["moved by"] = [after[0] - before[0], after[1] - before[1]]
    driver.press_key("\x1b")
    driver.wait_until_hidden()
    driver.show(AT_ICON)
    result["opens where it was dropped"] = driver.frame == after
    driver.drag(DragKind.WINDOW, 290, -95)
    result["returns to the icon"] = driver.frame == before
    driver.control.toggle_pin()


def main() -> None:
    read_end, write_end = os.pipe()
    output = io.StringIO()
    clock = (
        lambda: datetime.now(UTC),
        lambda: time.monotonic() + seconds[0],
    )
    host = WindowHost(make_content, output, clock)
    window = CocoaWindow(host)
    errors: list[str] = []
    has_ended = threading.Event()

    def drive() -> None:
        with os.fdopen(write_end, "w") as commands:
            driver = Driver(host, commands, sys.argv[2])
            try:
                use_popup(driver)
                contents[-1].fails = "--fail" in sys.argv
            except Exception:  # noqa: BLE001 - shown by the test
                errors.append(traceback.format_exc())
                contents[-1].fails = True
            finally:
                if contents[-1].fails:
                    has_ended.wait(20)
                else:
                    commands.write(encode_line(QuitCommand()))

    with os.fdopen(read_end) as source:
        host.start_command_reader(source)
        thread = threading.Thread(target=drive)
        thread.start()
        try:
            window.run()
        except RuntimeError as error:
            result["error"] = str(error)
        has_ended.set()
        thread.join()
    assert not errors, errors
    calls = desktop.cocoa.calls
    opened = [c for c in calls if c.selector.startswith("initWithContent")]
    closed = [c.target for c in calls if c.selector == "close"]
    result["panels"] = len(opened)
    result["left open"] = [c for c in opened if c.target not in closed]
    result["off the main thread"] = sorted(
        {call.selector for call in calls if not call.is_main}
    )
    json.dump(result, sys.stdout)


main()
