"""A canvas that knows what the pointer and the keyboard are at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from claude_tray.drawing import lettering, shapes
from claude_tray.drawing.canvas import Canvas, Rect
from claude_tray.drawing.lettering import Ink
from claude_tray.drawing.palette import DARK, Palette, mixed
from claude_tray.drawing.pictograms import pictogram
from claude_tray.drawing.shapes import Edge

if TYPE_CHECKING:
    from claude_tray.drawing.canvas import Picture
    from claude_tray.drawing.lettering import Anchor

_RING: float = 2


class Look(NamedTuple):
    """
    What of a picture depends on the hand that holds it.

    Attributes:
        scale: Pixels for a point.
        palette: Its colours.
        tab: Which of the tabs, or pages, is shown.
        hover: The region below the pointer.
        focus: The region that the keyboard is at.
        pointer: In points from the left, where a region follows it.
        is_menu_open: The menu of "more" is.
        message: What was done last, for a few seconds.
    """

    scale: float = 1.0
    palette: Palette = DARK
    tab: str = "projects"
    hover: str = ""
    focus: str = ""
    pointer: tuple[float, float] | None = None
    is_menu_open: bool = False
    message: str = ""


class Region(NamedTuple):
    """
    A place that reacts.

    Attributes:
        name: What it does.
        at: In points from the left.
        label: For those who cannot see it.
        is_button: It can be pressed; others only follow the pointer.
    """

    name: str
    at: Rect
    label: str
    is_button: bool = True


class Drawing(NamedTuple):
    """A picture and the places on it that react."""

    picture: Picture
    regions: tuple[Region, ...]


class Sheet:
    """
    What is drawn on.

    Args:
        size: Width and height in points.
        look: What the hand does.
        is_rtl: Whether a line starts at the right.
    """

    def __init__(
        self,
        size: tuple[float, float],
        look: Look,
        *,
        is_rtl: bool,
    ) -> None:
        self.look = look
        self.palette = look.palette
        self.regions: list[Region] = []
        self.canvas = Canvas(
            *size,
            look.scale,
            look.palette.background,
            is_rtl=is_rtl,
        )

    def drawing(self, radius: float = 0) -> Drawing:
        """Return the picture with a thin line around it."""
        shapes.outline(self.canvas, self.palette.line, radius)
        return Drawing(self.canvas.picture, tuple(self.regions))

    def region(
        self,
        name: str,
        at: Rect,
        label: str,
        *,
        is_button: bool = True,
    ) -> bool:
        """Let a place react; return whether the pointer is on it."""
        placed = self.canvas.placed(at)
        self.regions.append(Region(name, placed, label, is_button))
        return self.look.hover == name

    def focus(self, name: str, at: Rect, radius: float, below: str) -> None:
        """Draw a ring around what the keyboard is at."""
        if self.look.focus == name:
            ring = Edge(self.palette.focus, _RING)
            shapes.box(
                self.canvas, at.grown(_RING), below, radius + _RING, ring
            )

    def pointer_on(self, name: str) -> float | None:
        """Return the pointer's distance from the start, on a region."""
        look = self.look
        if look.hover != name or look.pointer is None:
            return None
        return self.canvas.x(look.pointer[0])

    def box(
        self,
        at: Rect,
        fill: str,
        radius: float = 0,
        edge: Edge | None = None,
    ) -> None:
        shapes.box(self.canvas, at, fill, radius, edge)

    def card(self, at: Rect, radius: float = 10) -> None:
        """Draw a box that things lie in."""
        edge = Edge(self.palette.line)
        shapes.box(self.canvas, at, self.palette.card, radius, edge)

    def write(
        self,
        at: tuple[float, float],
        text: str,
        ink: Ink,
        anchor: Anchor = "start",
    ) -> float:
        return lettering.write(self.canvas, at, text, ink, anchor)

    def fitted(self, text: str, ink: Ink, room: float) -> str:
        return lettering.fitted(self.canvas, text, ink, room)

    def width(self, text: str, ink: Ink) -> float:
        return lettering.width_of(self.canvas, text, ink)

    def sign(
        self,
        name: str,
        at: tuple[float, float],
        size: float,
        colour: str,
    ) -> None:
        pictogram(self.canvas, name, at, size, colour)

    def icon_button(self, name: str, sign: str, at: Rect, label: str) -> None:
        """Draw a button that has only a sign."""
        is_hot = self.region(name, at, label)
        self.focus(name, at, 7, self.palette.background)
        if is_hot:
            self.box(at, self.palette.hover, 7)
        colour = self.palette.text if is_hot else self.palette.soft
        inset = (at.width - 16) / 2
        self.sign(sign, (at.x + inset, at.y + inset), 16, colour)

    def segments(
        self,
        at: Rect,
        parts: list[tuple[str, str]],
        chosen: str,
        inner: str,
    ) -> None:
        """Draw a row of choices of which one is taken."""
        palette, text = self.palette, Edge(self.palette.line)
        self.box(at, inner, 8, text)
        wide = (at.width - 4) / len(parts)
        for number, (name, label) in enumerate(parts):
            part = Rect(
                at.x + 2 + number * wide, at.y + 2, wide, at.height - 4
            )
            is_hot = self.region(name, part, label)
            is_on = name == chosen
            self.focus(name, part, 6, inner)
            if is_on or is_hot:
                share = 0.13 if is_on else 0.05
                self.box(part, mixed(inner, palette.text, share), 6)
            ink = Ink(palette.soft, 12, "medium")
            if is_on:
                ink = Ink(palette.text, 12, "semibold")
            shown = self.fitted(label, ink, wide - 8)
            base = (part.middle, at.y + at.height / 2 + 4.5)
            self.write(base, shown, ink, "middle")
