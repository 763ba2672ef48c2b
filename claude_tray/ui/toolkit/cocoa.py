"""
Show windows on macOS through pyobjc; no other module imports it.

Unlike Tk this is sharp on Retina screens: pictures are drawn at the screen's
scale and laid out in points. Type-checked, but not yet run on a real machine
(see ARCHITECTURE.md).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from claude_tray.errors import gettext_noop
from claude_tray.ui.toolkit.cocoa_keys import format_key
from claude_tray.ui.toolkit.placement import Placement, ScreenArea
from claude_tray.ui.toolkit.widgets import DragKind

if TYPE_CHECKING:
    from claude_tray.ui.graphics.canvas import Picture
    from claude_tray.ui.toolkit.window_host import WindowContent, WindowHost


try:
    import AppKit
    import Foundation
except ImportError as error:
    from claude_tray.errors import DesktopError

    _summary = gettext_noop("pyobjc is not installed.")
    raise DesktopError(_summary) from error


_TICK_SECONDS: Final = 0.06
# Values of AppKit enumerations.
_ACTIVATION_POLICY_ACCESSORY: Final = 1
_BORDERLESS: Final = 0
_NONACTIVATING: Final = 1 << 7
_BACKING_STORE_BUFFERED: Final = 2
# NSPopUpMenuWindowLevel: above normal windows and the Dock.
_POPUP_LEVEL: Final = 101
# Enter and exit, moves, always active, and the visible rectangle.
_TRACKING_OPTIONS: Final = 0x01 | 0x02 | 0x80 | 0x200
_COMPOSITE_SOURCE_OVER: Final = 2
# pyobjc passes Cocoa's arguments by position only.
_YES: Final = True


class _Panel(AppKit.NSPanel):  # type: ignore[misc] # pyobjc has no types
    """A borderless panel that accepts keyboard input."""

    def canBecomeKeyWindow(self) -> bool:
        return True


class _View(AppKit.NSView):  # type: ignore[misc] # pyobjc has no types
    """A view that shows a picture and forwards mouse and key events."""

    def isFlipped(self) -> bool:
        return True

    def acceptsFirstResponder(self) -> bool:
        return True

    def drawRect_(self, _: Any) -> None:
        if self.image is not None:
            # One selector in two parts; the name exceeds a line.
            selector = "drawInRect_fromRect_operation_fraction_"
            selector += "respectFlipped_hints_"
            target, source = self.bounds(), Foundation.NSZeroRect
            getattr(self.image, selector)(
                target, source, _COMPOSITE_SOURCE_OVER, 1.0, _YES, None
            )

    def mouseMoved_(self, event: Any) -> None:
        self.owner.move(*self._event_position(event))

    def mouseExited_(self, _: Any) -> None:
        self.owner.leave()

    def mouseDown_(self, event: Any) -> None:
        self.owner.press(event, *self._event_position(event))

    def mouseDragged_(self, event: Any) -> None:
        self.owner.move(*self._event_position(event))

    def mouseUp_(self, _: Any) -> None:
        self.owner.release()

    def scrollWheel_(self, event: Any) -> None:
        # Lines, positive towards the beginning.
        self.owner.scroll(*self._event_position(event), -event.deltaY())

    def keyDown_(self, event: Any) -> None:
        letters = event.charactersIgnoringModifiers()
        self.owner.key(format_key(str(letters), int(event.modifierFlags())))

    def _event_position(self, event: Any) -> tuple[float, float]:
        point = self.convertPoint_fromView_(event.locationInWindow(), None)
        return point.x, point.y


class CocoaWindow:
    """Show a host's content in a panel."""

    def __init__(self, host: WindowHost) -> None:
        self._host = host
        self._content: WindowContent | None = None
        self._shown_picture: Picture | None = None
        self._panel: Any = None
        self._view: Any = None
        self._had_focus = False
        self._scale = 1.0
        self._app = AppKit.NSApplication.sharedApplication()
        # No Dock icon and no menu bar.
        self._app.setActivationPolicy_(_ACTIVATION_POLICY_ACCESSORY)

    def run(self) -> None:
        """Run the event loop until the host stops."""
        timer = Foundation.NSTimer
        timer.scheduledTimerWithTimeInterval_repeats_block_(
            _TICK_SECONDS, _YES, self._tick
        )
        self._app.run()

    def move(self, x: float, y: float) -> None:
        if self._content is not None:
            self._content.control.move(x * self._scale, y * self._scale)

    def leave(self) -> None:
        if self._content is not None:
            self._content.control.leave()

    def press(self, event: Any, x: float, y: float) -> None:
        if self._content is None:
            return
        control = self._content.control
        control.press(x * self._scale, y * self._scale)
        if control.drag_kind is DragKind.WINDOW:
            # Returns when the button is up again.
            self._panel.performWindowDragWithEvent_(event)
            control.release()
            self._remember_place()

    def release(self) -> None:
        if self._content is not None:
            self._content.control.release()

    def scroll(self, x: float, y: float, steps: float) -> None:
        if self._content is not None:
            control, scale = self._content.control, self._scale
            control.scroll(x * scale, y * scale, steps)

    def key(self, name: str) -> None:
        if self._content is not None:
            self._content.control.key(name)

    def _tick(self, _: Any) -> None:
        host = self._host
        host.tick()
        if host.is_stopped:
            self._app.terminate_(None)
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
        screen = AppKit.NSScreen.mainScreen()
        self._scale = float(screen.backingScaleFactor())
        content.control.update_view_state(scale=self._scale)
        self._content, self._shown_picture, self._had_focus = (
            content,
            None,
            False,
        )
        picture = content.control.render().picture
        size = self._to_points(picture)
        panel = _Panel.alloc()
        self._panel = panel.initWithContentRect_styleMask_backing_defer_(
            Foundation.NSMakeRect(0, 0, *size),
            _BORDERLESS | _NONACTIVATING,
            _BACKING_STORE_BUFFERED,
            False,  # noqa: FBT003 - Cocoa has no names
        )
        self._panel.setLevel_(_POPUP_LEVEL)
        self._view = _View.alloc().initWithFrame_(
            Foundation.NSMakeRect(0, 0, *size)
        )
        self._view.owner, self._view.image = self, None
        area = AppKit.NSTrackingArea.alloc()
        self._view.addTrackingArea_(
            area.initWithRect_options_owner_userInfo_(
                self._view.bounds(), _TRACKING_OPTIONS, self._view, None
            )
        )
        self._panel.setContentView_(self._view)
        self._panel.setFrameOrigin_(self._compute_origin(size, screen))
        self._panel.makeKeyAndOrderFront_(None)
        self._host.report_shown()

    def _compute_origin(
        self,
        size: tuple[int, int],
        screen: Any,
    ) -> Any:
        """Return the lower left corner; Cocoa's y axis points up."""
        screen_frame, visible_frame = screen.frame(), screen.visibleFrame()
        height = screen_frame.size.height
        monitor = ScreenArea(0, 0, int(screen_frame.size.width), int(height))
        top = height - visible_frame.origin.y - visible_frame.size.height
        area = ScreenArea(
            int(visible_frame.origin.x),
            int(top),
            int(visible_frame.size.width),
            int(visible_frame.size.height),
        )
        moved_to = self._host.moved_to
        placement = Placement(monitor, area, self._host.anchor, moved_to)
        x, y = placement.compute_origin(size)
        return Foundation.NSMakePoint(x, height - y - size[1])

    def _remember_place(self) -> None:
        """Remember where the user has put the panel."""
        frame = self._panel.frame()
        height = AppKit.NSScreen.mainScreen().frame().size.height
        top = height - frame.origin.y - frame.size.height
        self._host.moved_to = (int(frame.origin.x), int(top))

    def _to_points(self, picture: Picture) -> tuple[int, int]:
        width, height = picture.size
        return round(width / self._scale), round(height / self._scale)

    def _update(self) -> None:
        if self._content is None:
            return
        if self._content.clipboard:
            pasteboard = AppKit.NSPasteboard.generalPasteboard()
            pasteboard.clearContents()
            pasteboard.setString_forType_(
                self._content.clipboard, "public.utf8-plain-text"
            )
            self._content.clipboard = ""
        picture = self._content.control.get_changed_picture(
            self._shown_picture
        )
        if picture is None:
            return
        self._shown_picture = picture
        self._panel.setTitle_(self._content.title)
        self._view.setAccessibilityLabel_(self._content.title)
        self._view.image = _to_ns_image(picture, self._to_points(picture))
        self._view.setNeedsDisplay_(True)

    def _close(self) -> None:
        if self._panel is not None:
            self._panel.orderOut_(None)
        self._panel = self._content = None


def _to_ns_image(picture: Picture, size: tuple[int, int]) -> Any:
    """Convert a picture to an NSImage of a size in points."""
    data = io.BytesIO()
    # Uncompressed is fastest; the data never leaves this process.
    picture.save(data, "TIFF")
    image = AppKit.NSImage.alloc().initWithData_(data.getvalue())
    image.setSize_(Foundation.NSMakeSize(*size))
    return image
