"""Query monitors and scale, and handle events and clipboard on X11."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from Xlib import X, Xatom
from Xlib.error import XError
from Xlib.protocol import event as events

from claude_tray.ui.toolkit import sway
from claude_tray.ui.toolkit.placement import (
    Placement,
    ScreenArea,
    find_nearest_monitor,
)

if TYPE_CHECKING:
    from Xlib.display import Display

    from claude_tray.ui.toolkit.controller import ViewController
    from claude_tray.ui.toolkit.window_host import WindowContent
    from claude_tray.ui.toolkit.x11_keys import KeyReader


class X11Clipboard:
    """
    Provide text to other programs while this process runs.

    Args:
        display: The connection.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        atom = display.intern_atom
        self._clipboard = atom("CLIPBOARD")
        self._targets = atom("TARGETS")
        self._texts = (atom("UTF8_STRING"), Xatom.STRING)
        self._text = b""
        self._owner: Any = None

    def set_text(self, text: str) -> None:
        """Offer text to other programs."""
        if self._owner is None:
            root = self._display.screen().root
            # A separate window, because the popup may close before a paste.
            self._owner = root.create_window(-1, -1, 1, 1, 0, X.CopyFromParent)
        self._text = text.encode()
        self._owner.set_selection_owner(self._clipboard, X.CurrentTime)

    def handle(self, event: Any) -> bool:
        """Answer a selection request; return False for any other event."""
        if event.type != X.SelectionRequest:
            return False
        target_property = event.property or event.target
        if event.target == self._targets:
            offered = [self._targets, *self._texts]
            event.requestor.change_property(
                target_property, Xatom.ATOM, 32, offered
            )
        elif event.target in self._texts:
            event.requestor.change_property(
                target_property, event.target, 8, self._text
            )
        else:
            target_property = X.NONE
        event.requestor.send_event(
            events.SelectionNotify(
                time=event.time,
                requestor=event.requestor,
                selection=event.selection,
                target=event.target,
                property=target_property,
            ),
        )
        self._display.flush()
        return True


_LEFT_BUTTON: Final = 1
_WHEEL_STEPS: Final = {4: -1, 5: 1}


def handle_event(
    event: Any,
    content: WindowContent,
    keys: KeyReader,
) -> bool | None:
    """
    Forward an event to the content.

    Returns:
        After a move, whether the pointer is on a button; else None.
    """
    control = content.control
    if event.type == X.MotionNotify:
        return control.move(event.event_x, event.event_y)
    if event.type == X.LeaveNotify:
        control.leave()
    elif event.type == X.ButtonPress:
        _press(event, control)
    elif event.type == X.ButtonRelease and event.detail == _LEFT_BUTTON:
        control.release()
    elif event.type == X.KeyPress:
        control.key(*keys.read(event))
    elif event.type == X.ClientMessage or (
        event.type == X.FocusOut
        and not control.view_state.is_pinned
        and _has_left_application(event)
    ):
        control.is_open = False
    return None


def _press(event: Any, control: ViewController) -> None:
    """Press a button, or turn the wheel, which X11 reports as buttons."""
    steps = _WHEEL_STEPS.get(event.detail)
    if steps is not None:
        control.scroll(event.event_x, event.event_y, steps)
    elif event.detail == _LEFT_BUTTON:
        control.press(event.event_x, event.event_y)


def _has_left_application(event: Any) -> bool:
    """Return whether the focus went to another program."""
    # Grabs, as of menus and shortcuts, move the focus only temporarily.
    is_real = event.mode == X.NotifyNormal
    return bool(is_real and event.detail != X.NotifyInferior)


# Dots per inch at scale 1.
_BASE_DPI: Final = 96
_SCALE_STEPS: Final = 4
_MAX_SCALE: Final = 4.0


def detect_scale(display: Display) -> float:
    """Return the pixels per point by `Xft.dpi`, or else by GDK_SCALE."""
    root = display.screen().root
    resource_property = root.get_full_property(
        Xatom.RESOURCE_MANAGER, Xatom.STRING
    )
    text = resource_property.value if resource_property else b""
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    return parse_scale(text, os.environ.get("GDK_SCALE", ""))


def parse_scale(resources: str, gdk_scale: str = "") -> float:
    """
    Return the scale of X resources, in quarter steps; 1 without one.

    Args:
        resources: Lines of "name: value"; `Xft.dpi` is set by desktops.
        gdk_scale: Value of GDK_SCALE, for users who set only that.
    """
    for line in resources.splitlines():
        name, _, value = line.partition(":")
        if name == "Xft.dpi":
            return _limit_scale(value, _BASE_DPI)
    return _limit_scale(gdk_scale, 1)


def _limit_scale(value: str, base: int) -> float:
    """Divide a number by a base and round it to a scale; 1 if invalid."""
    try:
        quarters = round(float(value) / base * _SCALE_STEPS)
    except (ValueError, OverflowError):
        return 1.0
    return min(_MAX_SCALE, max(1.0, quarters / _SCALE_STEPS))


def compute_placement(
    display: Display,
    anchor: ScreenArea | None,
    moved_to: tuple[int, int] | None,
) -> Placement:
    """
    Return the placement limits of a window.

    Args:
        display: The connection.
        anchor: The icon; None if its position is unknown.
        moved_to: Where the user has put the window, maybe on a monitor that
            is gone.
    """
    if moved_to is not None:
        position = moved_to
    elif anchor is not None:
        position = (anchor.x, anchor.y)
    else:
        pointer = display.screen().root.query_pointer()
        position = (pointer.root_x, pointer.root_y)
    monitor = find_nearest_monitor(list_monitors(display), *position)
    free = sway.find_free_area(*position) if sway.is_sway() else None
    area = monitor.intersect(free or _read_work_area(display) or monitor)
    return Placement(monitor, area, anchor, moved_to)


def list_monitors(display: Display) -> list[ScreenArea]:
    """Return the monitors, or the whole screen if they are unknown."""
    screen = display.screen()
    screen_area = ScreenArea(
        0, 0, screen.width_in_pixels, screen.height_in_pixels
    )
    try:
        outputs = screen.root.xrandr_get_monitors().monitors
    except (AttributeError, XError):
        return [screen_area]
    areas = [
        ScreenArea(m.x, m.y, m.width_in_pixels, m.height_in_pixels)
        for m in outputs
    ]
    return areas or [screen_area]


def _read_work_area(display: Display) -> ScreenArea | None:
    """Return the part of the screen that panels leave free."""
    name = display.intern_atom("_NET_WORKAREA")
    work_area = display.screen().root.get_full_property(name, Xatom.CARDINAL)
    if not work_area or len(work_area.value) < 4:  # noqa: PLR2004 - x, y, w, h
        return None
    return ScreenArea(*(int(value) for value in work_area.value[:4]))
