from __future__ import annotations

from pathlib import Path

import pytest

LISTS = sorted((Path(__file__).parents[2] / "requirements").glob("*.txt"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_version_has_hashes_and_nothing_has_an_address(
    path: Path,
) -> None:
    text = path.read_text(encoding="utf-8")
    entries = text.replace("\\\n", "").splitlines()

    assert entries
    for entry in entries:
        assert "==" in entry
        assert "--hash=sha256:" in entry
        assert "://" not in entry
        assert "file:" not in entry
