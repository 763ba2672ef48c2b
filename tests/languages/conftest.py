"""Add a made-up language to those of the catalogs; see `pseudo_language`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.pseudo_language import use_catalogs, write_catalogs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all catalogs and the made-up one."""
    return write_catalogs(tmp_path_factory.mktemp("languages") / "locale")


@pytest.fixture(autouse=True)
def _all_languages(catalogs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_catalogs(catalogs, monkeypatch)
