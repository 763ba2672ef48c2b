"""What mouse and keys do to a picture; windows report to it and show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from claude_tray.popup.choices import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.drawing.canvas import Picture
    from claude_tray.popup.drawn.sheet import Drawing, Look, Region

_ACTIONS: Final = {keys: action for action, keys in KEYS.items()} | {
    "Ctrl+R": "refresh",
}
_STEPS: Final = {"Tab": 1, "Down": 1, "Shift+Tab": -1, "Up": -1}
_TURNS: Final = {"Right": 1, "Left": -1}
# What stands on a line is stepped through along it.
_LINE: Final = 8.0


class Controller:
    """
    Holds what the hand does, and the picture of it.

    Args:
        draw: Makes the picture.
        do: Called with the name of what was pressed.
        look: How it begins.
        pages: What the arrows turn, in their order.
        is_rtl: Whether a line starts at the right.
    """

    def __init__(
        self,
        draw: Callable[[Look], Drawing],
        do: Callable[[str], None],
        look: Look,
        pages: tuple[str, ...],
        *,
        is_rtl: bool = False,
    ) -> None:
        self.look = look
        self.is_open = True
        self.is_rtl = is_rtl
        self._draw = draw
        self._do = do
        self._pages = pages
        self._drawing: Drawing | None = None
        self._is_dirty = True

    @property
    def regions(self) -> tuple[Region, ...]:
        return self.drawing().regions

    def drawing(self) -> Drawing:
        """Return the picture as it is now."""
        if self._is_dirty or self._drawing is None:
            self._drawing = self._draw(self.look)
            self._is_dirty = False
        return self._drawing

    def news(self, shown: Picture | None) -> Picture | None:
        """Return the picture if it is another than the one that is shown."""
        picture = self.drawing().picture
        return None if picture is shown else picture

    def change(self, **changes: Any) -> None:  # noqa: ANN401 - of a Look
        """Look at it otherwise."""
        look = self.look._replace(**changes)
        if look != self.look:
            self.look = look
            self._is_dirty = True

    def redraw(self) -> None:
        """What it shows has changed."""
        self._is_dirty = True

    def move(self, x: float, y: float) -> bool:
        """Take a pointer in pixels; tell whether it is on a button."""
        region = self._region(x, y)
        follows = region is not None and not region.is_button
        scale = self.look.scale
        self.change(
            hover=region.name if region else "",
            pointer=(x / scale, y / scale) if follows else None,
        )
        return region is not None and region.is_button

    def leave(self) -> None:
        """The pointer is somewhere else."""
        self.change(hover="", pointer=None)

    def press(self, x: float, y: float) -> None:
        region = self._region(x, y)
        if region is not None and region.is_button:
            self.act(region.name)
        elif self.look.is_menu_open:
            self.change(is_menu_open=False)

    def key(self, name: str) -> None:
        """Take a key by its name, as "Tab", "Ctrl+D" or "F5"."""
        if name == "Escape":
            self._escape()
        elif name in _STEPS:
            self._step(_STEPS[name])
        elif name in _TURNS:
            self._turn(-_TURNS[name] if self.is_rtl else _TURNS[name])
        elif name in ("Return", "Space"):
            if self.look.focus:
                self._press_focused()
        elif name in _ACTIONS:
            self.act(_ACTIONS[name])

    def act(self, name: str) -> None:
        """Do what is called so."""
        kind, _, page = name.partition(":")
        if kind == "tab":
            self.change(tab=page, is_menu_open=False)
        elif name == "more":
            is_open = not self.look.is_menu_open
            self.change(is_menu_open=is_open, hover="")
        else:
            self.change(is_menu_open=False)
            self._do(name)

    def _press_focused(self) -> None:
        self.act(self.look.focus)
        if self.look.is_menu_open:
            # A menu that the keyboard opened is walked by it.
            self.change(focus=self._buttons()[0])

    def _escape(self) -> None:
        if self.look.is_menu_open:
            self.change(is_menu_open=False, focus="more")
        else:
            self.is_open = False

    def _step(self, step: int) -> None:
        names = self._buttons()
        if not names:
            return
        if self.look.focus in names:
            at = names.index(self.look.focus) + step
        else:
            at = 0 if step > 0 else -1
        self.change(focus=names[at % len(names)])

    def _turn(self, step: int) -> None:
        if self.look.is_menu_open:
            return
        if self.look.focus.startswith("set:"):
            # A choice is walked along its line.
            self._step(step)
            return
        at = self._pages.index(self.look.tab) + step
        page = self._pages[at % len(self._pages)]
        is_on_tab = self.look.focus.startswith("tab:")
        focus = f"tab:{page}" if is_on_tab else self.look.focus
        self.change(tab=page, focus=focus)

    def _buttons(self) -> list[str]:
        """Return what can be pressed, in the order it is read."""
        side = -1 if self.is_rtl else 1
        buttons = [
            region
            for region in self.regions
            if region.is_button
            and not (self.look.is_menu_open and region.name == "more")
        ]
        buttons.sort(key=lambda r: (r.at.y // _LINE, side * r.at.x))
        return [region.name for region in buttons]

    def _region(self, x: float, y: float) -> Region | None:
        scale = self.look.scale
        for region in reversed(self.regions):
            if region.at.holds(x / scale, y / scale):
                return region
        return None
