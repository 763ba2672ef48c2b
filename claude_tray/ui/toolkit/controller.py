"""Handle mouse and keyboard input and redraw the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.ui.toolkit.widgets import SHORTCUTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.ui.graphics.canvas import Picture
    from claude_tray.ui.toolkit.surface import Frame, HitRegion, ViewState


_ACTION_BY_SHORTCUT: Final = {
    keys: action for action, keys in SHORTCUTS.items()
} | {
    "Ctrl+R": "refresh",
}
_FOCUS_STEPS: Final = {"Tab": 1, "Down": 1, "Shift+Tab": -1, "Up": -1}
_PAGE_STEPS: Final = {"Right": 1, "Left": -1}
# Buttons within this many points of height share a line.
_ROW_HEIGHT: Final = 8.0


class ViewController:
    """
    Hold the view state, and the picture drawn from it.

    Args:
        draw: Draws a view state.
        on_action: Called with the name of each button that is pressed.
        view_state: Initial state.
        pages: Names of tabs or pages, in the order of the arrow keys.
        is_rtl: Whether lines start at the right.
    """

    def __init__(
        self,
        draw: Callable[[ViewState], Frame],
        on_action: Callable[[str], None],
        view_state: ViewState,
        pages: tuple[str, ...],
        *,
        is_rtl: bool = False,
    ) -> None:
        self.view_state = view_state
        self.is_open = True
        self.is_rtl = is_rtl
        self._draw = draw
        self._on_action = on_action
        self._pages = pages
        self._frame: Frame | None = None
        self._is_dirty = True

    @property
    def regions(self) -> tuple[HitRegion, ...]:
        return self.render().regions

    def render(self) -> Frame:
        """Return the current picture, redrawn only if needed."""
        if self._is_dirty or self._frame is None:
            self._frame = self._draw(self.view_state)
            self._is_dirty = False
        return self._frame

    def get_changed_picture(
        self, current_picture: Picture | None
    ) -> Picture | None:
        """Return the picture if it differs from the one shown, else None."""
        picture = self.render().picture
        return None if picture is current_picture else picture

    def update_view_state(self, **changes: Any) -> None:
        """Change fields of the view state; redraw later if any differs."""
        view_state = self.view_state._replace(**changes)
        if view_state != self.view_state:
            self.view_state = view_state
            self._is_dirty = True

    def invalidate(self) -> None:
        """Force a redraw because the content has changed."""
        self._is_dirty = True

    def move(self, x: float, y: float) -> bool:
        """Move the pointer to a pixel; return whether it is on a button."""
        region = self._find_region(x, y)
        has_hover_effect = region is not None and not region.is_button
        scale = self.view_state.scale
        self.update_view_state(
            hover=region.name if region else "",
            pointer=(x / scale, y / scale) if has_hover_effect else None,
        )
        return region is not None and region.is_button

    def leave(self) -> None:
        """Handle that the pointer has left the window."""
        self.update_view_state(hover="", pointer=None)

    def press(self, x: float, y: float) -> None:
        """Press the button at a pixel; elsewhere close the menu."""
        region = self._find_region(x, y)
        if region is not None and region.is_button:
            self.trigger(region.name)
        elif self.view_state.is_menu_open:
            self.update_view_state(is_menu_open=False)

    def key(self, name: str) -> None:
        """Handle a key by name, as "Tab", "Ctrl+D" or "F5"."""
        if name == "Escape":
            self._handle_escape()
        elif name in _FOCUS_STEPS:
            self._move_focus(_FOCUS_STEPS[name])
        elif name in _PAGE_STEPS:
            self._switch_page(
                -_PAGE_STEPS[name] if self.is_rtl else _PAGE_STEPS[name]
            )
        elif name in ("Return", "Space"):
            if self.view_state.focus:
                self._press_focused()
        elif name in _ACTION_BY_SHORTCUT:
            self.trigger(_ACTION_BY_SHORTCUT[name])

    def trigger(self, name: str) -> None:
        """Run the action of a button."""
        kind, _, page = name.partition(":")
        if kind == "tab":
            self.update_view_state(tab=page, is_menu_open=False)
        elif name == "more":
            is_open = not self.view_state.is_menu_open
            self.update_view_state(is_menu_open=is_open, hover="")
        else:
            self.update_view_state(is_menu_open=False)
            self._on_action(name)

    def _press_focused(self) -> None:
        self.trigger(self.view_state.focus)
        if self.view_state.is_menu_open:
            # The keyboard opened the menu, so focus its first entry.
            self.update_view_state(focus=self._list_button_names()[0])

    def _handle_escape(self) -> None:
        if self.view_state.is_menu_open:
            self.update_view_state(is_menu_open=False, focus="more")
        else:
            self.is_open = False

    def _move_focus(self, step: int) -> None:
        names = self._list_button_names()
        if not names:
            return
        if self.view_state.focus in names:
            index = names.index(self.view_state.focus) + step
        else:
            index = 0 if step > 0 else -1
        self.update_view_state(focus=names[index % len(names)])

    def _switch_page(self, step: int) -> None:
        if self.view_state.is_menu_open:
            return
        if self.view_state.focus.startswith("set:"):
            # The arrow keys move along a line of options.
            self._move_focus(step)
            return
        index = self._pages.index(self.view_state.tab) + step
        page = self._pages[index % len(self._pages)]
        is_on_tab = self.view_state.focus.startswith("tab:")
        focus = f"tab:{page}" if is_on_tab else self.view_state.focus
        self.update_view_state(tab=page, focus=focus)

    def _list_button_names(self) -> list[str]:
        """Return the names of all buttons in reading order."""
        side = -1 if self.is_rtl else 1
        buttons = [
            region
            for region in self.regions
            if region.is_button
            and not (self.view_state.is_menu_open and region.name == "more")
        ]
        buttons.sort(
            key=lambda r: (r.bounds.y // _ROW_HEIGHT, side * r.bounds.x)
        )
        return [region.name for region in buttons]

    def _find_region(self, x: float, y: float) -> HitRegion | None:
        scale = self.view_state.scale
        # Later regions are drawn above earlier ones.
        for region in reversed(self.regions):
            if region.bounds.contains(x / scale, y / scale):
                return region
        return None
