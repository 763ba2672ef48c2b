"""Define the light and the dark palette; shapes repeat what colors say."""

from __future__ import annotations

from typing import Final, NamedTuple


class Palette(NamedTuple):
    """
    Colors as "#rrggbb".

    Text has a contrast of at least 4.5:1, including `faint`.

    Attributes:
        background: Background of the picture.
        card: Background of boxes.
        line: Borders and separators.
        text: Primary text.
        soft: Secondary text.
        faint: Tertiary text.
        accent: Usage.
        ok: Status OK.
        warning: Status WARNING.
        critical: Status CRITICAL.
        fill: Background of critical boxes.
        on: Text on `fill`.
        track: Empty part of a bar.
        hover: Background below the pointer.
        kinds: Cache read, cache write, output, input.
        focus: Ring of the keyboard focus.
        is_dark: Whether this is the dark palette.
    """

    background: str
    card: str
    line: str
    text: str
    soft: str
    faint: str
    accent: str
    ok: str
    warning: str
    critical: str
    fill: str
    on: str
    track: str
    hover: str
    kinds: tuple[str, str, str, str]
    focus: str
    is_dark: bool


DARK: Final = Palette(
    background="#1d1c1a",
    card="#272522",
    line="#38352f",
    text="#f5f2ea",
    soft="#b8b2a5",
    faint="#968f82",
    accent="#e08560",
    ok="#45c9b0",
    warning="#f8bb3f",
    critical="#ff6d7c",
    fill="#d92c42",
    on="#ffffff",
    track="#3a3731",
    hover="#34312c",
    kinds=("#5f7f9c", "#8fb4d6", "#e08560", "#f0c3a6"),
    focus="#8fb4d6",
    is_dark=True,
)
LIGHT: Final = Palette(
    background="#faf8f3",
    card="#ffffff",
    line="#e6e0d4",
    text="#211f1b",
    soft="#625c51",
    faint="#766f62",
    accent="#c4603a",
    ok="#087a80",
    warning="#9a5c00",
    critical="#b0103a",
    fill="#b0103a",
    on="#ffffff",
    track="#e8e3d8",
    hover="#f0ece2",
    kinds=("#4d6d8b", "#8bb0d1", "#c4603a", "#e7b08f"),
    focus="#2d6da3",
    is_dark=False,
)


def mix_colors(color: str, other: str, fraction: float) -> str:
    """Mix a fraction of another color into a color."""
    pairs = zip(parse_rgb(color), parse_rgb(other), strict=True)
    return "#" + "".join(
        f"{round(a + (b - a) * fraction):02x}" for a, b in pairs
    )


def tint_color(palette: Palette, color: str) -> tuple[str, str]:
    """Return a text color and a pale background of the same hue."""
    background = mix_colors(palette.background, color, 0.17)
    return mix_colors(color, palette.text, 0.25), background


def parse_rgb(color: str) -> tuple[int, int, int]:
    """Parse "#rrggbb" to three values from 0 to 255."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue
