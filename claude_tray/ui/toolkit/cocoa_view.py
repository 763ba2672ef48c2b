"""
Define the popup's panel and view; import it on macOS only.

pyobjc turns each method of these classes into a selector: its name has an
underscore for each argument, or there is an error when the class is made.
Helpers are functions, therefore. `super()` would need pyobjc's own.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

from claude_tray.ui.toolkit.cocoa_app import AppKit, Foundation
from claude_tray.ui.toolkit.cocoa_keys import format_key
from claude_tray.ui.toolkit.surface import CORNER_RADIUS

# One selector in two parts; the name exceeds a line.
_DRAW: Final = "drawInRect_fromRect_operation_fraction_respectFlipped_hints_"
# pyobjc passes Cocoa's arguments by position only.
_YES: Final = True
_NO: Final = False


class EventHandler(Protocol):
    """Handles events; positions are points from the view's upper left."""

    def move(self, x: float, y: float) -> None: ...
    def leave(self) -> None: ...
    def press(self, x: float, y: float) -> None: ...
    def drag(self, x: float, y: float) -> None: ...
    def release(self) -> None: ...
    def scroll(self, x: float, y: float, steps: float) -> None: ...
    def key(self, name: str) -> None: ...


class ClaudeTrayPanel(AppKit.NSPanel):  # type: ignore[misc] # pyobjc has no types
    """A borderless panel that accepts keyboard input."""

    def canBecomeKeyWindow(self) -> bool:
        return True


class ClaudeTrayView(AppKit.NSView):  # type: ignore[misc] # pyobjc has no types
    """
    A view that shows a picture and forwards mouse and key events.

    Attributes:
        event_handler: Handles the events.
        popup_image: NSImage of the current picture; None before the first.
    """

    def isFlipped(self) -> bool:
        return True

    def acceptsFirstResponder(self) -> bool:
        return True

    def acceptsFirstMouse_(self, _: Any) -> bool:
        # Else the first click on a popup without the focus has no effect.
        return True

    def drawRect_(self, _: Any) -> None:
        if self.popup_image is None:
            return
        bounds, radius = self.bounds(), CORNER_RADIUS
        path = AppKit.NSBezierPath
        path.bezierPathWithRoundedRect_xRadius_yRadius_(
            bounds, radius, radius
        ).addClip()
        copy = AppKit.NSCompositingOperationSourceOver
        draw, source = getattr(self.popup_image, _DRAW), Foundation.NSZeroRect
        draw(bounds, source, copy, 1.0, _YES, None)

    def mouseMoved_(self, event: Any) -> None:
        self.event_handler.move(*_locate(self, event))

    def mouseExited_(self, _: Any) -> None:
        self.event_handler.leave()

    def mouseDown_(self, event: Any) -> None:
        self.event_handler.press(*_locate(self, event))

    def mouseDragged_(self, event: Any) -> None:
        self.event_handler.drag(*_locate(self, event))

    def mouseUp_(self, _: Any) -> None:
        self.event_handler.release()

    def scrollWheel_(self, event: Any) -> None:
        # Lines, positive towards the beginning.
        self.event_handler.scroll(*_locate(self, event), -event.deltaY())

    def keyDown_(self, event: Any) -> None:
        self.event_handler.key(_read_key(event))

    def performKeyEquivalent_(self, event: Any) -> bool:
        # A program without a menu bar gets Command keys here.
        is_command = event.modifierFlags() & AppKit.NSEventModifierFlagCommand
        name = _read_key(event) if is_command else ""
        if name:
            self.event_handler.key(name)
        return bool(name)


def create_panel(handler: EventHandler) -> tuple[Any, Any]:
    """
    Create the popup's panel, hidden.

    Args:
        handler: Handles the events.

    Returns:
        The panel and its view.
    """
    frame = Foundation.NSMakeRect(0, 0, 1, 1)
    style = AppKit.NSWindowStyleMaskBorderless
    style |= AppKit.NSWindowStyleMaskNonactivatingPanel
    new_panel = ClaudeTrayPanel.alloc()
    panel = new_panel.initWithContentRect_styleMask_backing_defer_(
        frame, style, AppKit.NSBackingStoreBuffered, _NO
    )
    # Python's reference owns it.
    panel.setReleasedWhenClosed_(_NO)
    # A panel hides while its program is inactive, which ours always is.
    panel.setHidesOnDeactivate_(_NO)
    panel.setLevel_(AppKit.NSPopUpMenuWindowLevel)
    panel.setCollectionBehavior_(
        AppKit.NSWindowCollectionBehaviorCanJoinAllSpaces
        | AppKit.NSWindowCollectionBehaviorFullScreenAuxiliary
    )
    # Outside the rounded corners there is nothing.
    panel.setOpaque_(_NO)
    panel.setBackgroundColor_(AppKit.NSColor.clearColor())
    panel.setHasShadow_(_YES)
    view = _create_view(handler, frame)
    panel.setContentView_(view)
    panel.makeFirstResponder_(view)
    return panel, view


def _create_view(handler: EventHandler, frame: Any) -> Any:
    view = ClaudeTrayView.alloc().initWithFrame_(frame)
    view.event_handler, view.popup_image = handler, None
    options = (
        AppKit.NSTrackingMouseEnteredAndExited
        | AppKit.NSTrackingMouseMoved
        | AppKit.NSTrackingActiveAlways
        | AppKit.NSTrackingInVisibleRect
    )
    area = AppKit.NSTrackingArea.alloc()
    view.addTrackingArea_(
        area.initWithRect_options_owner_userInfo_(frame, options, view, None)
    )
    return view


def _locate(view: Any, event: Any) -> tuple[float, float]:
    """Return an event's position in the view, in points from the top."""
    point = view.convertPoint_fromView_(event.locationInWindow(), None)
    return point.x, point.y


def _read_key(event: Any) -> str:
    letters = str(event.charactersIgnoringModifiers())
    return format_key(letters, int(event.modifierFlags()))
