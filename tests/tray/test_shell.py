from __future__ import annotations

from typing import Any

from claude_tray.drawing.icon_look import Icon
from claude_tray.tray.action import Action, Anchor, Wish
from claude_tray.tray.backends.library import BaseIcon
from claude_tray.tray.entry import Mark, MenuEntry
from claude_tray.tray.shell import Shell
from claude_tray.tray.view import TrayView

MENU = (
    MenuEntry("Show Stats", is_default=True),
    None,
    MenuEntry(
        "Icon",
        entries=(
            MenuEntry("Ring", Wish(Action.REFRESH), Mark.RADIO, is_on=True),
            MenuEntry("Mute", Wish(Action.MUTE), Mark.CHECK),
        ),
    ),
)


class Counted(BaseIcon):  # type: ignore[misc] # pystray has no types
    """A pystray icon that counts what it is asked to show."""

    def __init__(self) -> None:
        super().__init__("counted")
        self.calls: list[str] = []
        self.anchor: Any = None
        self._visible = True

    def _update_icon(self) -> None:
        self.calls.append("icon")

    def _update_title(self) -> None:
        self.calls.append("title")

    def _update_menu(self) -> None:
        self.calls.append("menu")

    def _hide(self) -> None:
        pass


def _shell() -> tuple[Shell, Counted, list[Wish]]:
    icon, done = Counted(), list[Wish]()
    shell = Shell(icon, done.append)
    icon.calls.clear()
    return shell, icon, done


def test_only_what_changed_is_shown_again() -> None:
    shell, icon, _ = _shell()
    view = TrayView(Icon(120), "2h left", MENU)

    shell.show(view)
    shell.show(view)
    shell.show(view._replace(tooltip="1h left"))
    shell.show(view._replace(tooltip="1h left", icon=Icon(60)))

    assert icon.calls == ["icon", "title", "menu", "title", "icon"]
    assert icon.icon(16).size == (16, 16)


def test_a_click_does_the_default_and_says_where() -> None:
    shell, icon, done = _shell()
    shell.show(TrayView(Icon(), "", MENU))
    icon.anchor = (7, 8)

    icon()

    assert done == [Wish(Action.OPEN_POPUP, Anchor(7, 8))]


def test_the_menu_has_marks_separators_and_submenus() -> None:
    shell, icon, done = _shell()
    shell.show(TrayView(Icon(), "", MENU))

    first, line, more = list(icon.menu)
    ring, mute = list(more.submenu)

    assert (first.text, first.default, first.checked) == (
        "Show Stats",
        True,
        None,
    )
    assert line.text == "- - - -"
    assert (ring.checked, ring.radio) == (True, True)
    assert (mute.checked, mute.radio) == (False, False)
    mute(icon)
    assert done == [Wish(Action.MUTE)]
