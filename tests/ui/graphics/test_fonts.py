from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from claude_tray.ui.graphics import fonts
from claude_tray.ui.graphics.fonts import (
    can_draw,
    is_rtl,
    split_runs,
)
from claude_tray.ui.graphics.system_fonts import can_shape, find_face

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


def test_text_without_a_font_is_marked_as_missing() -> None:
    found = split_runs("a \ue123\uf8ff b", "regular", 20)

    assert [run.text for run in found] == ["a ", "\ue123\uf8ff", " b"]
    assert [run.is_missing for run in found] == [False, True, False]
    assert found[1].width == 2 * found[1].box_width > 20


TEXTS = {
    "ja": "この時間帯の残りは設定で変えられます。",
    "ko": "한도가 재설정될 때까지 남은 시간",
    "zh_Hans": "重置前的剩余用量。设置",
}
needs_east_asian = pytest.mark.skipif(
    not all(can_draw(text, code) for code, text in TEXTS.items()),
    reason="has no font for Chinese, Japanese and Korean",
)
NOTO = find_face("設", "ja")
needs_noto = pytest.mark.skipif(
    NOTO is None or "NotoSansCJK" not in NOTO.path,
    reason="lacks Noto Sans CJK",
)


@needs_east_asian
@pytest.mark.parametrize("code", list(TEXTS))
@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_east_asian_text_has_a_font(code: str, weight: str) -> None:
    found = split_runs(f"{TEXTS[code]} 38%", weight, 20, language=code)

    assert not any(run.is_missing for run in found)
    assert found[-1].text == "38%"
    assert (found[-1].font.getname()[0] or "").startswith("Inter")


@needs_noto
@pytest.mark.parametrize(
    ("text", "language", "family"),
    [
        ("設定", "ja", "Noto Sans CJK JP"),
        ("设置", "zh_Hans", "Noto Sans CJK SC"),
        ("設定", "ko", "Noto Sans CJK KR"),
        # Kana and Hangul show the language of a name.
        ("今日のコード", "zh_Hans", "Noto Sans CJK JP"),
        ("今日のコード", "en", "Noto Sans CJK JP"),
        ("오늘 코드", "ja", "Noto Sans CJK KR"),
    ],
)
def test_chinese_characters_have_the_forms_of_the_language(
    text: str, language: str, family: str
) -> None:
    (run,) = split_runs(text, "regular", 20, language=language)

    assert run.font.getname()[0] == family


@needs_noto
def test_bold_east_asian_text_is_bold() -> None:
    (run,) = split_runs("設定", "bold", 20, language="ja")

    assert run.font.getname()[1] == "Bold"


def test_a_damaged_font_is_passed_over(tmp_path: Path) -> None:
    """A process of its own: fonts are listed once."""
    folder = tmp_path / ".local/share/fonts"
    folder.mkdir(parents=True)
    for name in ("YuGothM.ttc", "meiryo.ttc", "DejaVuSans.ttf"):
        (folder / name).write_bytes(b"no font")
    code = (
        "from claude_tray.ui.graphics.fonts import split_runs;"
        "print(split_runs('設☂', 'bold', 20, language='ja'))"
    )

    subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "HOME": str(tmp_path)},
        check=True,
        timeout=60,
    )


def test_latin_text_reads_no_folder_of_fonts() -> None:
    code = (
        "from claude_tray.ui.graphics import fonts, system_fonts;"
        "fonts.split_runs('Überprüfung, Ψυχή, день 2h 47m', 'bold', 20);"
        "print(system_fonts._list_font_files.cache_info().misses)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        timeout=60,
    )

    assert result.stdout.split() == [b"0"]


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
