from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claude_tray.ui.icon.model import IconModel
from claude_tray.ui.toolkit.messages import ActionKind, AnchorPoint, UserAction
from claude_tray.ui.tray.backends.pystray import BaseIcon
from claude_tray.ui.tray.icon_adapter import IconAdapter
from claude_tray.ui.tray.menu_model import MenuEntry, ToggleKind
from claude_tray.ui.tray.view_model import TrayView

if TYPE_CHECKING:
    from collections.abc import Callable


MENU = (
    MenuEntry("Show Stats", is_default=True),
    None,
    MenuEntry(
        "Icon",
        entries=(
            MenuEntry(
                "Ring",
                UserAction(ActionKind.REFRESH),
                ToggleKind.RADIO,
                is_on=True,
            ),
            MenuEntry("Mute", UserAction(ActionKind.MUTE), ToggleKind.CHECK),
        ),
    ),
)


class RecordingIcon(BaseIcon):  # type: ignore[misc] # pystray has no types
    """A pystray icon that records its updates."""

    def __init__(self) -> None:
        super().__init__("recording")
        self.calls: list[str] = []
        self.anchor: Any = None
        self._visible = True

    def _update_icon(self) -> None:
        self.calls.append("icon")

    def _update_title(self) -> None:
        self.calls.append("title")

    def _update_menu(self) -> None:
        self.calls.append("menu")

    def _show(self) -> None:
        self.calls.append("show")

    def _hide(self) -> None:
        pass

    def hide(self) -> None:
        """Be as before the start."""
        self._visible = False

    def run(self, setup: Callable[[Any], None]) -> None:
        setup(self)


def _make_adapter() -> tuple[IconAdapter, RecordingIcon, list[UserAction]]:
    icon, actions = RecordingIcon(), list[UserAction]()
    adapter = IconAdapter(icon, actions.append)
    icon.calls.clear()
    return adapter, icon, actions


def test_only_changed_parts_are_updated() -> None:
    adapter, icon, _ = _make_adapter()
    view = TrayView(IconModel(120), "2h left", MENU)

    adapter.show(view)
    adapter.show(view)
    adapter.show(view._replace(tooltip="1h left"))
    adapter.show(view._replace(tooltip="1h left", icon=IconModel(60)))

    assert icon.calls == ["icon", "title", "menu", "title", "icon"]
    assert icon.icon(16).size == (16, 16)


def test_views_come_when_the_icon_accepts_them() -> None:
    """Pystray ignores a picture that it gets before it is visible."""
    adapter, icon, _ = _make_adapter()
    icon.hide()
    view = TrayView(IconModel(120), "2h left", MENU)

    adapter.run(lambda: adapter.show(view), lambda _: None)

    assert icon.calls[-4:] == ["show", "icon", "title", "menu"]


def test_click_sends_the_default_action_with_its_position() -> None:
    adapter, icon, actions = _make_adapter()
    adapter.show(TrayView(IconModel(), "", MENU))
    icon.anchor = (7, 8)

    icon()

    assert actions == [UserAction(ActionKind.OPEN_POPUP, AnchorPoint(7, 8))]


def test_menu_has_check_states_separators_and_submenus() -> None:
    adapter, icon, actions = _make_adapter()
    adapter.show(TrayView(IconModel(), "", MENU))

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
    assert actions == [UserAction(ActionKind.MUTE)]


def test_labels_and_tooltip_show_hidden_characters() -> None:
    adapter, icon, _ = _make_adapter()
    label, tooltip = "app\x1b[31m\n\x00", "Title\nshop\u202e\x00"

    adapter.show(TrayView(IconModel(), tooltip, (MenuEntry(label),), ()))

    assert icon.title == "Title\nshop\ufffd␀"
    assert [item.text for item in icon.menu.items] == ["app␛[31m␊␀"]
