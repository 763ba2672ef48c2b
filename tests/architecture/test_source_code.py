from __future__ import annotations

from typing import Final

from tests.support.source_code import (
    count_imports_per_kloc,
    find_duplicate_classes,
    list_source_files,
)

MAX_FILE_LINES: Final = 400
MAX_FUNCTION_LINES: Final = 50
MAX_IMPORTS_PER_KLOC: Final = 30.0


def test_files_are_short() -> None:
    lengths = {
        file.name: file.line_count
        for file in list_source_files()
        if not file.is_migration
    }

    assert {f: n for f, n in lengths.items() if n > MAX_FILE_LINES} == {}


def test_functions_are_short() -> None:
    lengths = {
        (file.name, name): lines
        for file in list_source_files()
        for name, lines in file.iter_functions()
    }

    assert {f: n for f, n in lengths.items() if n > MAX_FUNCTION_LINES} == {}


def test_class_names_are_unique() -> None:
    assert find_duplicate_classes(list_source_files()) == {}


def test_few_statements_import_our_own_modules() -> None:
    density = count_imports_per_kloc(list_source_files())

    assert density <= MAX_IMPORTS_PER_KLOC
