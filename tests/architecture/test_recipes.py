"""Keep the recipes of ARCHITECTURE.md complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.source_code import (
    PACKAGE,
    list_source_files,
    list_token_kind_modules,
)

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
RECIPES = dict(
    re.findall(r"^### (.+?)\n(.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL),
)
MAX_TOKEN_KIND_MODULES = 15


def _list_paths(recipe: str) -> set[str]:
    return set(re.findall(r"`(\w[\w/.-]*\.py|\w[\w/]*/)`", recipe))


def _exists(path: str) -> bool:
    return (PACKAGE / path).exists() or (ROOT / path).exists()


@pytest.mark.parametrize("name", RECIPES)
def test_every_file_of_a_recipe_exists(name: str) -> None:
    paths = _list_paths(RECIPES[name])

    assert paths
    assert {path for path in paths if not _exists(path)} == set()


def test_the_recipe_for_token_kinds_names_every_module_that_does() -> None:
    modules = {
        name.removeprefix("claude_tray/")
        for name in list_token_kind_modules(list_source_files())
    }

    assert modules - _list_paths(RECIPES["Add a token kind"]) == set()
    assert len(modules) <= MAX_TOKEN_KIND_MODULES
