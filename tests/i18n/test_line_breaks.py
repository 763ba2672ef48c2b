# ruff: noqa: RUF001 - full-width punctuation is meant
from __future__ import annotations

import pytest

from claude_tray.i18n.line_breaks import split_at_breaks
from claude_tray.ui.graphics.canvas import (
    Canvas,
    TextStyle,
    measure_width,
    wrap_text,
)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("thesis-2026", ["thesis-2026"]),
        ("Überprüfung", ["Überprüfung"]),
        ("残り時間", ["残", "り", "時", "間"]),
        # No line begins with a full stop or a small kana, or ends with a bracket.
        ("設定。次", ["設", "定。", "次"]),
        ("チャット", ["チャッ", "ト"]),
        ("「設定」で", ["「設", "定」", "で"]),
        ("用Claude写", ["用", "Claude", "写"]),
        # Korean breaks at spaces.
        ("재설정까지", ["재설정까지"]),
        ("", [""]),
    ],
)
def test_lines_break_between_characters(word: str, parts: list[str]) -> None:
    assert split_at_breaks(word) == parts


def test_wrapped_chinese_text_loses_nothing() -> None:
    canvas = Canvas(200, 30, 1, "#000000", language="zh_Hans")
    style = TextStyle("#ffffff", 12)
    text = "按照当前速度，您将在 13:01 达到限制，比重置早得多。请先完成重要的工作。"

    lines = wrap_text(canvas, text, style, 120)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) > 2
    assert all(measure_width(canvas, line, style) <= 120 for line in lines)
    assert not any(line.startswith(("，", "。")) for line in lines)
