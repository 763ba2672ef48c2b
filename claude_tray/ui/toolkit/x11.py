"""Show windows on X11 through python-xlib."""

from __future__ import annotations

import os
import select
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError

from claude_tray.errors import DesktopError, gettext_noop
from claude_tray.ui.toolkit import sway
from claude_tray.ui.toolkit.placement import (
    Placement,
    WindowDrag,
    fit_scale,
    limit_height,
    snap_to_own_place,
)
from claude_tray.ui.toolkit.widgets import DragKind
from claude_tray.ui.toolkit.x11_frame import X11Frame
from claude_tray.ui.toolkit.x11_keys import KeyReader
from claude_tray.ui.toolkit.x11_support import (
    X11Clipboard,
    compute_placement,
    detect_scale,
    handle_event,
)

if TYPE_CHECKING:
    from claude_tray.ui.graphics.canvas import Picture
    from claude_tray.ui.toolkit.window_host import WindowContent, WindowHost


# How often a shown window refreshes; events wake the loop at once.
_TICK_SECONDS: Final = 0.25
# A hidden window only checks whether its process has expired.
_IDLE_SECONDS: Final = 5.0
# sway may need this long to place a window; it is invisible until then.
_PLACE_SECONDS: Final = 1.0
_PLACE_TICK_SECONDS: Final = 0.01
# XC_hand2 and XC_sb_v_double_arrow of the X cursor font; the mask of each is
# the next glyph.
_HAND_CURSOR: Final = 60
_HEIGHT_CURSOR: Final = 116


class X11Window:
    """
    Show a host's content in an X11 window.

    Raises:
        DesktopError: There is no display.
    """

    def __init__(self, host: WindowHost) -> None:
        try:
            self._display = Display()
        except (DisplayError, OSError) as error:
            raise DesktopError(
                gettext_noop("No X11 display found."),
                hint="{reason}",
                reason=error,
            ) from error
        self._keys = KeyReader(self._display)
        self._host = host
        self._wake_read_fd, self._wake_write_fd = os.pipe()
        host.wake = self._wake
        self._frame: X11Frame | None = None
        self._shown_picture: Picture | None = None
        self._content: WindowContent | None = None
        self._cursor = X.NONE
        self._placement: Placement | None = None
        self._place_until = 0.0
        self._is_moved_by_manager = False
        self._drag = WindowDrag()
        self._hand_cursor = self._create_cursor(_HAND_CURSOR)
        self._height_cursor = self._create_cursor(_HEIGHT_CURSOR)
        self._clipboard = X11Clipboard(self._display)

    def run(self) -> None:
        """Run the event loop until the host stops."""
        try:
            while not self._host.is_stopped:
                self._run_once()
            self._destroy()
            self._display.close()
        except ConnectionClosedError:
            # The desktop session has ended.
            self._host.stop()
        os.close(self._wake_read_fd)
        os.close(self._wake_write_fd)

    def _run_once(self) -> None:
        self._host.tick()
        self._update_visibility()
        self._handle_events()
        self._update()
        self._wait()

    def _wake(self) -> None:
        # A pipe, because select cannot wait for a queue.
        with suppress(OSError):
            os.write(self._wake_write_fd, b"!")

    def _wait(self) -> None:
        if self._host.is_stopped or self._display.pending_events():
            return
        seconds = _TICK_SECONDS if self._host.is_shown else _IDLE_SECONDS
        if self._content is not None:
            due = self._content.control.seconds_to_tooltip
            seconds = seconds if due is None else min(seconds, due)
            if self._shown_picture is None:
                seconds = _PLACE_TICK_SECONDS
        sources = [self._display.fileno(), self._wake_read_fd]
        ready, _, _ = select.select(sources, [], [], seconds)
        if self._wake_read_fd in ready:
            os.read(self._wake_read_fd, 4096)

    def _update_visibility(self) -> None:
        """Create or destroy the window as the host requests."""
        host = self._host
        if not host.is_shown:
            self._destroy()
        elif self._content is not host.content:
            self._destroy()
            if host.content is not None:
                self._create(host.content)

    def _create(self, content: WindowContent) -> None:
        display = self._display
        scale = detect_scale(display)
        content.control.update_view_state(scale=scale)
        size = content.control.render().picture.size
        moved_to = self._host.moved_to
        self._placement = compute_placement(
            display, self._host.anchor, moved_to
        )
        scale = fit_scale(scale, size, self._placement.area)
        content.control.update_view_state(scale=scale)
        size = content.control.render().picture.size
        x, y = self._placement.compute_origin(size)
        limit_height(content.control, self._placement, (x, y), size)
        picture = content.control.render().picture
        self._frame = X11Frame(display, content, (x, y, *picture.size))
        self._content, self._shown_picture = content, None
        self._is_moved_by_manager = False
        self._place_until = 0.0
        if sway.is_sway():
            self._place_until = time.monotonic() + _PLACE_SECONDS
        self._frame.show()

    def _resize(self, size: tuple[int, int]) -> None:
        position = None
        if self._placement is not None:
            position = self._placement.compute_origin(size)
        if self._frame is not None:
            self._frame.resize(size, position)

    def _handle_drag(self, event: Any, content: WindowContent) -> bool:
        """Move the window or change its height; return False otherwise."""
        kind, frame = content.control.drag_kind, self._frame
        if frame is None or kind not in (DragKind.WINDOW, DragKind.HEIGHT):
            return False
        if event.type == X.MotionNotify:
            pointer = (event.root_x, event.root_y)
            if kind is DragKind.WINDOW and sway.is_sway():
                self._is_moved_by_manager = True
                frame.begin_managed_move(pointer)
                content.control.release()
            elif kind is DragKind.WINDOW:
                frame.move(*self._drag.compute_origin(pointer))
            else:
                content.control.move(*self._drag.compute_position(pointer))
            return True
        if event.type == X.ButtonRelease and kind is DragKind.WINDOW:
            pointer = (event.root_x, event.root_y)
            self._drop(frame, self._drag.compute_origin(pointer))
        return False

    def _drop(self, frame: X11Frame, origin: tuple[int, int]) -> None:
        """Remember where the window was dropped."""
        if self._placement is None or self._shown_picture is None:
            return
        size = self._shown_picture.size
        moved_to = snap_to_own_place(self._placement, origin, size)
        self._host.moved_to = moved_to
        self._placement = compute_placement(
            self._display, self._host.anchor, moved_to
        )
        frame.move(*self._placement.compute_origin(size))

    def _destroy(self) -> None:
        if self._frame is not None:
            self._frame.window.destroy()
            self._display.flush()
        self._frame = self._content = None

    def _update(self) -> None:
        """Show the picture if it has changed."""
        if self._content is None or self._frame is None:
            return
        if self._content.clipboard:
            self._clipboard.set_text(self._content.clipboard)
            self._content.clipboard = ""
        if self._is_waiting_for_sway(self._content, self._frame):
            return
        picture = self._content.control.get_changed_picture(
            self._shown_picture
        )
        if picture is not None:
            if (
                self._shown_picture is not None
                and picture.size != self._shown_picture.size
            ):
                self._resize(picture.size)
            is_first, self._shown_picture = (
                self._shown_picture is None,
                picture,
            )
            self._frame.set_title(self._content.title)
            self._frame.paint(picture)
            if is_first:
                # Decoding the icon takes longer than showing the window.
                self._display.flush()
                self._host.report_shown()
                self._frame.set_icon()
        self._display.flush()

    def _is_waiting_for_sway(
        self, content: WindowContent, frame: X11Frame
    ) -> bool:
        """Place the window; return True while it should stay invisible."""
        self._display.flush()
        if self._placement is None or time.monotonic() > self._place_until:
            return False
        size = content.control.render().picture.size
        origin = self._placement.compute_origin(size)
        if not sway.move_window(frame.window.id, origin):
            return True
        self._place_until = 0.0
        return False

    def _handle_server(self, event: Any) -> bool:
        """Handle what is not about the window; return False otherwise."""
        if event.type == X.MappingNotify:
            self._display.refresh_keyboard_mapping(event)
            return True
        return self._clipboard.handle(event)

    def _handle_events(self) -> None:
        while self._display.pending_events():
            event = self._display.next_event()
            if self._handle_server(event) or self._content is None:
                continue
            if event.type == X.Expose:
                self._paint()
            elif event.type == X.ConfigureNotify:
                self._follow_move(event)
            elif not self._handle_drag(event, self._content):
                is_on_button = handle_event(event, self._content, self._keys)
                if event.type == X.ButtonPress:
                    self._drag = WindowDrag.begin(
                        (event.root_x, event.root_y),
                        (event.event_x, event.event_y),
                    )
                if is_on_button is not None:
                    self._set_cursor(self._content, is_on_button=is_on_button)

    def _paint(self) -> None:
        if self._frame is not None and self._shown_picture is not None:
            self._frame.paint(self._shown_picture)

    def _follow_move(self, event: Any) -> None:
        """Remember where the window manager has moved the window."""
        if self._is_moved_by_manager:
            self._host.moved_to = (event.x, event.y)

    def _set_cursor(
        self, content: WindowContent, *, is_on_button: bool
    ) -> None:
        """Show a hand above buttons, and arrows where the height changes."""
        cursor = self._hand_cursor if is_on_button else X.NONE
        if content.control.hover_drag_kind is DragKind.HEIGHT:
            cursor = self._height_cursor
        if cursor != self._cursor and self._frame is not None:
            self._cursor = cursor
            self._frame.window.change_attributes(cursor=cursor)

    def _create_cursor(self, glyph: int) -> Any:
        font = self._display.open_font("cursor")
        white, black = (65535, 65535, 65535), (0, 0, 0)
        return font.create_glyph_cursor(font, glyph, glyph + 1, white, black)
