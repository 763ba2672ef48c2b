"""Mouse and keys, as X11 tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from Xlib import XK, X

if TYPE_CHECKING:
    from Xlib.display import Display

    from claude_tray.popup.host import Surface

_LEFT: Final = 1
_NAMES: Final = {
    XK.XK_Escape: "Escape",
    XK.XK_Left: "Left",
    XK.XK_Right: "Right",
    XK.XK_Up: "Up",
    XK.XK_Down: "Down",
    XK.XK_Return: "Return",
    XK.XK_KP_Enter: "Return",
    XK.XK_space: "Space",
    XK.XK_F5: "F5",
}
_WITH_CONTROL: Final = {
    XK.XK_r: "Ctrl+R",
    XK.XK_comma: "Ctrl+,",
    XK.XK_d: "Ctrl+D",
    XK.XK_p: "Ctrl+P",
    XK.XK_q: "Ctrl+Q",
    XK.XK_c: "Ctrl+C",
    XK.XK_s: "Ctrl+S",
}


def take(
    event: Any,  # noqa: ANN401 - python-xlib has no types
    surface: Surface,
    display: Display,
) -> bool | None:
    """
    Let a surface have an event.

    Returns:
        After a move, whether the pointer is on a button; else None.
    """
    control = surface.control
    if event.type == X.MotionNotify:
        return control.move(event.event_x, event.event_y)
    if event.type == X.LeaveNotify:
        control.leave()
    elif event.type == X.ButtonPress and event.detail == _LEFT:
        control.press(event.event_x, event.event_y)
    elif event.type == X.KeyPress:
        symbol = display.keycode_to_keysym(event.detail, 0)
        control.key(_key(symbol, event.state))
    elif event.type == X.ClientMessage or (
        event.type == X.FocusOut and not surface.is_framed and _is_out(event)
    ):
        control.is_open = False
    return None


def _key(symbol: int, state: int) -> str:
    """Return the name of a key; empty for one that does nothing."""
    if symbol == XK.XK_Tab:
        return "Shift+Tab" if state & X.ShiftMask else "Tab"
    names = _WITH_CONTROL if state & X.ControlMask else _NAMES
    return names.get(symbol, "")


def _is_out(event: Any) -> bool:  # noqa: ANN401 - python-xlib has no types
    """Tell whether the focus went to another program."""
    is_real = event.mode == X.NotifyNormal
    return bool(is_real and event.detail != X.NotifyInferior)
