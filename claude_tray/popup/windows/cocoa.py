"""
A panel of macOS through pyobjc: the only door to it.

Sharp on Retina screens, which Tk is not: the picture is drawn at the
screen's own scale and laid over points. Type-checked, not yet seen on a real
machine: ARCHITECTURE.md.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

try:
    import AppKit
    import Foundation
except ImportError as error:
    from claude_tray.errors import DesktopError

    _summary = "pyobjc is not installed."
    raise DesktopError(_summary) from error

from claude_tray.popup.place import Area, Spot
from claude_tray.popup.windows.cocoa_keys import key_of

if TYPE_CHECKING:
    from claude_tray.drawing.canvas import Picture
    from claude_tray.popup.host import Host, Surface

_TICK_SECONDS: Final = 0.06
_ACCESSORY: Final = 1
_BORDERLESS: Final = 0
_TITLED_CLOSABLE: Final = 3
_NONACTIVATING: Final = 1 << 7
_BUFFERED: Final = 2
_POPUP_LEVEL: Final = 101
_TRACKED: Final = 0x01 | 0x02 | 0x80 | 0x200
_OVER: Final = 2
# Cocoa's arguments have no names in Python.
_YES: Final = True


class _Panel(AppKit.NSPanel):  # type: ignore[misc] # pyobjc has no types
    """A panel without a frame that takes keys all the same."""

    def canBecomeKeyWindow(self) -> bool:
        return True


class _View(AppKit.NSView):  # type: ignore[misc] # pyobjc has no types
    """Shows the picture and passes on mouse and keys."""

    def isFlipped(self) -> bool:
        return True

    def acceptsFirstResponder(self) -> bool:
        return True

    def drawRect_(self, _: Any) -> None:  # noqa: ANN401 - Cocoa's
        if self.image is not None:
            draw = "drawInRect_fromRect_operation_fraction_"
            draw += "respectFlipped_hints_"
            place, whole = self.bounds(), Foundation.NSZeroRect
            getattr(self.image, draw)(place, whole, _OVER, 1.0, _YES, None)

    def mouseMoved_(self, event: Any) -> None:  # noqa: ANN401 - Cocoa's
        self.owner.move(*self._at(event))

    def mouseExited_(self, _: Any) -> None:  # noqa: ANN401 - Cocoa's
        self.owner.leave()

    def mouseDown_(self, event: Any) -> None:  # noqa: ANN401 - Cocoa's
        self.owner.press(*self._at(event))

    def keyDown_(self, event: Any) -> None:  # noqa: ANN401 - Cocoa's
        letters = event.charactersIgnoringModifiers()
        self.owner.key(key_of(str(letters), int(event.modifierFlags())))

    def _at(self, event: Any) -> tuple[float, float]:  # noqa: ANN401
        point = self.convertPoint_fromView_(event.locationInWindow(), None)
        return point.x, point.y


class CocoaWindow:
    """A panel that obeys a host."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._of: Surface | None = None
        self._shown: Picture | None = None
        self._panel: Any = None
        self._view: Any = None
        self._had_focus = False
        self._scale = 1.0
        self._app = AppKit.NSApplication.sharedApplication()
        # No icon in the Dock, no menu bar of its own.
        self._app.setActivationPolicy_(_ACCESSORY)

    def run(self) -> None:
        """Show the host's surface whenever it wants to be, until its end."""
        timer = Foundation.NSTimer
        timer.scheduledTimerWithTimeInterval_repeats_block_(
            _TICK_SECONDS, _YES, self._tick
        )
        self._app.run()

    def move(self, x: float, y: float) -> None:
        if self._of is not None:
            self._of.control.move(x * self._scale, y * self._scale)

    def leave(self) -> None:
        if self._of is not None:
            self._of.control.leave()

    def press(self, x: float, y: float) -> None:
        if self._of is not None:
            self._of.control.press(x * self._scale, y * self._scale)

    def key(self, name: str) -> None:
        if self._of is not None:
            self._of.control.key(name)

    def _tick(self, _: Any) -> None:  # noqa: ANN401 - an NSTimer
        host = self._host
        host.tick()
        if host.has_ended:
            self._app.terminate_(None)
            return
        if not host.is_shown:
            self._close()
        elif self._of is not host.surface and host.surface is not None:
            self._close()
            self._open(host.surface)
        self._follow_focus()
        self._draw()

    def _follow_focus(self) -> None:
        """Close when another window takes the keys."""
        if self._of is None:
            return
        has_focus = bool(self._panel.isKeyWindow())
        is_popup = not self._of.is_framed
        if self._had_focus and not has_focus and is_popup:
            self._of.control.is_open = False
        self._had_focus = self._had_focus or has_focus

    def _open(self, surface: Surface) -> None:
        screen = AppKit.NSScreen.mainScreen()
        self._scale = float(screen.backingScaleFactor())
        surface.control.change(scale=self._scale)
        self._of, self._shown, self._had_focus = surface, None, False
        picture = surface.control.drawing().picture
        size = self._points(picture)
        style = _TITLED_CLOSABLE if surface.is_framed else _BORDERLESS
        panel = _Panel.alloc()
        self._panel = panel.initWithContentRect_styleMask_backing_defer_(
            Foundation.NSMakeRect(0, 0, *size),
            style | _NONACTIVATING,
            _BUFFERED,
            False,  # noqa: FBT003 - Cocoa has no names
        )
        if not surface.is_framed:
            self._panel.setLevel_(_POPUP_LEVEL)
        self._view = _View.alloc().initWithFrame_(
            Foundation.NSMakeRect(0, 0, *size)
        )
        self._view.owner, self._view.image = self, None
        area = AppKit.NSTrackingArea.alloc()
        self._view.addTrackingArea_(
            area.initWithRect_options_owner_userInfo_(
                self._view.bounds(), _TRACKED, self._view, None
            )
        )
        self._panel.setContentView_(self._view)
        self._panel.setFrameOrigin_(self._origin(size, surface, screen))
        self._panel.makeKeyAndOrderFront_(None)

    def _origin(
        self,
        size: tuple[int, int],
        surface: Surface,
        screen: Any,  # noqa: ANN401 - an NSScreen
    ) -> Any:  # noqa: ANN401 - an NSPoint
        """Return the lower corner; Cocoa counts from below."""
        whole, free = screen.frame(), screen.visibleFrame()
        high = whole.size.height
        monitor = Area(0, 0, int(whole.size.width), int(high))
        top = high - free.origin.y - free.size.height
        area = Area(
            int(free.origin.x),
            int(top),
            int(free.size.width),
            int(free.size.height),
        )
        spot = Spot(monitor, area, self._host.anchor)
        x, y = spot.place(size, is_framed=surface.is_framed)
        return Foundation.NSMakePoint(x, high - y - size[1])

    def _points(self, picture: Picture) -> tuple[int, int]:
        wide, high = picture.size
        return round(wide / self._scale), round(high / self._scale)

    def _draw(self) -> None:
        if self._of is None:
            return
        if self._of.clipboard:
            board = AppKit.NSPasteboard.generalPasteboard()
            board.clearContents()
            board.setString_forType_(
                self._of.clipboard, "public.utf8-plain-text"
            )
            self._of.clipboard = ""
        picture = self._of.control.news(self._shown)
        if picture is None:
            return
        self._shown = picture
        self._panel.setTitle_(self._of.title)
        self._view.setAccessibilityLabel_(self._of.title)
        self._view.image = _image(picture, self._points(picture))
        self._view.setNeedsDisplay_(True)

    def _close(self) -> None:
        if self._panel is not None:
            self._panel.orderOut_(None)
        self._panel = self._of = None


def _image(picture: Picture, size: tuple[int, int]) -> Any:  # noqa: ANN401
    """Return a picture as Cocoa's, so many points wide and high."""
    data = io.BytesIO()
    # Not compressed: it goes no further than this process.
    picture.save(data, "TIFF")
    image = AppKit.NSImage.alloc().initWithData_(data.getvalue())
    image.setSize_(Foundation.NSMakeSize(*size))
    return image
