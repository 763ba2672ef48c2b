"""
What icons are coloured with.

Each colour has at least 3:1 on its panel, and any two states keep a distance
that red-green blind eyes see; shape tells the state too. Both are computed in
a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from claude_tray.drawing.icon_look import Icon

# The background of icons for panels of unknown colour, and where there is no
# transparency.
TILE: Final = "#2b2927"
_SOLID: Final = 255
_DIM: Final = 130
_ON_FILL_TRACK: Final = 80
_WARNING_WEEK: Final = 0.75
_CRITICAL_WEEK: Final = 0.9
_DIMMED: Final = ("idle", "stale", "reading")


class Colours(NamedTuple):
    """What is drawn on one kind of panel; track is how clear, 0 to 255."""

    text: str
    track: int
    ok: str
    warning: str
    critical: str
    on_fill: str


ON: Final = {
    "dark": Colours("#ffffff", 72, "#45c9b0", "#f8bb3f", "#e2364a", "#ffffff"),
    "light": Colours(
        "#1d1b1a", 56, "#087a80", "#b97000", "#b0103a", "#ffffff"
    ),
    "mono": Colours("#000000", 56, "#000000", "#000000", "#000000", "#ffffff"),
}


class Look(NamedTuple):
    """
    What one icon is drawn with.

    Attributes:
        text: The letters' colour.
        accent: The state's.
        week: The second bar's.
        track: The colour of what is empty.
        clear: How clear that is, 0 to 255.
        dim: How clear the rest is.
        on_fill: Letters on a filled tile.
        is_filled: Inside out: a tile or disc with its text cut out.
        is_tile: It has its own background.
        is_mono: Black and clear only.
    """

    text: str
    accent: str
    week: str
    track: str
    clear: int
    dim: int
    on_fill: str
    is_filled: bool
    is_tile: bool
    is_mono: bool

    @property
    def is_boxed(self) -> bool:
        return self.is_filled or self.is_tile

    def on(self, colour: str) -> Look:
        """Return the look of what stands on a filled tile."""
        return self._replace(
            text=colour,
            accent=colour,
            week=colour,
            track=colour,
            clear=_ON_FILL_TRACK,
        )


def look_of(icon: Icon) -> Look:
    """Return what an icon is drawn with."""
    kind = {"tile": "dark"}.get(icon.panel, icon.panel)
    colours = ON[kind]
    if icon.is_single:
        plain = colours.text
        colours = colours._replace(
            ok=plain,
            warning=plain,
            critical=plain,
            on_fill=TILE if plain == "#ffffff" else "#ffffff",
        )
    return Look(
        text=colours.text,
        accent=_accent(icon, colours),
        week=_week(icon, colours),
        track=colours.text,
        clear=colours.track,
        dim=_DIM if icon.state in _DIMMED else _SOLID,
        on_fill=colours.on_fill,
        is_filled=icon.state in ("critical", "limit"),
        is_tile=icon.panel == "tile",
        is_mono=icon.panel == "mono",
    )


def _accent(icon: Icon, colours: Colours) -> str:
    return {
        "ok": colours.ok,
        "syncing": colours.ok,
        "reading": colours.ok,
        "warning": colours.warning,
        "critical": colours.critical,
        "limit": colours.critical,
    }.get(icon.state, colours.text)


def _week(icon: Icon, colours: Colours) -> str:
    share = icon.week or 0
    if not icon.is_running or icon.state == "stale":
        return colours.text
    if share >= _CRITICAL_WEEK:
        return colours.critical
    return colours.warning if share >= _WARNING_WEEK else colours.text
