"""
Show windows through Tk.

Tk only shows a picture and reports input, because some builds of Tk have no
usable fonts.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.platform.system import current_system
from claude_tray.ui.toolkit.window_host import (
    Placement,
    ScreenArea,
    WindowContent,
    WindowHost,
    fit_scale,
)

if TYPE_CHECKING:
    import tkinter as tk

    from claude_tray.ui.graphics.canvas import Picture


_BASE_DPI: Final = 96
_SCALE_STEPS: Final = 4


def compute_placement(root: Any, anchor: ScreenArea | None) -> Placement:
    """Return the placement limits for a `tkinter.Tk`."""
    screen = ScreenArea(
        0, 0, root.winfo_screenwidth(), root.winfo_screenheight()
    )
    return Placement(screen, _work_area(anchor) or screen, anchor)


def create_root() -> tuple[Any, Any]:
    """
    Create a hidden Tk root; return the module and the root.

    Raises:
        DesktopError: Python has no tkinter, or there is no display.
    """
    if sys.platform == "win32":
        import ctypes

        # Per-monitor DPI awareness: real pixels instead of scaled ones.
        ctypes.windll.shcore.SetProcessDpiAwareness(2)
    try:
        import tkinter as tk
    except ImportError as error:
        raise DesktopError(
            gettext_noop("This Python has no tkinter.")
        ) from error
    try:
        return tk, tk.Tk(className="claude-tray")
    except tk.TclError as error:
        raise DesktopError(
            gettext_noop("No display found for Tk."),
            hint="{reason}",
            reason=error,
        ) from error


def detect_scale(root: Any) -> float:
    """Return the pixels per point in quarter steps, at least 1."""
    quarters = round(root.winfo_fpixels("1i") / _BASE_DPI * _SCALE_STEPS)
    return float(max(1.0, quarters / _SCALE_STEPS))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _MonitorInfo(ctypes.Structure):
        _fields_ = (
            ("size", wintypes.DWORD),
            ("monitor", wintypes.RECT),
            ("work", wintypes.RECT),
            ("flags", wintypes.DWORD),
        )

    # MonitorFromPoint: the nearest monitor if the point is on none.
    _MONITOR_DEFAULT_TO_NEAREST: Final = 2

    def _work_area(anchor: ScreenArea | None) -> ScreenArea | None:
        """Return the part of the icon's monitor that the taskbar leaves free."""
        user32 = ctypes.windll.user32
        point = wintypes.POINT()
        if anchor is None:
            user32.GetCursorPos(ctypes.byref(point))
        else:
            point.x, point.y = anchor.x, anchor.y
        user32.MonitorFromPoint.restype = wintypes.HANDLE
        monitor = user32.MonitorFromPoint(point, _MONITOR_DEFAULT_TO_NEAREST)
        info = _MonitorInfo()
        info.size = ctypes.sizeof(info)
        if not user32.GetMonitorInfoW(
            wintypes.HANDLE(monitor), ctypes.byref(info)
        ):
            return None
        work = info.work
        return ScreenArea(
            work.left,
            work.top,
            work.right - work.left,
            work.bottom - work.top,
        )

    def round_corners(root: Any) -> None:
        """Request rounded corners; only Windows 11 honors it."""
        # DWMWA_WINDOW_CORNER_PREFERENCE, DWMWCP_ROUND
        preference, round_ = 33, ctypes.c_int(2)
        handle = ctypes.windll.user32.GetParent(root.winfo_id())
        ctypes.windll.dwmapi.DwmSetWindowAttribute(
            handle, preference, ctypes.byref(round_), ctypes.sizeof(round_)
        )

else:

    def _work_area(anchor: ScreenArea | None) -> ScreenArea | None:
        del anchor
        return None

    def round_corners(root: Any) -> None:
        del root


_TICK_MS: Final = 60
# Focus briefly goes nowhere when it moves within the program.
_FOCUS_LOSS_DELAY_MS: Final = 150
_COMMAND_MODIFIER: Final = current_system().style.command_modifier
_KEY_NAMES: Final = {
    "<Escape>": "Escape",
    "<Tab>": "Tab",
    "<Shift-Tab>": "Shift+Tab",
    "<Left>": "Left",
    "<Right>": "Right",
    "<Up>": "Up",
    "<Down>": "Down",
    "<Return>": "Return",
    "<KP_Enter>": "Return",
    "<space>": "Space",
    "<F5>": "F5",
    f"<{_COMMAND_MODIFIER}-r>": "Ctrl+R",
    f"<{_COMMAND_MODIFIER}-comma>": "Ctrl+,",
    f"<{_COMMAND_MODIFIER}-d>": "Ctrl+D",
    f"<{_COMMAND_MODIFIER}-p>": "Ctrl+P",
    f"<{_COMMAND_MODIFIER}-q>": "Ctrl+Q",
    f"<{_COMMAND_MODIFIER}-c>": "Ctrl+C",
    f"<{_COMMAND_MODIFIER}-s>": "Ctrl+S",
}


class TkWindow:
    """
    Show a host's content in a Tk window.

    Raises:
        DesktopError: Python has no tkinter, or there is no display.
    """

    def __init__(self, host: WindowHost) -> None:
        self._tk, self._root = create_root()
        self._host = host
        self._content: WindowContent | None = None
        self._shown_picture: Picture | None = None
        self._had_focus = False
        self._placement: Placement | None = None
        self._root.withdraw()
        self._photo: Any = None
        self._label = self._tk.Label(
            self._root, bd=0, highlightthickness=0, takefocus=0
        )
        self._label.pack()
        self._bind()

    def run(self) -> None:
        """Run the event loop until the host stops."""
        self._tick()
        self._root.mainloop()

    def _tick(self) -> None:
        host = self._host
        host.tick()
        if host.is_stopped:
            self._root.destroy()
            return
        if not host.is_shown:
            self._hide()
        elif self._content is not host.content and host.content is not None:
            self._show(host.content)
        self._update()
        self._root.after(_TICK_MS, self._tick)

    def _hide(self) -> None:
        if self._content is not None:
            self._content = None
            self._root.withdraw()

    def _show(self, content: WindowContent) -> None:
        root = self._root
        self._content, self._shown_picture, self._had_focus = (
            content,
            None,
            False,
        )
        self._placement = compute_placement(root, self._host.anchor)
        scale = detect_scale(root)
        content.control.update_view_state(scale=scale)
        size = content.control.render().picture.size
        scale = fit_scale(scale, size, self._placement.area)
        content.control.update_view_state(scale=scale)
        self._set_frame(is_framed=content.is_framed)
        self._update()
        self._move_window(content)
        root.deiconify()
        root.lift()
        # Too early, the window manager ignores the request.
        root.after(30, root.focus_force)

    def _move_window(self, content: WindowContent) -> None:
        """Move the window next to the icon and fit it to the picture."""
        width, height = size = content.control.render().picture.size
        if self._placement is not None:
            x, y = self._placement.compute_origin(
                size, is_framed=content.is_framed
            )
            self._root.geometry(f"{width}x{height}+{x}+{y}")

    def _set_frame(self, *, is_framed: bool) -> None:
        root = self._root
        if root.tk.call("tk", "windowingsystem") == "x11":
            # On X11, Tk never focuses windows without a window manager.
            kind = "normal" if is_framed else "splash"
            root.attributes("-type", kind)
        else:
            root.overrideredirect(not is_framed)
        root.attributes("-topmost", not is_framed)
        root.resizable(width=False, height=False)
        if not is_framed:
            round_corners(root)

    def _update(self) -> None:
        if self._content is None:
            return
        if self._content.clipboard:
            self._root.clipboard_clear()
            self._root.clipboard_append(self._content.clipboard)
            self._content.clipboard = ""
        picture = self._content.control.get_changed_picture(
            self._shown_picture
        )
        if picture is None:
            return
        if (
            self._shown_picture is None
            or picture.size != self._shown_picture.size
        ):
            width, height = picture.size
            self._photo = self._tk.PhotoImage(width=width, height=height)
            self._label.configure(image=self._photo)
            if self._shown_picture is not None:
                self._move_window(self._content)
        self._shown_picture = picture
        # PPM needs no compression and no intermediate file.
        ppm_header = b"P6 %d %d 255\n" % picture.size
        self._photo.configure(data=ppm_header + picture.tobytes())
        self._root.title(self._content.title)

    def _bind(self) -> None:
        root, label = self._root, self._label
        for sequence, name in _KEY_NAMES.items():
            root.bind(sequence, self._on_key(name))
        if root.tk.call("tk", "windowingsystem") == "x11":
            root.bind("<ISO_Left_Tab>", self._on_key("Shift+Tab"))
        label.bind("<Motion>", self._on_move)
        label.bind(
            "<Leave>", lambda _: self._dispatch(lambda s: s.control.leave())
        )
        label.bind(
            "<Button-1>",
            lambda e: self._dispatch(lambda s: s.control.press(e.x, e.y)),
        )
        root.bind("<FocusIn>", self._on_focus)
        root.bind(
            "<FocusOut>",
            lambda _: root.after(
                _FOCUS_LOSS_DELAY_MS, self._close_on_focus_loss
            ),
        )
        root.protocol("WM_DELETE_WINDOW", self._close)

    def _dispatch(self, act: Any) -> str:
        if self._content is not None:
            act(self._content)
            self._update()
        return "break"

    def _on_key(self, name: str) -> Any:
        return lambda _: self._dispatch(lambda s: s.control.key(name))

    def _on_move(self, event: tk.Event[Any]) -> None:
        def move(content: WindowContent) -> None:
            is_on = content.control.move(event.x, event.y)
            self._label.configure(cursor="hand2" if is_on else "")

        self._dispatch(move)

    def _on_focus(self, _: tk.Event[Any]) -> None:
        self._had_focus = True

    def _close_on_focus_loss(self) -> None:
        """Close the popup when another program has the focus."""
        if (
            self._content is None
            or self._content.is_framed
            or not self._had_focus
        ):
            return
        if self._root.focus_displayof() is None:
            self._close()

    def _close(self) -> None:
        if self._content is not None:
            self._content.control.is_open = False
