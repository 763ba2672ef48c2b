"""
Choose the colors of an icon.

Each color has a contrast of at least 3:1 on its panel, and any two states
differ for red-green blind eyes; shape shows the state too. A test computes
both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from claude_tray.ui.icon.model import IconModel


# Background of icons if the color of the panel is unknown or there is no
# transparency.
TILE_COLOR: Final = "#2b2927"
_OPAQUE: Final = 255
_DIMMED_ALPHA: Final = 130
_ON_FILL_TRACK_ALPHA: Final = 80
_WEEK_WARNING_FRACTION: Final = 0.75
_WEEK_CRITICAL_FRACTION: Final = 0.9
_DIMMED_STATES: Final = ("idle", "reading")


class PanelColors(NamedTuple):
    """Colors on one kind of panel; `track_alpha` is 0 (clear) to 255."""

    text: str
    track_alpha: int
    ok: str
    warning: str
    critical: str
    on_fill: str


PANEL_COLORS: Final = {
    "dark": PanelColors(
        "#ffffff", 72, "#45c9b0", "#f8bb3f", "#e2364a", "#ffffff"
    ),
    "light": PanelColors(
        "#1d1b1a", 56, "#087a80", "#b97000", "#b0103a", "#ffffff"
    ),
    "mono": PanelColors(
        "#000000", 56, "#000000", "#000000", "#000000", "#ffffff"
    ),
}


class IconColors(NamedTuple):
    """
    Colors of one icon; alpha is 0 (clear) to 255 (opaque).

    Attributes:
        text: Color of the text.
        accent: Color of the status.
        week: Color of the second bar.
        track: Color of the unfilled part of bars and rings.
        track_alpha: Opacity of the track.
        alpha: Opacity of everything else.
        share_alpha: Opacity of the used share, which may be outdated.
        on_fill: Color of the text on a filled tile.
        is_filled: Inverted: a filled tile or disc with its text cut out.
        is_tile: The icon has its own background.
        is_mono: Black and transparent only.
        badge: Color of the dot of another account.
    """

    text: str
    accent: str
    week: str
    track: str
    track_alpha: int
    alpha: int
    share_alpha: int
    on_fill: str
    is_filled: bool
    is_tile: bool
    is_mono: bool
    badge: str

    @property
    def is_boxed(self) -> bool:
        return self.is_filled or self.is_tile

    def with_color(self, color: str) -> IconColors:
        """Return the colors for drawing on a filled tile."""
        return self._replace(
            text=color,
            accent=color,
            week=color,
            track=color,
            track_alpha=_ON_FILL_TRACK_ALPHA,
        )


def choose_colors(icon: IconModel) -> IconColors:
    """Choose the colors of an icon by its state and panel."""
    panel = {"tile": "dark"}.get(icon.panel, icon.panel)
    panel_colors = PANEL_COLORS[panel]
    if icon.is_single_color:
        text_color = panel_colors.text
        panel_colors = panel_colors._replace(
            ok=text_color,
            warning=text_color,
            critical=text_color,
            on_fill=TILE_COLOR if text_color == "#ffffff" else "#ffffff",
        )
    alpha = _DIMMED_ALPHA if icon.state in _DIMMED_STATES else _OPAQUE
    return IconColors(
        text=panel_colors.text,
        accent=_choose_accent(icon, panel_colors),
        week=_choose_week_color(icon, panel_colors),
        track=panel_colors.text,
        track_alpha=panel_colors.track_alpha,
        alpha=alpha,
        share_alpha=_DIMMED_ALPHA if icon.state == "stale" else alpha,
        on_fill=panel_colors.on_fill,
        is_filled=icon.state in ("critical", "limit"),
        is_tile=icon.panel == "tile",
        is_mono=icon.panel == "mono",
        badge=panel_colors.critical,
    )


def _choose_accent(icon: IconModel, panel_colors: PanelColors) -> str:
    return {
        "ok": panel_colors.ok,
        "syncing": panel_colors.ok,
        "reading": panel_colors.ok,
        "warning": panel_colors.warning,
        "critical": panel_colors.critical,
        "limit": panel_colors.critical,
    }.get(icon.state, panel_colors.text)


def _choose_week_color(icon: IconModel, panel_colors: PanelColors) -> str:
    fraction = icon.week_fraction or 0
    if not icon.is_running or icon.state == "stale":
        return panel_colors.text
    if fraction >= _WEEK_CRITICAL_FRACTION:
        return panel_colors.critical
    return (
        panel_colors.warning
        if fraction >= _WEEK_WARNING_FRACTION
        else panel_colors.text
    )
