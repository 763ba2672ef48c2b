"""
A window of Tk.

Tk shows the picture and passes on mouse and keys, so that its own fonts,
which may be none, do not matter.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from claude_tray.popup.place import Spot, fitting
from claude_tray.popup.windows import tk_screen

if TYPE_CHECKING:
    import tkinter as tk

    from claude_tray.drawing.canvas import Picture
    from claude_tray.popup.host import Host, Surface

_TICK_MS: Final = 60
_FOCUS_MS: Final = 150
_COMMAND: Final = "Command" if sys.platform == "darwin" else "Control"
_KEYS: Final = {
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
    f"<{_COMMAND}-r>": "Ctrl+R",
    f"<{_COMMAND}-comma>": "Ctrl+,",
    f"<{_COMMAND}-d>": "Ctrl+D",
    f"<{_COMMAND}-p>": "Ctrl+P",
    f"<{_COMMAND}-q>": "Ctrl+Q",
    f"<{_COMMAND}-c>": "Ctrl+C",
    f"<{_COMMAND}-s>": "Ctrl+S",
}


class TkWindow:
    """
    A window that obeys a host.

    Raises:
        DesktopError: Python has no tkinter, or there is no display.
    """

    def __init__(self, host: Host) -> None:
        self._tk, self._root = tk_screen.root()
        self._host = host
        self._of: Surface | None = None
        self._shown: Picture | None = None
        self._had_focus = False
        self._spot: Spot | None = None
        self._root.withdraw()
        self._photo: Any = None
        self._label = self._tk.Label(
            self._root, bd=0, highlightthickness=0, takefocus=0
        )
        self._label.pack()
        self._bind()

    def run(self) -> None:
        """Show the host's surface whenever it wants to be, until its end."""
        self._tick()
        self._root.mainloop()

    def _tick(self) -> None:
        host = self._host
        host.tick()
        if host.has_ended:
            self._root.destroy()
            return
        if not host.is_shown:
            self._hide()
        elif self._of is not host.surface and host.surface is not None:
            self._show(host.surface)
        self._draw()
        self._root.after(_TICK_MS, self._tick)

    def _hide(self) -> None:
        if self._of is not None:
            self._of = None
            self._root.withdraw()

    def _show(self, surface: Surface) -> None:
        root = self._root
        self._of, self._shown, self._had_focus = surface, None, False
        self._spot = tk_screen.spot_of(root, self._host.anchor)
        scale = tk_screen.scale_of(root)
        surface.control.change(scale=scale)
        size = surface.control.drawing().picture.size
        scale = fitting(scale, size, self._spot.area)
        surface.control.change(scale=scale)
        self._frame(is_framed=surface.is_framed)
        self._draw()
        self._move(surface)
        root.deiconify()
        root.lift()
        root.after(30, root.focus_force)

    def _move(self, surface: Surface) -> None:
        """Stand beside the icon, as large as the picture is."""
        wide, high = size = surface.control.drawing().picture.size
        if self._spot is not None:
            x, y = self._spot.place(size, is_framed=surface.is_framed)
            self._root.geometry(f"{wide}x{high}+{x}+{y}")

    def _frame(self, *, is_framed: bool) -> None:
        root = self._root
        if root.tk.call("tk", "windowingsystem") == "x11":
            # Tk never gives the focus to unmanaged windows on X11.
            kind = "normal" if is_framed else "splash"
            root.attributes("-type", kind)
        else:
            root.overrideredirect(not is_framed)
        root.attributes("-topmost", not is_framed)
        root.resizable(width=False, height=False)
        if sys.platform == "win32" and not is_framed:
            tk_screen.round_corners(root)

    def _draw(self) -> None:
        if self._of is None:
            return
        if self._of.clipboard:
            self._root.clipboard_clear()
            self._root.clipboard_append(self._of.clipboard)
            self._of.clipboard = ""
        picture = self._of.control.news(self._shown)
        if picture is None:
            return
        if self._shown is None or picture.size != self._shown.size:
            wide, high = picture.size
            self._photo = self._tk.PhotoImage(width=wide, height=high)
            self._label.configure(image=self._photo)
            if self._shown is not None:
                self._move(self._of)
        self._shown = picture
        head = b"P6 %d %d 255\n" % picture.size
        self._photo.configure(data=head + picture.tobytes())
        self._root.title(self._of.title)

    def _bind(self) -> None:
        root, label = self._root, self._label
        for sequence, name in _KEYS.items():
            root.bind(sequence, self._on_key(name))
        if root.tk.call("tk", "windowingsystem") == "x11":
            root.bind("<ISO_Left_Tab>", self._on_key("Shift+Tab"))
        label.bind("<Motion>", self._on_move)
        label.bind(
            "<Leave>", lambda _: self._with(lambda s: s.control.leave())
        )
        label.bind(
            "<Button-1>",
            lambda e: self._with(lambda s: s.control.press(e.x, e.y)),
        )
        root.bind("<FocusIn>", self._on_focus)
        root.bind("<FocusOut>", lambda _: root.after(_FOCUS_MS, self._leave))
        root.protocol("WM_DELETE_WINDOW", self._close)

    def _with(self, act: Any) -> str:  # noqa: ANN401 - of a Surface
        if self._of is not None:
            act(self._of)
            self._draw()
        return "break"

    def _on_key(self, name: str) -> Any:  # noqa: ANN401 - tkinter's
        return lambda _: self._with(lambda s: s.control.key(name))

    def _on_move(self, event: tk.Event[Any]) -> None:
        def move(surface: Surface) -> None:
            is_on = surface.control.move(event.x, event.y)
            self._label.configure(cursor="hand2" if is_on else "")

        self._with(move)

    def _on_focus(self, _: tk.Event[Any]) -> None:
        self._had_focus = True

    def _leave(self) -> None:
        """Close when the focus is with another program."""
        if self._of is None or self._of.is_framed or not self._had_focus:
            return
        if self._root.focus_displayof() is None:
            self._close()

    def _close(self) -> None:
        if self._of is not None:
            self._of.control.is_open = False
