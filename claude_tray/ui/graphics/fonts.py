"""
Select fonts: the bundled Inter, and installed fonts for other scripts.

Inter (OFL) covers Latin, Greek and Cyrillic. Every other character is drawn
with the first installed font that has it, or as a box if none has.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from unicodedata import category

from claude_tray.text import make_visible
from claude_tray.ui.graphics.system_fonts import (
    InstalledFace,
    can_shape,
    detect_language,
    draws_char,
    find_face,
    has_glyph,
    load_face,
    load_font,
)

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont


_FONT_FOLDER: Final = Path(__file__).parent / "typefaces"
_FONT_FILES: Final = {
    "regular": "Inter-Regular.otf",
    "medium": "Inter-Medium.otf",
    "semibold": "Inter-SemiBold.otf",
    "bold": "Inter-Bold.otf",
}
_SAMPLE_PIXELS: Final = 20
_LAST_ASCII: Final = 126
# Hebrew, Arabic and the blocks between and after them.
_FIRST_RTL: Final = 0x590
_LAST_RTL: Final = 0x8FF
_JOINED_CATEGORIES: Final = frozenset({"Mn", "Mc", "Me", "Cf"})
# Width of the box for a missing character, as a fraction of the size.
_BOX_WIDTH: Final = 0.75


class TextRun(NamedTuple):
    """
    Text in a single font.

    Attributes:
        font: Font at a size in pixels.
        text: Characters in reading order.
        features: OpenType features, such as tabular numbers.
        direction: "rtl" for right-to-left text; None without a shaping
            library.
        is_missing: No font has the characters: each is drawn as a box.
    """

    font: FreeTypeFont
    text: str
    features: tuple[str, ...] | None = None
    direction: str | None = None
    is_missing: bool = False

    @property
    def width(self) -> float:
        if self.is_missing:
            return len(self.text) * self.box_width
        return _measure_run(self)

    @property
    def box_width(self) -> float:
        """Return the distance between boxes in pixels."""
        return float(self.font.size * _BOX_WIDTH)


@lru_cache(maxsize=2048)
def _measure_run(run: TextRun) -> float:
    return run.font.getlength(
        run.text,
        direction=run.direction,
        features=list(run.features) if run.features else None,
    )


@lru_cache(maxsize=512)
def split_runs(
    text: str,
    weight: str,
    pixels: int,
    *,
    is_tabular: bool = False,
    language: str = "",
) -> tuple[TextRun, ...]:
    """
    Split text into runs of one font each.

    Hidden characters become visible: the shaping library fails on a line
    break.

    Args:
        text: Any text.
        weight: regular, medium, semibold or bold.
        pixels: Size of the font.
        is_tabular: Whether all digits have the same width, as in columns.
        language: Language of the interface, which decides between the forms
            of Chinese characters; empty if it is unknown.
    """
    text = make_visible(text)
    bundled_font = load_bundled_font(weight, pixels)
    feature_tags = _select_features(is_tabular=is_tabular)
    if all(map(is_bundled, text)):
        return (TextRun(bundled_font, text, feature_tags),)
    if is_rtl(text):
        # Not split: the shaping library orders embedded numbers and Latin words.
        face = _find_common_face(text)
        font = load_face(face, weight, pixels) if face else bundled_font
        direction = "rtl" if can_shape() else None
        return (TextRun(font, text, direction=direction),)
    text_runs: list[TextRun] = []
    for segment, is_own, face in _split_by_font(text, language):
        if is_own:
            text_runs.append(TextRun(bundled_font, segment, feature_tags))
        elif face:
            font = load_face(face, weight, pixels)
            text_runs.append(TextRun(font, segment))
        else:
            text_runs.append(TextRun(bundled_font, segment, is_missing=True))
    return tuple(text_runs)


def _select_features(*, is_tabular: bool) -> tuple[str, ...] | None:
    """Return the OpenType features of the bundled font."""
    if not can_shape():
        return None
    # Contextual alternates would move punctuation between digits.
    return ("tnum", "-calt") if is_tabular else ("-calt",)


def is_rtl(text: str) -> bool:
    """Return whether text contains right-to-left characters."""
    return any(_FIRST_RTL <= ord(char) <= _LAST_RTL for char in text)


@lru_cache(maxsize=64)
def load_bundled_font(weight: str, pixels: int) -> FreeTypeFont:
    """Load Inter; `weight` is regular, medium, semibold or bold."""
    return load_font(str(_FONT_FOLDER / _FONT_FILES[weight]), pixels)


@lru_cache(maxsize=4096)
def is_bundled(char: str) -> bool:
    """Return whether the bundled font has a character."""
    if ord(char) <= _LAST_ASCII or char.isspace():
        return True
    return draws_char(load_bundled_font("regular", _SAMPLE_PIXELS), char)


def can_draw(text: str, language: str = "") -> bool:
    """Return whether fonts have all characters of a text."""
    return all(is_bundled(c) or find_face(c, language) for c in text)


@lru_cache(maxsize=128)
def _find_common_face(text: str) -> InstalledFace | None:
    """Find the font that has most of the characters, of those that have one."""
    chars = [char for char in text if not char.isspace()]
    faces = filter(None, (find_face(char, "") for char in chars))
    return max(
        dict.fromkeys(faces),
        key=lambda face: sum(has_glyph(face, char) for char in chars),
        default=None,
    )


def _split_by_font(
    text: str, language: str
) -> list[tuple[str, bool, InstalledFace | None]]:
    """
    Split text into segments that one font draws.

    Returns:
        Each segment, whether the bundled font has it, and the installed font
        that does.
    """
    han_language = detect_language(text, language)
    segments: list[tuple[str, bool, InstalledFace | None]] = []
    for char in text:
        is_own = is_bundled(char)
        face = None if is_own else find_face(char, han_language)
        is_same = bool(segments) and segments[-1][1:] == (is_own, face)
        # Spaces, accents and joiners stay with what a font draws before them.
        is_joined = char.isspace() or category(char) in _JOINED_CATEGORIES
        if is_same or (is_joined and segments and any(segments[-1][1:])):
            segments[-1] = (segments[-1][0] + char, *segments[-1][1:])
        else:
            segments.append((char, is_own, face))
    return segments
