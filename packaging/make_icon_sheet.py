"""
Draw what the icon may look like, for the README: docs/pictures/icons.png.

    .venv/bin/python packaging/make_icon_sheet.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402 - after the path

from claude_tray.drawing.icon import draw  # noqa: E402
from claude_tray.drawing.icon_look import STYLES, Icon  # noqa: E402

STATES = (
    Icon(167, 0.38, 0.21),
    Icon(47, 0.52, 0.21),
    Icon(72, 0.78, 0.63, "warning"),
    Icon(38, 0.92, 0.63, "critical"),
    Icon(127, 1.0, 0.63, "limit"),
    Icon(167, 0.38, 0.21, "stale"),
    Icon(None, None, 0.21, "idle"),
    Icon(None, None, None, "error"),
)
GROUNDS = {"dark": "#202225", "light": "#eff0f1"}
SIZE, SCALE, CELL = 22, 2, 60


def main() -> None:
    high = len(STYLES) * CELL
    sheet = Image.new("RGB", (len(STATES) * CELL, high * len(GROUNDS)))
    for half, (panel, ground) in enumerate(GROUNDS.items()):
        top = half * high
        sheet.paste(ground, (0, top, sheet.width, top + high))
        for y, style in enumerate(STYLES):
            for x, state in enumerate(STATES):
                icon = draw(state._replace(style=style, panel=panel), SIZE)
                large = icon.resize(
                    (SIZE * SCALE,) * 2, Image.Resampling.NEAREST
                )
                at = (x * CELL + 8, top + y * CELL + 8)
                sheet.paste(large, at, large)
    sheet.save(ROOT / "docs/pictures/icons.png", optimize=True)


if __name__ == "__main__":
    main()
