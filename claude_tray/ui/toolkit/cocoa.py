"""
Show windows on macOS through pyobjc; import it on macOS only.

Unlike Tk this is sharp on Retina screens: pictures are drawn at the screen's
scale and laid out in points. Not yet seen on a real machine; docs/desktops.md
says what the tests check instead.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from claude_tray.ui.toolkit.cocoa_app import (
    AppKit,
    Foundation,
    create_app,
    create_image,
    run_app,
    stop_app,
)
from claude_tray.ui.toolkit.cocoa_geometry import (
    Desktop,
    Screen,
    flip_point,
    flip_rect,
)
from claude_tray.ui.toolkit.cocoa_view import create_panel
from claude_tray.ui.toolkit.placement import (
    Placement,
    WindowDrag,
    fit_scale,
    limit_height,
    snap_to_own_place,
)
from claude_tray.ui.toolkit.widgets import DragKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.ui.graphics.canvas import Picture
    from claude_tray.ui.toolkit.window_host import WindowContent, WindowHost


_TICK_SECONDS: Final = 0.06
# pyobjc passes Cocoa's arguments by position only.
_YES: Final = True


class CocoaWindow:
    """
    Show a host's content in a panel.

    Positions are points from the upper left corner of the primary screen.
    """

    def __init__(self, host: WindowHost) -> None:
        self._host = host
        self._content: WindowContent | None = None
        self._shown_picture: Picture | None = None
        self._panel: Any = None
        self._view: Any = None
        self._placement: Placement | None = None
        self._drag = WindowDrag()
        self._had_focus = False
        # Pixels per point of the screen.
        self._screen_scale = 1.0
        self._timer: Any = None
        self._error: Exception | None = None
        self._app = create_app()

    def run(self) -> None:
        """Run the event loop until the host stops."""
        timer = Foundation.NSTimer
        self._timer = timer.scheduledTimerWithTimeInterval_repeats_block_(
            _TICK_SECONDS, _YES, self._on_timer
        )
        run_app(self._app)
        self._close()
        if self._error is not None:
            raise self._error

    def move(self, x: float, y: float) -> None:
        """Handle the pointer at a position in the window, in points."""

        def act(content: WindowContent) -> None:
            is_on_button = content.control.move(*self._to_pixels(x, y))
            _set_cursor(content, is_on_button=is_on_button)

        self._dispatch(act)

    def leave(self) -> None:
        """Handle that the pointer has left the window."""
        self._dispatch(lambda content: content.control.leave())

    def press(self, x: float, y: float) -> None:
        """Handle that the button was pressed."""
        self._drag = WindowDrag.begin(
            self._get_pointer(), (round(x), round(y))
        )
        pixels = self._to_pixels(x, y)
        self._dispatch(lambda content: content.control.press(*pixels))

    def drag(self, x: float, y: float) -> None:
        """Handle a move while the button is down."""

        def act(content: WindowContent) -> None:
            kind, pointer = content.control.drag_kind, self._get_pointer()
            if kind is DragKind.WINDOW:
                self._move_panel(self._drag.compute_origin(pointer))
                return
            position = (x, y)
            if kind is DragKind.HEIGHT:
                position = self._drag.compute_position(pointer)
            content.control.move(*self._to_pixels(*position))

        self._dispatch(act)

    def release(self) -> None:
        """Handle that the button was released."""

        def act(content: WindowContent) -> None:
            if content.control.drag_kind is DragKind.WINDOW:
                self._drop(content)
            content.control.release()

        self._dispatch(act)

    def scroll(self, x: float, y: float, steps: float) -> None:
        """Handle the wheel; steps are positive towards the end."""
        pixels = self._to_pixels(x, y)
        self._dispatch(lambda content: content.control.scroll(*pixels, steps))

    def key(self, name: str) -> None:
        """Handle a key by its name."""
        self._dispatch(lambda content: content.control.key(name))

    def _dispatch(self, act: Callable[[WindowContent], object]) -> None:
        """Handle an event and show its effect."""
        if self._content is not None:
            content = self._content
            self._run_safely(lambda: act(content))
            self._run_safely(self._update)

    def _on_timer(self, _: Any) -> None:
        self._run_safely(self._tick)

    def _run_safely(self, act: Callable[[], object]) -> None:
        """End the window by an error, which Cocoa would only print."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - raised again by `run`
            self._error = self._error or error
            self._stop()

    def _stop(self) -> None:
        self._timer.invalidate()
        stop_app(self._app)

    def _tick(self) -> None:
        host = self._host
        host.tick()
        if host.is_stopped:
            self._stop()
            return
        if not host.is_shown:
            self._close()
        elif self._content is not host.content and host.content is not None:
            self._close()
            self._open(host.content)
        self._close_on_focus_loss()
        self._update()

    def _close_on_focus_loss(self) -> None:
        """Close the popup when another window becomes active."""
        if self._content is None:
            return
        has_focus = bool(self._panel.isKeyWindow())
        is_pinned = self._content.control.view_state.is_pinned
        if self._had_focus and not has_focus and not is_pinned:
            self._content.control.is_open = False
        self._had_focus = self._had_focus or has_focus

    def _open(self, content: WindowContent) -> None:
        self._content, self._shown_picture = content, None
        self._had_focus = False
        self._place_on(self._choose_screen(), content)
        self._panel, self._view = create_panel(self)
        self._update()
        self._panel.makeKeyAndOrderFront_(None)
        # Also while another program is active.
        self._panel.orderFrontRegardless()
        self._host.report_shown()

    def _place_on(self, screen: Screen, content: WindowContent) -> None:
        """Adopt the scale and the limits of a screen."""
        control, host = content.control, self._host
        self._screen_scale = screen.scale
        self._placement = Placement(
            screen.frame, screen.free, host.anchor, host.moved_to
        )
        control.update_view_state(scale=screen.scale)
        size = self._to_points(control.render().picture)
        scale = fit_scale(screen.scale, size, screen.free)
        control.update_view_state(scale=scale)

    def _choose_screen(self) -> Screen:
        """Return where the user has put the popup, or where its icon is."""
        desktop, host = _read_desktop(), self._host
        position = host.moved_to or (host.anchor and host.anchor[:2])
        if position is not None:
            return desktop.find_screen(*position)
        # The screen with the keyboard focus.
        active = AppKit.NSScreen.mainScreen()
        if active is None:
            return desktop.screens[0]
        frame = flip_rect(active.frame(), desktop.height)
        return desktop.find_screen(frame.x, frame.y)

    def _fit_panel(self, content: WindowContent) -> None:
        """Move the panel to its place and fit it to the picture."""
        if self._placement is None:
            return
        control = content.control
        width, height = size = self._to_points(control.render().picture)
        x, y = self._placement.compute_origin(size)
        scale = control.view_state.scale / self._screen_scale
        limit_height(control, self._placement, (x, y), size, scale=scale)
        bottom = _read_desktop().height - y - height
        frame = Foundation.NSMakeRect(x, bottom, width, height)
        self._panel.setFrame_display_(frame, _YES)
        self._panel.invalidateShadow()

    def _move_panel(self, origin: tuple[int, int]) -> None:
        corner = Foundation.NSMakePoint(
            origin[0], _read_desktop().height - origin[1]
        )
        self._panel.setFrameTopLeftPoint_(corner)

    def _drop(self, content: WindowContent) -> None:
        """Remember where the user has put the panel."""
        if self._placement is None:
            return
        desktop, host = _read_desktop(), self._host
        origin = self._drag.compute_origin(self._get_pointer())
        size = self._to_points(content.control.render().picture)
        host.moved_to = snap_to_own_place(self._placement, origin, size)
        pointer = self._get_pointer() if host.moved_to else origin
        self._place_on(desktop.find_screen(*pointer), content)
        self._fit_panel(content)

    def _get_pointer(self) -> tuple[int, int]:
        location = AppKit.NSEvent.mouseLocation()
        return flip_point(location, _read_desktop().height)

    def _to_pixels(self, x: float, y: float) -> tuple[float, float]:
        return x * self._screen_scale, y * self._screen_scale

    def _to_points(self, picture: Picture) -> tuple[int, int]:
        width, height = picture.size
        scale = self._screen_scale
        return round(width / scale), round(height / scale)

    def _update(self) -> None:
        if self._content is None:
            return
        if self._content.clipboard:
            _copy(self._content.clipboard)
            self._content.clipboard = ""
        shown = self._shown_picture
        picture = self._content.control.get_changed_picture(shown)
        if picture is None:
            return
        if shown is None or picture.size != shown.size:
            self._fit_panel(self._content)
        self._shown_picture = picture
        self._panel.setTitle_(self._content.title)
        self._view.setAccessibilityLabel_(self._content.title)
        self._view.popup_image = _to_ns_image(
            picture, self._to_points(picture)
        )
        self._view.setNeedsDisplay_(_YES)

    def _close(self) -> None:
        if self._panel is not None:
            self._panel.close()
        self._panel = self._view = self._content = None


def _read_desktop() -> Desktop:
    return Desktop.read(AppKit.NSScreen.screens())


def _set_cursor(content: WindowContent, *, is_on_button: bool) -> None:
    """Show a hand above buttons, and arrows where the height changes."""
    cursors = AppKit.NSCursor
    cursor = cursors.arrowCursor()
    if is_on_button:
        cursor = cursors.pointingHandCursor()
    elif content.control.hover_drag_kind is DragKind.HEIGHT:
        cursor = cursors.resizeUpDownCursor()
    cursor.set()


def _copy(text: str) -> None:
    pasteboard = AppKit.NSPasteboard.generalPasteboard()
    pasteboard.clearContents()
    pasteboard.setString_forType_(text, AppKit.NSPasteboardTypeString)


def _to_ns_image(picture: Picture, size: tuple[int, int]) -> Any:
    """Convert a picture to an NSImage of a size in points."""
    data = io.BytesIO()
    # Uncompressed is fastest; the data never leaves this process.
    picture.save(data, "TIFF")
    return create_image(data.getvalue(), size)
