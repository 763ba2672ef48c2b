"""
pystray backend for macOS; import it there only.

In addition to pystray's own: a left click opens the popup at the icon and a
right click the menu, the icon is a sharp template image, may have text beside
it, and AppKit is used on the main thread only. Not yet seen on a real machine;
docs/desktops.md says what the tests check instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.platform.notifications.macos import AppleScriptSender
from claude_tray.platform.notifications.notifier import DesktopNotification
from claude_tray.ui.icon.encode import encode_png
from claude_tray.ui.toolkit.cocoa_app import (
    AppHelper,
    AppKit,
    Foundation,
    call_on_main_thread,
    create_app,
    create_image,
    run_app,
    stop_app,
)
from claude_tray.ui.toolkit.cocoa_geometry import (
    Desktop,
    flip_point,
    flip_rect,
)
from claude_tray.ui.tray.backends.macos_menu import build_menu, run_callback
from claude_tray.ui.tray.backends.macos_support import (
    ICON_PIXELS,
    ICON_POINTS,
    choose_anchor,
    format_text_beside,
    is_template,
)
from claude_tray.ui.tray.backends.pystray import BaseIcon, Menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.ui.toolkit.placement import ScreenArea


_CLICK_ACTION: Final = "statusItemClicked:"
# Shown by developer tools only.
_REASON: Final = "Follows the usage of Claude Code"


class ClaudeTrayClickTarget(Foundation.NSObject):
    """
    Target of the icon's button.

    pyobjc turns each method into a selector, so helpers are functions.

    Attributes:
        on_click: Called on a click of either button.
    """

    def statusItemClicked_(self, _: Any) -> None:
        run_callback(self.on_click)


class MacosIcon(BaseIcon):
    """
    Icon in the menu bar, drawn by a function of the size.

    Args:
        name: Name of the program.
        shows_text_beside: Returns whether to show the countdown as text next
            to the icon.

    Attributes:
        anchor: Where the popup of the last click belongs, in points from the
            upper left corner of the primary screen.
    """

    def __init__(
        self, name: str, shows_text_beside: Callable[[], bool]
    ) -> None:
        super().__init__(name)
        self.anchor: ScreenArea | None = None
        self._shows_text_beside = shows_text_beside
        self._app = create_app()
        self._activity: Any = None
        self._target: Any = None
        self._item: Any = None
        self._open_menu: Any = None
        # Menu entries do not keep their target alive.
        self._menu_target: Any = None

    def _run(self) -> None:
        status_bar = AppKit.NSStatusBar.systemStatusBar()
        self._item = status_bar.statusItemWithLength_(
            AppKit.NSVariableStatusItemLength
        )
        # The icon stays where the user has moved it. Cocoa forgets the place
        # of an item that is removed or invisible, so ours is emptied instead.
        self._item.setAutosaveName_(self.name)
        self._target = ClaudeTrayClickTarget.alloc().init()
        self._target.on_click = self._on_click
        button = self._item.button()
        button.setTarget_(self._target)
        button.setAction_(_CLICK_ACTION)
        button.sendActionOn_(
            AppKit.NSEventMaskLeftMouseUp | AppKit.NSEventMaskRightMouseUp
        )
        self._activity = _begin_activity()
        try:
            self._mark_ready()
            run_app(self._app)
        finally:
            self._clear_button()

    def _stop(self) -> None:
        call_on_main_thread(self._close_menu)
        stop_app(self._app)

    def _close_menu(self) -> None:
        # An open menu has a loop of its own.
        if self._open_menu is not None:
            self._open_menu.cancelTracking()

    def _show(self) -> None:
        self._update_title()

    def _hide(self) -> None:
        # Drawn again when it is shown.
        self._icon_valid = False
        call_on_main_thread(self._clear_button)

    def _clear_button(self) -> None:
        self._item.button().setImage_(None)
        self._item.button().setTitle_("")

    def _update_icon(self) -> None:
        self._icon_valid = True
        data, draw = encode_png(self._icon(ICON_PIXELS)), self._icon
        call_on_main_thread(lambda: self._show_image(data, draw))

    def _show_image(self, data: bytes, draw: Any) -> None:
        image = create_image(data, (ICON_POINTS, ICON_POINTS))
        image.setTemplate_(is_template(draw))
        text = format_text_beside(draw) if self._shows_text_beside() else ""
        button = self._item.button()
        button.setImage_(image)
        button.setTitle_(text)
        button.setImagePosition_(
            AppKit.NSImageLeft if text else AppKit.NSImageOnly
        )

    def _update_title(self) -> None:
        title = self.title
        call_on_main_thread(lambda: self._show_title(title))

    def _show_title(self, title: str) -> None:
        button = self._item.button()
        button.setToolTip_(title)
        button.setAccessibilityLabel_(title)

    def _update_menu(self) -> None:
        """Do nothing: the menu is built when it is opened."""

    def _notify(self, message: str, title: str | None = None) -> None:
        notification = DesktopNotification(title or self.name, message)
        AppleScriptSender().send(notification)

    def _remove_notification(self) -> None:
        """Do nothing: the system removes it after some seconds."""

    def _on_click(self) -> None:
        event = self._app.currentEvent()
        self.anchor = self._find_anchor(event)
        has_default = any(item.default for item in self.menu or Menu())
        if _is_menu_click(event) or not has_default:
            self._show_menu()
        else:
            self()

    def _find_anchor(self, event: Any) -> ScreenArea:
        height = Desktop.read(AppKit.NSScreen.screens()).height
        button_frame = flip_rect(self._item.button().window().frame(), height)
        pointer = None
        if _is_mouse_click(event):
            pointer = flip_point(AppKit.NSEvent.mouseLocation(), height)
        return choose_anchor(button_frame, pointer)

    def _show_menu(self) -> None:
        menu, self._menu_target = build_menu(self, self._on_menu_closed)
        self._open_menu = menu
        # With a menu a click opens it; without one it is reported.
        self._item.setMenu_(menu)
        self._item.button().performClick_(None)

    def _on_menu_closed(self) -> None:
        self._open_menu = None
        # Cocoa is still using the menu.
        AppHelper.callAfter(self._remove_menu)

    def _remove_menu(self) -> None:
        if self._open_menu is None:
            self._item.setMenu_(None)


def _begin_activity() -> Any:
    """
    Return a token that keeps macOS from slowing down or ending the program.

    App Nap would delay timers and file events of a program without a window,
    and automatic termination end it. The computer may still sleep.
    """
    process = Foundation.NSProcessInfo.processInfo()
    # It includes disabling automatic termination.
    options = Foundation.NSActivityUserInitiatedAllowingIdleSystemSleep
    return process.beginActivityWithOptions_reason_(options, _REASON)


def _is_mouse_click(event: Any) -> bool:
    """Return False for a press by the keyboard or VoiceOver."""
    return event is not None and event.type() in (
        AppKit.NSEventTypeLeftMouseUp,
        AppKit.NSEventTypeRightMouseUp,
    )


def _is_menu_click(event: Any) -> bool:
    """Return True for a right click, or a click with Control."""
    if not _is_mouse_click(event):
        return False
    is_right = event.type() == AppKit.NSEventTypeRightMouseUp
    control = event.modifierFlags() & AppKit.NSEventModifierFlagControl
    return bool(is_right or control)
