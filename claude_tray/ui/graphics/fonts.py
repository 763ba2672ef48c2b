"""
Select fonts: the bundled Inter, and system fonts for other scripts.

Inter (OFL) covers Latin, Greek and Cyrillic. Text in another script uses the
first common system font that covers all of it, or most of it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import ImageFont, features

from claude_tray.text import make_visible

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont


_FONT_FOLDER: Final = Path(__file__).parent / "typefaces"
_FONT_FILES: Final = {
    "regular": "Inter-Regular.otf",
    "medium": "Inter-Medium.otf",
    "semibold": "Inter-SemiBold.otf",
    "bold": "Inter-Bold.otf",
}
_SYSTEM_FONTS: Final = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf",
    "C:/Windows/Fonts/segoeui.ttf",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/YuGothM.ttc",
    "C:/Windows/Fonts/malgun.ttf",
    "C:/Windows/Fonts/Nirmala.ttf",
    "/System/Library/Fonts/SFNS.ttf",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "/System/Library/Fonts/AppleSDGothicNeo.ttc",
    "/System/Library/Fonts/SFArabic.ttf",
    "/System/Library/Fonts/SFHebrew.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
)
# System fonts with a bold variant in the same folder.
_BOLD_VARIANTS: Final = {
    "DejaVuSans.ttf": "DejaVuSans-Bold.ttf",
    "segoeui.ttf": "segoeuib.ttf",
    "NotoSansCJK-Regular.ttc": "NotoSansCJK-Bold.ttc",
}
# Size at which glyphs are compared with the "missing glyph" box.
_SAMPLE_PIXELS: Final = 20
_LAST_ASCII: Final = 126
# A noncharacter: no font has it.
_MISSING_CHAR: Final = "\U0010ffff"
# Hebrew, Arabic and the blocks between and after them.
_FIRST_RTL: Final = 0x590
_LAST_RTL: Final = 0x8FF


class TextRun(NamedTuple):
    """
    Text in a single font.

    Attributes:
        font: Font at a size in pixels.
        text: Characters in reading order.
        features: OpenType features, such as tabular numbers.
        direction: "rtl" for right-to-left text; None without a shaping
            library.
    """

    font: FreeTypeFont
    text: str
    features: tuple[str, ...] | None
    direction: str | None

    @property
    def width(self) -> float:
        return _measure_run(self)


@lru_cache(maxsize=2048)
def _measure_run(run: TextRun) -> float:
    return run.font.getlength(
        run.text,
        direction=run.direction,
        features=list(run.features) if run.features else None,
    )


@lru_cache(maxsize=512)
def split_runs(
    text: str, weight: str, pixels: int, *, is_tabular: bool = False
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
    """
    text = make_visible(text)
    bundled_font = load_bundled_font(weight, pixels)
    feature_tags = _select_features(is_tabular=is_tabular)
    if all(has_glyph("", char) for char in text):
        return (TextRun(bundled_font, text, feature_tags, None),)
    if is_rtl(text):
        # Not split: the shaping library orders embedded numbers and Latin words.
        font = _load_system_font(text, weight, pixels) or bundled_font
        return (TextRun(font, text, None, "rtl" if can_shape() else None),)
    text_runs: list[TextRun] = []
    for segment, is_bundled in _split_by_font(text):
        if is_bundled:
            text_runs.append(
                TextRun(bundled_font, segment, feature_tags, None)
            )
        else:
            font = _load_system_font(segment, weight, pixels) or bundled_font
            text_runs.append(TextRun(font, segment, None, None))
    return tuple(text_runs)


def _select_features(*, is_tabular: bool) -> tuple[str, ...] | None:
    """Return the OpenType features of the bundled font."""
    if not can_shape():
        return None
    # Contextual alternates would move punctuation between digits.
    return ("tnum", "-calt") if is_tabular else ("-calt",)


@lru_cache(maxsize=1)
def can_shape() -> bool:
    """Return whether Pillow has the shaping library Raqm."""
    return bool(features.check("raqm"))


def is_rtl(text: str) -> bool:
    """Return whether text contains right-to-left characters."""
    return any(_FIRST_RTL <= ord(char) <= _LAST_RTL for char in text)


@lru_cache(maxsize=64)
def load_bundled_font(weight: str, pixels: int) -> FreeTypeFont:
    """Load Inter; `weight` is regular, medium, semibold or bold."""
    return _load_font(_FONT_FOLDER / _FONT_FILES[weight], pixels)


@lru_cache(maxsize=8192)
def has_glyph(path: str, char: str) -> bool:
    """Return whether a font has a character; "" is the bundled font."""
    if not path and (ord(char) <= _LAST_ASCII or char.isspace()):
        return True
    font = _load_sample_font(path)
    return bytes(font.getmask(char)) != bytes(font.getmask(_MISSING_CHAR))


@lru_cache(maxsize=32)
def _load_sample_font(path: str) -> FreeTypeFont:
    if not path:
        return load_bundled_font("regular", _SAMPLE_PIXELS)
    return _load_font(Path(path), _SAMPLE_PIXELS)


@lru_cache(maxsize=128)
def _load_system_font(
    text: str, weight: str, pixels: int
) -> FreeTypeFont | None:
    """Load the system font that covers most of a text."""
    best, _ = _find_best_font(text)
    if not best:
        return None
    path = Path(best)
    if weight in ("semibold", "bold") and path.name in _BOLD_VARIANTS:
        bold = path.with_name(_BOLD_VARIANTS[path.name])
        path = bold if bold.exists() else path
    return _load_font(path, pixels)


def can_draw(text: str) -> bool:
    """Return whether installed fonts cover all characters of a text."""
    rest = "".join(c for c in text if not has_glyph("", c))
    return not rest or _find_best_font(rest)[1]


@lru_cache(maxsize=128)
def _find_best_font(text: str) -> tuple[str, bool]:
    """Find the system font that covers most of a text, and whether it covers all."""
    chars = {char for char in text if not char.isspace()}
    best, best_count = "", 0
    for path in _list_installed_fonts():
        covered = sum(has_glyph(path, char) for char in chars)
        if covered > best_count:
            best, best_count = path, covered
        if best_count == len(chars):
            break
    return best, best_count == len(chars)


@lru_cache(maxsize=1)
def _list_installed_fonts() -> tuple[str, ...]:
    return tuple(path for path in _SYSTEM_FONTS if Path(path).exists())


def _load_font(path: Path, pixels: int) -> FreeTypeFont:
    layout = ImageFont.Layout
    engine = layout.RAQM if can_shape() else layout.BASIC
    return ImageFont.truetype(str(path), pixels, layout_engine=engine)


def _split_by_font(text: str) -> list[tuple[str, bool]]:
    """Split text into segments, each with whether the bundled font covers it."""
    segments: list[tuple[str, bool]] = []
    for char in text:
        is_bundled = has_glyph("", char)
        if segments and (char.isspace() or segments[-1][1] is is_bundled):
            segments[-1] = (segments[-1][0] + char, segments[-1][1])
        else:
            segments.append((char, is_bundled))
    return segments
