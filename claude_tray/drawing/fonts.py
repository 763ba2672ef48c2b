"""
The font that comes with the program, and the system's for the rest.

Inter (OFL) has Latin, Greek and Cyrillic letters; a text in another script is
drawn in the first of the system's usual fonts that has all of it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import ImageFont, features

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_FOLDER: Final = Path(__file__).parent / "typefaces"
_FILES: Final = {
    "regular": "Inter-Regular.otf",
    "medium": "Inter-Medium.otf",
    "semibold": "Inter-SemiBold.otf",
    "bold": "Inter-Bold.otf",
}
_SYSTEM: Final = (
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
# Those that have a bold one beside them.
_BOLD: Final = {
    "DejaVuSans.ttf": "DejaVuSans-Bold.ttf",
    "segoeui.ttf": "segoeuib.ttf",
    "NotoSansCJK-Regular.ttc": "NotoSansCJK-Bold.ttc",
}
_SAMPLE_PIXELS: Final = 20
_LAST_ASCII: Final = 126
_NO_LETTER: Final = "\U0010ffff"
_FIRST_RTL: Final = 0x590
_LAST_RTL: Final = 0x8FF


class Run(NamedTuple):
    """
    A stretch of text in one font.

    Attributes:
        font: In pixels.
        text: The letters, in the order they are read.
        features: OpenType's: figures are equally wide.
        direction: "rtl" where the text is read so; None without a library
            that can turn it.
    """

    font: FreeTypeFont
    text: str
    features: tuple[str, ...] | None
    direction: str | None

    @property
    def length(self) -> float:
        return self.font.getlength(
            self.text,
            direction=self.direction,
            features=list(self.features) if self.features else None,
        )


@lru_cache(maxsize=512)
def runs(text: str, weight: str, pixels: int) -> tuple[Run, ...]:
    """Return a text as stretches of one font each."""
    own = bundled(weight, pixels)
    figures = ("tnum", "-calt") if can_shape() else None
    if all(has_letter("", letter) for letter in text):
        return (Run(own, text, figures, None),)
    if is_rtl(text):
        # As a whole: figures and Latin words in it are turned with it.
        font = _system(text, weight, pixels) or own
        return (Run(font, text, None, "rtl" if can_shape() else None),)
    parts: list[Run] = []
    for stretch, is_own in _stretches(text):
        if is_own:
            parts.append(Run(own, stretch, figures, None))
        else:
            font = _system(stretch, weight, pixels) or own
            parts.append(Run(font, stretch, None, None))
    return tuple(parts)


def can_shape() -> bool:
    """Tell whether Pillow can turn and join letters here."""
    return bool(features.check("raqm"))


def is_rtl(text: str) -> bool:
    """Tell whether a text has letters that are read from the right."""
    return any(_FIRST_RTL <= ord(letter) <= _LAST_RTL for letter in text)


@lru_cache(maxsize=64)
def bundled(weight: str, pixels: int) -> FreeTypeFont:
    """Return the font of the program: regular, medium, semibold or bold."""
    return _load(_FOLDER / _FILES[weight], pixels)


@lru_cache(maxsize=8192)
def has_letter(path: str, letter: str) -> bool:
    """Tell whether a font has a letter; the program's own has no path."""
    if not path and (ord(letter) <= _LAST_ASCII or letter.isspace()):
        return True
    font = _sample(path)
    return bytes(font.getmask(letter)) != bytes(font.getmask(_NO_LETTER))


@lru_cache(maxsize=32)
def _sample(path: str) -> FreeTypeFont:
    if not path:
        return bundled("regular", _SAMPLE_PIXELS)
    return _load(Path(path), _SAMPLE_PIXELS)


@lru_cache(maxsize=128)
def _system(text: str, weight: str, pixels: int) -> FreeTypeFont | None:
    """Return the system's font that has most of a text."""
    best, _ = _best(text)
    if not best:
        return None
    path = Path(best)
    if weight in ("semibold", "bold") and path.name in _BOLD:
        bold = path.with_name(_BOLD[path.name])
        path = bold if bold.exists() else path
    return _load(path, pixels)


def can_draw(text: str) -> bool:
    """Tell whether all letters of a text are in some font here."""
    rest = "".join(c for c in text if not has_letter("", c))
    return not rest or _best(rest)[1]


@lru_cache(maxsize=128)
def _best(text: str) -> tuple[str, bool]:
    """Return the system's font with most of a text; whether with all."""
    letters = {letter for letter in text if not letter.isspace()}
    best, most = "", 0
    for path in _installed():
        known = sum(has_letter(path, letter) for letter in letters)
        if known > most:
            best, most = path, known
        if most == len(letters):
            break
    return best, most == len(letters)


@lru_cache(maxsize=1)
def _installed() -> tuple[str, ...]:
    return tuple(path for path in _SYSTEM if Path(path).exists())


def _load(path: Path, pixels: int) -> FreeTypeFont:
    layout = ImageFont.Layout
    engine = layout.RAQM if can_shape() else layout.BASIC
    return ImageFont.truetype(str(path), pixels, layout_engine=engine)


def _stretches(text: str) -> list[tuple[str, bool]]:
    """Return stretches that the program's font has, and has not."""
    found: list[tuple[str, bool]] = []
    for letter in text:
        is_own = has_letter("", letter)
        if found and (letter.isspace() or found[-1][1] is is_own):
            found[-1] = (found[-1][0] + letter, found[-1][1])
        else:
            found.append((letter, is_own))
    return found
