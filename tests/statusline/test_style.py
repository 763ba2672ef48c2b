from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.statusline.line import PARTS
from claude_tray.statusline.style import parts_in

if TYPE_CHECKING:
    from pathlib import Path


def test_the_parts_are_a_persons_choice(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[statusline]\nparts = ["cost", "model"]\n')

    assert parts_in(settings) == ["cost", "model"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[icon]\nstyle = 'ring'\n",
        "[statusline]\n",
        "[statusline]\nparts = 3\n",
        "[statusline]\nparts = [3]\n",
        "statusline = 1\n",
        "[statusline\n",
        "statusline = '\udcff'\n",
    ],
)
def test_in_any_doubt_they_are_the_usual_ones(
    tmp_path: Path,
    text: str,
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_bytes(text.encode("utf-8", "surrogateescape"))

    assert parts_in(settings) == PARTS


def test_without_settings_they_are_the_usual_ones(tmp_path: Path) -> None:
    assert parts_in(tmp_path / "settings.toml") == PARTS
    assert parts_in(tmp_path) == PARTS
