"""Handle mouse and keyboard input and redraw the picture."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, Final

from claude_tray.ui.toolkit.widgets import (
    SHORTCUTS,
    Drag,
    DragKind,
    HitRegion,
    ScrollArea,
    find_offset,
    replace_offset,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.ui.graphics.canvas import Picture
    from claude_tray.ui.toolkit.surface import Frame, ViewState


_ACTION_BY_SHORTCUT: Final = {
    keys: action for action, keys in SHORTCUTS.items()
} | {
    "Ctrl+R": "refresh",
}
_FOCUS_STEPS: Final = {"Tab": 1, "Down": 1, "Shift+Tab": -1, "Up": -1}
# Keys that scroll, by pages or to an end.
_SCROLL_PAGES: Final = {"PageUp": -1.0, "PageDown": 1.0}
_SCROLL_ENDS: Final = {"Home": float("-inf"), "End": float("inf")}
# Points by which one step of the wheel scrolls.
_WHEEL_STEP: Final = 40.0
# Part of the height that stays in view when a key scrolls by a page.
_PAGE_OVERLAP: Final = 0.1
TOOLTIP_SECONDS: Final = 0.4


class ViewController:
    """
    Hold the view state, and the picture drawn from it.

    Args:
        draw: Draws a view state.
        on_action: Called with the name of each button that is pressed.
        view_state: Initial state.
        is_rtl: Whether lines start at the right.
        clock: Returns monotonic seconds.

    Attributes:
        on_range: Called with each range that was selected by dragging.
        on_key: Called with the name of each key; returns whether the content
            has handled it.
        max_extra_height: Points that the content can fill beside its own
            height.
        free_height: Points that the screen has for them.
    """

    def __init__(
        self,
        draw: Callable[[ViewState], Frame],
        on_action: Callable[[str], None],
        view_state: ViewState,
        *,
        is_rtl: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.view_state = view_state
        self.is_open = True
        self.is_rtl = is_rtl
        self.on_range: Callable[[Drag], None] = lambda _: None
        self.on_key: Callable[[str], bool] = lambda _: False
        self.max_extra_height = 0.0
        self.free_height = math.inf
        self._draw = draw
        self._on_action = on_action
        self._clock = clock
        # Height or offset when the current drag began, and the area it scrolls.
        self._drag_base = 0.0
        self._drag_area: ScrollArea | None = None
        self._pointer_after_scroll: tuple[float, float] | None = None
        self._tooltip_due: float | None = None
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
        if self._pointer_after_scroll is not None:
            # Other content is below the pointer now.
            position, self._pointer_after_scroll = (
                self._pointer_after_scroll,
                None,
            )
            self.move(*position)
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

    def release_picture(self) -> None:
        """Free the picture of a closed window; a cycle would keep it long."""
        self._frame = None

    @property
    def drag_kind(self) -> DragKind:
        """Kind of the current drag; windows move themselves by it."""
        drag = self.view_state.drag
        return drag.kind if drag is not None else DragKind.NONE

    @property
    def hover_drag_kind(self) -> DragKind:
        """Effect of dragging the region below the pointer."""
        region = self.render().find_region(self.view_state.hover)
        return region.drag if region is not None else DragKind.NONE

    @property
    def seconds_to_tooltip(self) -> float | None:
        """Seconds until a tooltip appears; None if none is due."""
        if self._tooltip_due is None:
            return None
        return max(0.0, self._tooltip_due - self._clock())

    def show_due_tooltip(self) -> None:
        """Show the tooltip of the region where the pointer rests."""
        if self.seconds_to_tooltip == 0:
            self._tooltip_due = None
            self.update_view_state(tooltip=self.view_state.hover)

    def move(self, x: float, y: float) -> bool:
        """Move the pointer to a pixel; return whether it is on a button."""
        point, drag = self._to_points(x, y), self.view_state.drag
        if drag is not None:
            self._continue_drag(drag, point)
            return False
        region = self.render().find_region_at(*point)
        name = region.name if region else ""
        if name != self.view_state.hover:
            self._hide_tooltip()
            if region is not None and region.tooltip:
                self._tooltip_due = self._clock() + TOOLTIP_SECONDS
        follows_pointer = (
            region is not None
            and not region.is_button
            and region.drag in (DragKind.NONE, DragKind.RANGE)
        )
        self.update_view_state(
            hover=name,
            pointer=point if follows_pointer else None,
        )
        return region is not None and region.is_button

    def leave(self) -> None:
        """Handle that the pointer has left the window."""
        if self.view_state.drag is None:
            self._hide_tooltip()
            self.update_view_state(hover="", pointer=None)

    def press(self, x: float, y: float) -> None:
        """Press the button at a pixel, or begin to drag; or close the menu."""
        self._hide_tooltip()
        point = self._to_points(x, y)
        region = self.render().find_region_at(*point)
        if region is not None and region.drag is not DragKind.NONE:
            self._begin_drag(region, point)
        elif region is not None and region.is_button:
            self.trigger(region.name)
        elif self.view_state.is_menu_open:
            self.update_view_state(is_menu_open=False)

    def release(self) -> None:
        """Handle that the pointer's button is up: end a drag."""
        drag = self.view_state.drag
        if drag is None:
            return
        self.update_view_state(drag=None)
        if drag.kind is not DragKind.RANGE:
            return
        if drag.is_click:
            self.trigger(drag.region)
        else:
            self.on_range(drag)

    def scroll(self, x: float, y: float, steps: float) -> None:
        """Turn the wheel at a pixel; steps are positive towards the end."""
        area = self.render().find_scroll_area_at(*self._to_points(x, y))
        if area is not None:
            self._hide_tooltip()
            self._scroll_by(area, steps * _WHEEL_STEP)
            self._pointer_after_scroll = (x, y)

    def toggle_pin(self) -> None:
        """Change whether the window stays open without the focus."""
        self.update_view_state(is_pinned=not self.view_state.is_pinned)

    def key(self, name: str, shortcut: str = "") -> None:
        """
        Handle a key.

        Args:
            name: As "Tab", "Ctrl+D" or "F5", or the character that it writes.
            shortcut: That of the first layout, if the character itself has no
                function.
        """
        self._hide_tooltip()
        if self.on_key(name) or (shortcut and self.on_key(shortcut)):
            return
        self._handle_key(shortcut or name)

    def _handle_key(self, name: str) -> None:
        if name == "Escape":
            self._handle_escape()
        elif name in _FOCUS_STEPS:
            self._move_focus(_FOCUS_STEPS[name])
        elif name in _SCROLL_PAGES or name in _SCROLL_ENDS:
            self._scroll_by_key(name)
        elif name in ("Return", "Space"):
            if self.view_state.focus:
                self._press_focused()
        elif name in _ACTION_BY_SHORTCUT:
            self.trigger(_ACTION_BY_SHORTCUT[name])

    def trigger(self, name: str) -> None:
        """Run the action of a button."""
        if name == "more":
            is_open = not self.view_state.is_menu_open
            self.update_view_state(is_menu_open=is_open, hover="")
        elif name == "pin":
            self.toggle_pin()
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
        self._show_focused()

    def _show_focused(self) -> None:
        """Scroll so that the focused button is visible."""
        frame = self.render()
        region = frame.find_region(self.view_state.focus)
        area = frame.find_scroll_area(region.scroll_area) if region else None
        if region is not None and area is not None:
            offset = find_offset(self.view_state.scroll, area.name)
            self._scroll_to(area, area.scroll_into_view(region.bounds, offset))

    def _begin_drag(
        self, region: HitRegion, start: tuple[float, float]
    ) -> None:
        area = self.render().find_scroll_area_of_thumb(region)
        self._drag_area = area
        self._drag_base = self.view_state.extra_height
        if area is not None:
            offset = find_offset(self.view_state.scroll, area.name)
            self._drag_base = area.limit(offset)
        drag = Drag(region.name, region.drag, start, start)
        self.update_view_state(drag=drag)

    def _continue_drag(
        self, drag: Drag, position: tuple[float, float]
    ) -> None:
        distance, area = position[1] - drag.start[1], self._drag_area
        if area is not None:
            moved = area.convert_thumb_distance(distance)
            self._scroll_to(area, self._drag_base + moved)
        elif drag.kind is DragKind.HEIGHT:
            self._change_height(distance)
        elif drag.kind is DragKind.RANGE:
            drag = drag._replace(position=position)
            self.update_view_state(drag=drag, pointer=position)

    def _change_height(self, distance: float) -> None:
        if self.view_state.has_handle_on_top:
            distance = -distance
        limit = min(self.max_extra_height, self.free_height)
        height = min(limit, self._drag_base + distance)
        self.update_view_state(extra_height=max(0.0, height))

    def _scroll_by(self, area: ScrollArea, distance: float) -> None:
        offset = area.limit(find_offset(self.view_state.scroll, area.name))
        self._scroll_to(area, offset + distance)

    def _scroll_by_key(self, name: str) -> None:
        """Scroll the first area; there is hardly ever a second one."""
        for area in self.render().scroll_areas[:1]:
            page = area.bounds.height * (1 - _PAGE_OVERLAP)
            distance = _SCROLL_ENDS.get(name)
            if distance is None:
                distance = page * _SCROLL_PAGES[name]
            self._scroll_by(area, distance)

    def _scroll_to(self, area: ScrollArea, offset: float) -> None:
        states = self.view_state.scroll
        self.update_view_state(
            scroll=replace_offset(states, area.name, area.limit(offset))
        )

    def _hide_tooltip(self) -> None:
        self._tooltip_due = None
        self.update_view_state(tooltip="")

    def _list_button_names(self) -> list[str]:
        """Return the names of all buttons in reading order."""
        hidden = "more" if self.view_state.is_menu_open else ""
        names = self.render().list_buttons(is_rtl=self.is_rtl)
        return [name for name in names if name != hidden]

    def _to_points(self, x: float, y: float) -> tuple[float, float]:
        return x / self.view_state.scale, y / self.view_state.scale
