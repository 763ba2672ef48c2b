"""
Find installed fonts for the scripts that the bundled font lacks.

The folders of fonts are read once, when a text first needs it. Chinese
characters have other shapes in each language: the fonts of the text's language
are tried first, then those of other languages, which are readable too.
"""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import ImageFont, features

from claude_tray.platform.paths import get_home_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.ImageFont import FreeTypeFont


class FontFace(NamedTuple):
    """
    A font in a file.

    Attributes:
        file: Name of the file.
        family: Beginning of its family's name, in files with several fonts;
            empty for the first.
        bold_file: File of its bold variant; empty if there is none.
    """

    file: str
    family: str = ""
    bold_file: str = ""


class InstalledFace(NamedTuple):
    """A font that can be loaded: files, and its number in these."""

    path: str
    bold_path: str
    number: int


def _list_noto_faces(suffix: str, family: str) -> tuple[FontFace, ...]:
    """Return the files in which distributions ship a language of Noto."""
    name = f"NotoSans{suffix}"
    return (
        FontFace(
            "NotoSansCJK-Regular.ttc",
            f"Noto Sans CJK {family}",
            "NotoSansCJK-Bold.ttc",
        ),
        FontFace("NotoSansCJK-VF.ttc", f"Noto Sans CJK {family}"),
        FontFace(f"{name}-VF.ttf"),
        FontFace(f"{name}[wght].ttf"),
        FontFace(f"{name}-Regular.otf", bold_file=f"{name}-Bold.otf"),
        FontFace(f"{name}-Regular.ttf", bold_file=f"{name}-Bold.ttf"),
        FontFace(
            f"SourceHanSans{suffix}-Regular.otf",
            bold_file=f"SourceHanSans{suffix}-Bold.otf",
        ),
    )


# By language, best first: of Windows, macOS, then Linux distributions.
_EAST_ASIAN_FACES: Final = {
    "ja": (
        FontFace("YuGothM.ttc", "Yu Gothic UI", "YuGothB.ttc"),
        FontFace("meiryo.ttc", "Meiryo UI", "meiryob.ttc"),
        FontFace("ヒラギノ角ゴシック W3.ttc", "", "ヒラギノ角ゴシック W6.ttc"),
        *_list_noto_faces("JP", "JP"),
        FontFace("ipaexg.ttf"),
        FontFace("ipagp.ttf"),
        FontFace("VL-PGothic-Regular.ttf"),
        FontFace("TakaoPGothic.ttf"),
        FontFace("msgothic.ttc", "MS UI Gothic"),
    ),
    "ko": (
        FontFace("malgun.ttf", bold_file="malgunbd.ttf"),
        FontFace("AppleSDGothicNeo.ttc", "Apple SD Gothic Neo"),
        *_list_noto_faces("KR", "KR"),
        FontFace("NanumGothic.ttf", bold_file="NanumGothicBold.ttf"),
        FontFace("UnDotum.ttf", bold_file="UnDotumBold.ttf"),
        FontFace("dotum.ttf"),
    ),
    "zh_Hans": (
        FontFace("msyh.ttc", "Microsoft YaHei UI", "msyhbd.ttc"),
        FontFace("PingFang.ttc", "PingFang SC"),
        FontFace("Hiragino Sans GB.ttc", "Hiragino Sans GB W3"),
        FontFace("STHeiti Light.ttc", "Heiti SC", "STHeiti Medium.ttc"),
        *_list_noto_faces("SC", "SC"),
        *_list_noto_faces("CN", "SC")[-1:],
        FontFace("wqy-zenhei.ttc"),
        FontFace("simsun.ttc"),
    ),
    # Fonts that serve all of them, less well.
    "": (
        FontFace("wqy-microhei.ttc"),
        FontFace("DroidSansFallbackFull.ttf"),
        FontFace("DroidSansFallback.ttf"),
        FontFace("Arial Unicode.ttf"),
        FontFace("unifont.otf"),
        FontFace("unifont.ttf"),
    ),
}
_OTHER_FACES: Final = (
    FontFace("DejaVuSans.ttf", bold_file="DejaVuSans-Bold.ttf"),
    FontFace("NotoSansDevanagari-Regular.ttf"),
    FontFace("segoeui.ttf", bold_file="segoeuib.ttf"),
    FontFace("Nirmala.ttf"),
    FontFace("Nirmala.ttc"),
    FontFace("SFNS.ttf"),
    FontFace("SFArabic.ttf"),
    FontFace("SFHebrew.ttf"),
)
_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    # Of the system below a Flatpak, and of NixOS.
    "/run/host/fonts",
    "/run/current-system/sw/share/X11/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
)
# Below the home folder.
_USER_FOLDERS: Final = (
    ".local/share/fonts",
    ".fonts",
    "Library/Fonts",
    "AppData/Local/Microsoft/Windows/Fonts",
)
# TeX installs tens of thousands of fonts; these are not for interfaces.
_MAX_FILES: Final = 20_000
_MAX_FACES: Final = 16
_VARIABLE_MARKS: Final = ("-VF.", "[wght]")
_REGULAR_WEIGHT: Final = 400
_BOLD_WEIGHT: Final = 700
_BOLD_WEIGHTS: Final = ("semibold", "bold")
# Size at which glyphs are compared with the "missing glyph" box.
_SAMPLE_PIXELS: Final = 20
# A noncharacter: no font has it.
_MISSING_CHAR: Final = "\U0010ffff"
# Radicals, kana, Chinese characters, Hangul, and their punctuation and forms.
_EAST_ASIAN_BLOCKS: Final = (
    (0x1100, 0x11FF),
    (0x2E80, 0xA4CF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)
_KANA: Final = ((0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))
_HANGUL: Final = ((0x1100, 0x11FF), (0x3131, 0x318E), (0xAC00, 0xD7FF))


@lru_cache(maxsize=1)
def can_shape() -> bool:
    """Return whether Pillow has the shaping library Raqm."""
    return bool(features.check("raqm"))


def load_font(path: str, pixels: int, index: int = 0) -> FreeTypeFont:
    """
    Load a font at a size.

    Raises:
        OSError: The file is no font, or has fewer fonts.
    """
    layout = ImageFont.Layout
    engine = layout.RAQM if can_shape() else layout.BASIC
    return ImageFont.truetype(path, pixels, index, layout_engine=engine)


def is_east_asian(char: str) -> bool:
    """Return whether a character is of Chinese, Japanese or Korean."""
    return _is_in(char, _EAST_ASIAN_BLOCKS)


def detect_language(text: str, language: str) -> str:
    """
    Return the language whose fonts draw a text best.

    Args:
        text: Any text; kana and Hangul show its language.
        language: Language of the interface.
    """
    if any(_is_in(char, _KANA) for char in text):
        return "ja"
    if any(_is_in(char, _HANGUL) for char in text):
        return "ko"
    return language


@lru_cache(maxsize=8192)
def find_face(char: str, language: str) -> InstalledFace | None:
    """
    Find the first installed font that has a character; None if none has.

    Args:
        char: A single character.
        language: Language of the text, as a code of its catalog.
    """
    return next(
        (
            face
            for face in _iterate_faces(language, is_first=is_east_asian(char))
            if has_glyph(face, char)
        ),
        None,
    )


def _iterate_faces(
    language: str, *, is_first: bool
) -> Iterator[InstalledFace]:
    """Yield installed fonts; East Asian ones first or last."""
    own = _EAST_ASIAN_FACES.get(language, ())
    east_asian = (own, *_EAST_ASIAN_FACES.values())
    groups = (*east_asian, _OTHER_FACES)
    for face in chain.from_iterable(groups if is_first else groups[::-1]):
        if installed := _find_installed(face):
            yield installed


@lru_cache(maxsize=128)
def _find_installed(face: FontFace) -> InstalledFace | None:
    files = _list_font_files()
    path = files.get(face.file)
    if path is None:
        return None
    for index in range(_MAX_FACES):
        try:
            family = load_font(path, _SAMPLE_PIXELS, index).getname()[0] or ""
        except OSError:
            # Damaged, or no more fonts in it: the first is better than none.
            break
        if family.startswith(face.family):
            return InstalledFace(path, files.get(face.bold_file, ""), index)
    return None


@lru_cache(maxsize=1)
def _list_font_files() -> dict[str, str]:
    """Return the paths of known font files by their names."""
    faces = chain(_OTHER_FACES, *_EAST_ASIAN_FACES.values())
    wanted = {
        name for face in faces for name in (face.file, face.bold_file) if name
    }
    found: dict[str, str] = {}
    for folder, name in islice(_iterate_files(), _MAX_FILES):
        if name in wanted:
            found.setdefault(name, f"{folder}/{name}")
    return found


def _iterate_files() -> Iterator[tuple[str, str]]:
    home = get_home_folder()
    windows = os.environ.get("WINDIR", "")
    folders = [
        *(Path(windows, "Fonts") for _ in range(bool(windows))),
        *(home / folder for folder in _USER_FOLDERS),
        *map(Path, _FOLDERS),
    ]
    for root in folders:
        for folder, _, names in os.walk(root):
            for name in names:
                yield folder, name


@lru_cache(maxsize=8192)
def has_glyph(face: InstalledFace, char: str) -> bool:
    """Return whether a font has a character."""
    font = _load_sample_font(face)
    return font is not None and draws_char(font, char)


def draws_char(font: FreeTypeFont, char: str) -> bool:
    """Return whether a character looks unlike a missing one."""
    return bytes(font.getmask(char)) != bytes(font.getmask(_MISSING_CHAR))


@lru_cache(maxsize=32)
def _load_sample_font(face: InstalledFace) -> FreeTypeFont | None:
    try:
        return load_font(face.path, _SAMPLE_PIXELS, face.number)
    except OSError:
        return None


@lru_cache(maxsize=128)
def load_face(face: InstalledFace, weight: str, pixels: int) -> FreeTypeFont:
    """Load an installed font; semibold and bold text is bold."""
    is_bold = weight in _BOLD_WEIGHTS
    path = face.bold_path if is_bold and face.bold_path else face.path
    try:
        font = load_font(path, pixels, face.number)
    except OSError:
        # The bold file has fewer fonts, or is damaged.
        font = load_font(face.path, pixels, face.number)
    if any(mark in path for mark in _VARIABLE_MARKS):
        _set_weight(font, _BOLD_WEIGHT if is_bold else _REGULAR_WEIGHT)
    return font


def _set_weight(font: FreeTypeFont, weight: int) -> None:
    """Set the weight of a variable font, whose default may be thin."""
    try:
        font.set_variation_by_axes([weight])
    except (OSError, NotImplementedError):
        # Not variable, or FreeType cannot vary fonts: the default is shown.
        return


def _is_in(char: str, blocks: tuple[tuple[int, int], ...]) -> bool:
    code = ord(char)
    return any(first <= code <= last for first, last in blocks)
