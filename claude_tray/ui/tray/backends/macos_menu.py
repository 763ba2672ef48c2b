"""
Build the icon's menu; import it on macOS only.

A menu is built when it is opened, and each has its own target. So what the
user chooses is always the entry that was shown, although the tray's menu has
changed meanwhile.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from claude_tray.ui.toolkit.cocoa_app import AppKit, Foundation
from claude_tray.ui.tray.backends.pystray import Menu

if TYPE_CHECKING:
    from collections.abc import Callable


_log = logging.getLogger(__name__)

_ACTION: Final = "chooseEntry:"
# pyobjc passes Cocoa's arguments by position only.
_NO: Final = False


class ClaudeTrayMenuTarget(Foundation.NSObject):
    """
    Target of a menu's entries, and its delegate.

    pyobjc turns each method into a selector, so helpers are functions.

    Attributes:
        menu_callbacks: Called when the entry with their number as its tag was
            chosen.
        on_menu_closed: Called when the menu has been closed.
    """

    def chooseEntry_(self, sender: Any) -> None:
        run_callback(self.menu_callbacks[sender.tag()])

    def menuDidClose_(self, _: Any) -> None:
        self.on_menu_closed()


def build_menu(
    icon: Any, on_closed: Callable[[], None]
) -> tuple[Any, ClaudeTrayMenuTarget]:
    """
    Build the current menu of an icon.

    Args:
        icon: pystray icon.
        on_closed: Called when the menu has been closed.

    Returns:
        The NSMenu, and its target, which the menu does not keep alive.
    """
    target = ClaudeTrayMenuTarget.alloc().init()
    target.menu_callbacks, target.on_menu_closed = [], on_closed
    menu = _build_submenu(icon, icon.menu or Menu(), target)
    menu.setDelegate_(target)
    return menu, target


def run_callback(callback: Callable[[], object]) -> None:
    """Call a function for a click; log its error, as later clicks must work."""
    try:
        callback()
    except Exception:  # noqa: BLE001 - Cocoa would only print it
        _log.exception("A click failed")


def _build_submenu(
    icon: Any, entries: Any, target: ClaudeTrayMenuTarget
) -> Any:
    menu = AppKit.NSMenu.alloc().initWithTitle_(icon.name)
    # Else entries without a known action are gray.
    menu.setAutoenablesItems_(_NO)
    for entry in entries:
        menu.addItem_(_build_item(icon, entry, target))
    return menu


def _build_item(icon: Any, entry: Any, target: ClaudeTrayMenuTarget) -> Any:
    if entry is Menu.SEPARATOR:
        return AppKit.NSMenuItem.separatorItem()
    action = None if entry.submenu else _ACTION
    new_item = AppKit.NSMenuItem.alloc()
    item = new_item.initWithTitle_action_keyEquivalent_(entry.text, action, "")
    item.setEnabled_(bool(entry.enabled))
    if entry.submenu:
        item.setSubmenu_(_build_submenu(icon, entry.submenu, target))
        return item
    item.setTarget_(target)
    item.setTag_(len(target.menu_callbacks))
    target.menu_callbacks.append(lambda: entry(icon))
    if entry.checked:
        item.setState_(AppKit.NSControlStateValueOn)
    return item
