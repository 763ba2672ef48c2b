"""
Extract translatable sentences and build the message catalogs.

`python packaging/make_catalogs.py` updates every `.po` file from the code and
compiles it. `--check` fails if that was forgotten or a sentence has no
translation. Needs Babel and Jinja.
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
from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "claude_tray"
LOCALE_DIR = PACKAGE / "i18n/locale"
TEXT_DOMAIN = "claude_tray"
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "gettext": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_noop": (1, 2),
}
# Headers that change with each run or with the version of Babel.
_VOLATILE_HEADERS = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Generated-By',
    b'"Project-Id-Version',
    b'"Report-Msgid-Bugs-To',
    b'"Last-Translator',
    b'"Language-Team',
)
_PLACEHOLDER = re.compile(r"\{\w+\}|%(?:\(\w+\))?[rs]")


def extract_messages() -> Catalog:
    """Extract the English sentences of the package."""
    catalog = Catalog(domain=TEXT_DOMAIN)
    for name, _, message, _, context in extract_from_dir(
        PACKAGE,
        method_map=[
            ("**.py", "python"),
            ("**/templates/**.html", babel_extract),  # type: ignore[list-item]
        ],
        keywords=_KEYWORDS,  # type: ignore[arg-type]
    ):
        catalog.add(message, locations=[(name, 0)], context=context)
    return catalog


def update_catalog(path: Path, language: str, messages: Catalog) -> Catalog:
    """Read a `.po` file and bring its sentences up to date."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=language, domain=TEXT_DOMAIN)
    catalog.update(messages, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def format_po(catalog: Catalog) -> bytes:
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
    return b"".join(
        line for line in lines if not line.startswith(_VOLATILE_HEADERS)
    )


def compile_mo(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def load_translations(mo: bytes) -> dict[object, str]:
    """Return the translations of a `.mo` file without its dated header."""
    if not mo:
        return {}
    translations = gettext.GNUTranslations(io.BytesIO(mo))
    entries = translations._catalog  # type: ignore[attr-defined] # noqa: SLF001
    return {text: translated for text, translated in entries.items() if text}


def find_problems(catalog: Catalog) -> list[str]:
    """List sentences without a translation or with other placeholders."""
    return [
        f"{catalog.locale}: {message.id!r}"
        for message in catalog
        if message.id and not _is_translated(message)
    ]


def _is_translated(message: Message) -> bool:
    if not message.string or not all(_list_forms(message.string)):
        return False
    return _find_placeholders(message.id) == _find_placeholders(message.string)


def _find_placeholders(value: str | tuple[str, ...] | list[str]) -> set[str]:
    return {
        name
        for text in _list_forms(value)
        for name in _PLACEHOLDER.findall(text)
    }


def _list_forms(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def main() -> int:
    is_check = "--check" in sys.argv
    messages, problems = extract_messages(), list[str]()
    for path in sorted(LOCALE_DIR.glob("*/LC_MESSAGES/*.po")):
        catalog = update_catalog(path, path.parents[1].name, messages)
        problems += find_problems(catalog)
        for file, data, parse in (
            (path, format_po(catalog), bytes),
            (path.with_suffix(".mo"), compile_mo(catalog), load_translations),
        ):
            old = file.read_bytes() if file.exists() else b""
            if parse(old) == parse(data):
                continue
            if is_check:
                problems.append(f"{file.relative_to(ROOT)} is out of date")
            else:
                file.write_bytes(data)
    print("\n".join(problems) or "Every sentence is translated.")
    return int(is_check and bool(problems))


if __name__ == "__main__":
    sys.exit(main())
