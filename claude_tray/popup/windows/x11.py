"""A window of X11 through python-xlib: the only door to it."""

from __future__ import annotations

import os
import select
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from Xlib import X, Xatom, Xutil
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError

from claude_tray.errors import DesktopError
from claude_tray.popup.drawn.picture import RADIUS
from claude_tray.popup.place import Spot, fitting
from claude_tray.popup.windows import x11_screen
from claude_tray.popup.windows.x11_clipboard import Clipboard
from claude_tray.popup.windows.x11_input import take
from claude_tray.popup.windows.x11_shape import round_off

if TYPE_CHECKING:
    from claude_tray.drawing.canvas import Picture
    from claude_tray.popup.host import Host, Surface

_TICK_SECONDS: Final = 0.25
_IDLE_SECONDS: Final = 5.0
_HAND: Final = 60
_CLASS: Final = "claude-tray"
_EVENTS: Final = (
    X.ExposureMask
    | X.ButtonPressMask
    | X.PointerMotionMask
    | X.LeaveWindowMask
    | X.KeyPressMask
    | X.FocusChangeMask
)
_NO_FRAME: Final = [2, 0, 0, 0, 0]
_UTF8: Final = "UTF8_STRING"


class X11Window:
    """
    A window that obeys a host.

    Raises:
        DesktopError: There is no display.
    """

    def __init__(self, host: Host) -> None:
        try:
            self._display = Display()
        except (DisplayError, OSError) as error:
            summary = "There is no X11 display."
            raise DesktopError(summary, hint=str(error)) from error
        self._host = host
        self._woken, self._waker = os.pipe()
        host.wake = self._wake
        self._window: Any = None
        self._shown: Picture | None = None
        self._of: Surface | None = None
        self._is_on_button = False
        self._spot: Spot | None = None
        self._hand = self._cursor()
        self._clipboard = Clipboard(self._display)

    def run(self) -> None:
        """Show the host's surface whenever it wants to be, until its end."""
        try:
            while not self._host.has_ended:
                self._turn()
            self._destroy()
            self._display.close()
        except ConnectionClosedError:
            # The session has ended.
            self._host.end()
        os.close(self._woken)
        os.close(self._waker)

    def _turn(self) -> None:
        self._host.tick()
        self._follow()
        self._handle_all()
        self._draw()
        self._wait()

    def _wake(self) -> None:
        with suppress(OSError):
            os.write(self._waker, b"!")

    def _wait(self) -> None:
        if self._host.has_ended or self._display.pending_events():
            return
        seconds = _TICK_SECONDS if self._host.is_shown else _IDLE_SECONDS
        sources = [self._display.fileno(), self._woken]
        ready, _, _ = select.select(sources, [], [], seconds)
        if self._woken in ready:
            os.read(self._woken, 4096)

    def _follow(self) -> None:
        """Be on the screen if the host says so."""
        host = self._host
        if not host.is_shown:
            self._destroy()
        elif self._of is not host.surface:
            self._destroy()
            if host.surface is not None:
                self._create(host.surface)

    def _create(self, surface: Surface) -> None:
        display = self._display
        scale = x11_screen.scale_of(display)
        surface.control.change(scale=scale)
        size = surface.control.drawing().picture.size
        self._spot = x11_screen.spot_of(display, self._host.anchor)
        scale = fitting(scale, size, self._spot.area)
        surface.control.change(scale=scale)
        picture = surface.control.drawing().picture
        x, y = self._spot.place(picture.size, is_framed=surface.is_framed)
        background = surface.control.look.palette.background
        screen = display.screen()
        self._window = screen.root.create_window(
            x,
            y,
            *picture.size,
            0,
            screen.root_depth,
            X.InputOutput,
            X.CopyFromParent,
            background_pixel=int(background[1:], 16),
            event_mask=_EVENTS,
        )
        self._gc = self._window.create_gc()
        self._of, self._shown = surface, None
        self._describe(surface, picture.size)
        self._cut(picture.size)
        self._window.map()
        self._window.raise_window()

    def _describe(self, surface: Surface, size: tuple[int, int]) -> None:
        """Tell the window manager what kind of window it is."""
        atom, window = self._display.intern_atom, self._window
        self._entitle(surface.title)
        window.set_wm_class(_CLASS, _CLASS)
        window.set_wm_protocols([atom("WM_DELETE_WINDOW")])
        self._resize_hints(size)
        kind = "_NET_WM_WINDOW_TYPE_DIALOG"
        states = []
        if not surface.is_framed:
            hints = atom("_MOTIF_WM_HINTS")
            window.change_property(hints, hints, 32, _NO_FRAME)
            states = ["ABOVE", "SKIP_TASKBAR", "SKIP_PAGER"]
        else:
            kind = "_NET_WM_WINDOW_TYPE_NORMAL"
        window.change_property(
            atom("_NET_WM_WINDOW_TYPE"), Xatom.ATOM, 32, [atom(kind)]
        )
        window.change_property(
            atom("_NET_WM_STATE"),
            Xatom.ATOM,
            32,
            [atom(f"_NET_WM_STATE_{state}") for state in states],
        )

    def _resize_hints(self, size: tuple[int, int]) -> None:
        wide, high = size
        self._window.set_wm_normal_hints(
            flags=Xutil.USPosition | Xutil.PMinSize | Xutil.PMaxSize,
            min_width=wide,
            max_width=wide,
            min_height=high,
            max_height=high,
        )

    def _resize(self, size: tuple[int, int], *, is_framed: bool) -> None:
        self._resize_hints(size)
        place: dict[str, int] = {}
        if self._spot is not None and not is_framed:
            x, y = self._spot.place(size, is_framed=False)
            place = {"x": x, "y": y}
        self._window.configure(width=size[0], height=size[1], **place)
        self._cut(size)

    def _cut(self, size: tuple[int, int]) -> None:
        """Round the corners off, but for a window with a frame."""
        if self._of is not None and not self._of.is_framed:
            radius = round(RADIUS * self._of.control.look.scale)
            round_off(self._display, self._window, size, radius)

    def _entitle(self, title: str) -> None:
        atom = self._display.intern_atom
        self._window.change_property(
            atom("_NET_WM_NAME"), atom(_UTF8), 8, title.encode()
        )

    def _destroy(self) -> None:
        if self._window is not None:
            self._window.destroy()
            self._display.flush()
        self._window = self._of = None

    def _draw(self) -> None:
        """Show the picture if it is another one than before."""
        if self._of is None:
            return
        if self._of.clipboard:
            self._clipboard.offer(self._window, self._of.clipboard)
            self._of.clipboard = ""
        picture = self._of.control.news(self._shown)
        if picture is not None:
            if self._shown is not None and picture.size != self._shown.size:
                self._resize(picture.size, is_framed=self._of.is_framed)
            self._shown = picture
            self._entitle(self._of.title)
            self._put()
        self._display.flush()

    def _put(self) -> None:
        if self._shown is not None:
            self._window.put_pil_image(self._gc, 0, 0, self._shown)

    def _handle_all(self) -> None:
        while self._display.pending_events():
            event = self._display.next_event()
            if self._clipboard.handle(event) or self._of is None:
                continue
            if event.type == X.Expose:
                self._put()
            else:
                is_on = take(event, self._of, self._display)
                if is_on is not None:
                    self._point(is_on=is_on)

    def _point(self, *, is_on: bool) -> None:
        """Show a hand where something can be pressed."""
        if is_on != self._is_on_button:
            self._is_on_button = is_on
            cursor = self._hand if is_on else X.NONE
            self._window.change_attributes(cursor=cursor)

    def _cursor(self) -> Any:  # noqa: ANN401 - python-xlib has no types
        font = self._display.open_font("cursor")
        white, black = (65535, 65535, 65535), (0, 0, 0)
        return font.create_glyph_cursor(font, _HAND, _HAND + 1, white, black)
