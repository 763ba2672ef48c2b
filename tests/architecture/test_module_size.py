from __future__ import annotations

from pathlib import Path

import claude_tray

MAX_LINES = 440


def test_no_module_has_outgrown_its_one_responsibility() -> None:
    root = Path(claude_tray.__file__).parent
    lengths = {
        p: len(p.read_text().splitlines())
        for p in root.rglob("*.py")
        if p.parent.name != "migrations"  # made by Django from the models
    }

    assert {p: n for p, n in lengths.items() if n > MAX_LINES} == {}
