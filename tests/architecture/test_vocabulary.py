"""Refuse retired words in identifiers; docs/glossary.md lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.source_code import (
    PACKAGE,
    ROOT,
    SourceFile,
    find_retired_identifiers,
    list_source_files,
    load_retired_words,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_identifiers_use_no_retired_word() -> None:
    files = [
        *list_source_files(PACKAGE),
        *list_source_files(ROOT / "tests" / "support"),
        *list_source_files(ROOT / "tests" / "bench"),
    ]

    found = find_retired_identifiers(files)

    assert found == [], "\n".join(map(str, found))


def test_words_are_found_in_every_kind_of_identifier(tmp_path: Path) -> None:
    path = tmp_path / "parcel_store.py"
    path.write_text(
        "import os as courier\n"
        "class HeldRows:\n"
        "    seal: int\n"
        "def tell(veil, *, hunt=1):\n"
        "    veil.latch = kept = 2\n"
        "    for wish in ():\n"
        "        (lambda board: board)\n"
        "    try: pass\n"
        "    except OSError as refusal: pass\n",
    )

    found = find_retired_identifiers([SourceFile(path, tmp_path)])

    assert {identifier.name for identifier in found} == {
        *("parcel_store", "courier", "HeldRows", "seal", "tell", "veil"),
        *("hunt", "latch", "kept", "wish", "board", "refusal"),
    }


def test_words_are_split_at_underscores_and_humps() -> None:
    assert {"clipboard", "household"}.isdisjoint(load_retired_words())
    assert {"told", "veil", "colour"} <= load_retired_words()
