"""
Gathers what the program says, and makes the catalogues of its languages.

`python packaging/make_catalogues.py` brings every `.po` up to date with the
code and compiles it; `--check` tells instead whether that was forgotten, or
a sentence has no translation. Needs Babel, the program does not.
"""

from __future__ import annotations

import gettext
import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "claude_tray"
LOCALES = PACKAGE / "i18n/locale"
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "gettext": None,
    "ngettext": (1, 2),
}
_NOISE = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Generated-By',
    b'"Project-Id-Version',
    b'"Report-Msgid-Bugs-To',
    b'"Last-Translator',
    b'"Language-Team',
)
_NAMES = re.compile(r"\{\w+\}")


def said() -> Catalog:
    """Return what the code says, in English."""
    catalog = Catalog(domain="claude_tray")
    for name, _, message, _, context in extract_from_dir(
        PACKAGE,
        method_map=[("**.py", "python")],
        keywords=_KEYWORDS,  # type: ignore[arg-type]
    ):
        catalog.add(message, locations=[(name, 0)], context=context)
    return catalog


def po_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES/claude_tray.po"


def updated(language: str) -> Catalog:
    """Return a language's catalogue with today's sentences."""
    path = po_of(language)
    with path.open("rb") as file:
        catalog = read_po(file, locale=language, domain="claude_tray")
    catalog.update(said(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def written(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(
        file,
        catalog,
        width=79,
        omit_header=False,
        no_location=True,
        sort_output=True,
    )
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_NOISE))


def compiled(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def sentences(data: bytes) -> dict[object, str]:
    """Return what a compiled catalogue says; its head has a date."""
    if not data:
        return {}
    found = gettext.GNUTranslations(io.BytesIO(data))._catalog  # type: ignore[attr-defined] # noqa: SLF001
    return {text: said for text, said in found.items() if text}


def troubles(catalog: Catalog) -> list[str]:
    """Return what is missing or wrong in a catalogue."""
    return [
        f"{catalog.locale}: {message.id!r}"
        for message in catalog
        if message.id and _is_wrong(message)
    ]


def _is_wrong(message: Message) -> bool:
    if not message.string or not all(_texts(message.string)):
        return True
    wanted = {
        name for text in _texts(message.id) for name in _NAMES.findall(text)
    }
    has = {
        name
        for text in _texts(message.string)
        for name in _NAMES.findall(text)
    }
    return has != wanted


def _texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def main() -> int:
    is_check = "--check" in sys.argv
    wrong: list[str] = []
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        language = path.parents[1].name
        catalog = updated(language)
        wrong += troubles(catalog)
        for place, data, meaning in (
            (path, written(catalog), bytes),
            (path.with_suffix(".mo"), compiled(catalog), sentences),
        ):
            old = place.read_bytes() if place.exists() else b""
            if meaning(old) == meaning(data):
                continue
            if is_check:
                wrong.append(f"{place.relative_to(ROOT)} is old")
            else:
                place.write_bytes(data)
    print("\n".join(wrong) or "Every sentence has its translations.")
    return int(is_check and bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
