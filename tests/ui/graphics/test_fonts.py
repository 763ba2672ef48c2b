from __future__ import annotations

from pathlib import Path

import pytest

from claude_tray.ui.graphics import fonts
from claude_tray.ui.graphics.fonts import (
    can_draw,
    can_shape,
    is_rtl,
    split_runs,
)

DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
needs_dejavu = pytest.mark.skipif(
    not Path(DEJAVU).exists(),
    reason="lacks DejaVu",
)


@pytest.mark.parametrize("weight", ["regular", "medium", "semibold", "bold"])
def test_the_bundled_font_is_used(weight: str) -> None:
    (run,) = split_runs("2h 47m · Überprüfung, Ψυχή, день", weight, 20)

    assert (run.font.getname()[0] or "").startswith("Inter")


@needs_dejavu
def test_missing_glyphs_come_from_system_fonts() -> None:
    found = split_runs("a ☂ b", "regular", 20)

    assert [run.text for run in found] == ["a ", "☂ ", "b"]
    assert found[1].font.getname()[0] == "DejaVu Sans"


@needs_dejavu
def test_hebrew_is_one_run_from_the_right() -> None:
    (run,) = split_runs("38% נוצלו", "regular", 20)

    assert run.direction == ("rtl" if can_shape() else None)
    assert run.width > 0


@needs_dejavu
def test_bold_text_of_other_scripts_is_bold() -> None:
    widths = [
        split_runs("שלום", weight, 40)[0].font.getname()[1]
        for weight in ("regular", "bold")
    ]

    assert widths == ["Book", "Bold"]


def test_drawable_text_is_detected() -> None:
    assert can_draw("Überprüfung, Ψυχή, день")
    assert not can_draw("\ue123")


def test_text_without_a_font_is_still_drawn() -> None:
    split_runs("\ue123\uf8ff", "regular", 20)


def test_right_to_left_scripts_are_detected() -> None:
    assert is_rtl("שלום")
    assert is_rtl("مرحبا")
    assert not is_rtl("Привет, שלא"[:6])


def test_the_license_is_next_to_the_fonts() -> None:
    folder = Path(fonts.__file__).parent / "typefaces"
    text = (folder / "OFL.txt").read_text(encoding="utf-8")

    assert "SIL OPEN FONT LICENSE" in text
    assert "The Inter Project Authors" in text
    assert len(list(folder.glob("*.otf"))) == 4
