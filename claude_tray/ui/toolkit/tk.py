"""
Show windows through Tk.

Tk only shows a picture and reports input, because some builds of Tk have no
usable fonts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.platform.system import current_system
from claude_tray.ui.toolkit.placement import (
    Placement,
    WindowDrag,
    fit_scale,
    limit_height,
    snap_to_own_place,
)
from claude_tray.ui.toolkit.tk_screen import (
    compute_placement,
    create_root,
    detect_scale,
    round_corners,
    set_icon,
)
from claude_tray.ui.toolkit.widgets import DragKind

if TYPE_CHECKING:
    import tkinter as tk

    from claude_tray.ui.graphics.canvas import Picture
    from claude_tray.ui.toolkit.window_host import WindowContent, WindowHost


_TICK_MS: Final = 60
# Value of one step of the wheel on Windows.
_WHEEL_DELTA: Final = 120
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
    "<BackSpace>": "BackSpace",
    "<Prior>": "PageUp",
    "<Next>": "PageDown",
    "<Home>": "Home",
    "<End>": "End",
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
        self._drag = WindowDrag()
        self._root.withdraw()
        self._icon = set_icon(self._tk, self._root)
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
        moved_to = self._host.moved_to
        self._placement = compute_placement(root, self._host.anchor, moved_to)
        scale = detect_scale(root, self._placement)
        content.control.update_view_state(scale=scale)
        size = content.control.render().picture.size
        scale = fit_scale(scale, size, self._placement.area)
        content.control.update_view_state(scale=scale)
        self._set_frame()
        self._update()
        self._move_window(content)
        root.deiconify()
        root.lift()
        round_corners(root)
        self._host.report_shown()
        # Too early, the window manager ignores the request.
        root.after(30, root.focus_force)

    def _move_window(self, content: WindowContent) -> None:
        """Move the window next to the icon and fit it to the picture."""
        width, height = size = content.control.render().picture.size
        if self._placement is not None:
            x, y = self._placement.compute_origin(size)
            self._root.geometry(f"{width}x{height}+{x}+{y}")
            limit_height(content.control, self._placement, (x, y), size)

    def _set_frame(self) -> None:
        root = self._root
        if root.tk.call("tk", "windowingsystem") == "x11":
            # On X11, Tk never focuses windows without a window manager.
            root.attributes("-type", "splash")
        else:
            root.overrideredirect(boolean=True)
        root.attributes("-topmost", True)  # noqa: FBT003 - Tk has no names
        root.resizable(width=False, height=False)

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
        label.bind("<Button-1>", self._on_press)
        label.bind("<ButtonRelease-1>", self._on_release)
        label.bind("<MouseWheel>", self._on_wheel)
        root.bind("<Key>", self._on_character)
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

        if not self._continue_drag(event):
            self._dispatch(move)

    def _on_press(self, event: tk.Event[Any]) -> None:
        self._drag = WindowDrag.begin(
            (event.x_root, event.y_root), (event.x, event.y)
        )
        self._dispatch(lambda s: s.control.press(event.x, event.y))

    def _on_release(self, event: tk.Event[Any]) -> None:
        content = self._content
        if content is not None and self._placement is not None:
            if content.control.drag_kind is DragKind.WINDOW:
                size = content.control.render().picture.size
                origin = self._drag.compute_origin(
                    (event.x_root, event.y_root)
                )
                host, anchor = self._host, self._host.anchor
                host.moved_to = snap_to_own_place(
                    self._placement, origin, size
                )
                self._placement = compute_placement(
                    self._root, anchor, host.moved_to
                )
                self._move_window(content)
            self._dispatch(lambda s: s.control.release())

    def _continue_drag(self, event: tk.Event[Any]) -> bool:
        """Move the window or change its height; return False otherwise."""
        kind = self._content.control.drag_kind if self._content else None
        pointer = (event.x_root, event.y_root)
        if kind is DragKind.WINDOW:
            x, y = self._drag.compute_origin(pointer)
            self._root.geometry(f"+{x}+{y}")
        elif kind is DragKind.HEIGHT:
            position = self._drag.compute_position(pointer)
            self._dispatch(lambda s: s.control.move(*position))
        return kind in (DragKind.WINDOW, DragKind.HEIGHT)

    def _on_wheel(self, event: tk.Event[Any]) -> None:
        steps = -event.delta / _WHEEL_DELTA
        self._dispatch(lambda s: s.control.scroll(event.x, event.y, steps))

    def _on_character(self, event: tk.Event[Any]) -> None:
        """Handle a key that stands for itself."""
        if len(event.char) == 1 and event.char.isprintable():
            self._dispatch(lambda s: s.control.key(event.char.upper()))

    def _on_focus(self, _: tk.Event[Any]) -> None:
        self._had_focus = True

    def _close_on_focus_loss(self) -> None:
        """Close the popup when another program has the focus."""
        if (
            self._content is None
            or self._content.control.view_state.is_pinned
            or not self._had_focus
        ):
            return
        if self._root.focus_displayof() is None:
            self._close()

    def _close(self) -> None:
        if self._content is not None:
            self._content.control.is_open = False
