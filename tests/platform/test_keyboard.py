"""Check that single keys are read from a terminal."""

from __future__ import annotations

import os
import sys

import pytest

from claude_tray.platform.keyboard import read_keys


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo terminals")
def test_no_key_is_an_empty_text(keyboard: int) -> None:
    with read_keys() as wait_for_key:
        assert wait_for_key(0.01) == ""
        os.write(keyboard, b"a")
        assert wait_for_key(1.0) == "a"


def test_without_a_terminal_no_key_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open(os.devnull, encoding="utf-8") as nothing:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdin", nothing)
        with read_keys() as wait_for_key:
            assert wait_for_key(0.0) == ""
