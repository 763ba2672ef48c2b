"""
Draw all styles and states of the icon for the README: docs/pictures/icons.png.

    .venv/bin/python packaging/make_icon_sheet.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402 - needs the path

from claude_tray.ui.icon.model import ICON_STYLES, IconModel  # noqa: E402
from claude_tray.ui.icon.render import draw_icon  # noqa: E402

STATES = (
    IconModel(167, 0.38, 0.21),
    IconModel(47, 0.52, 0.21),
    IconModel(72, 0.78, 0.63, "warning"),
    IconModel(38, 0.92, 0.63, "critical"),
    IconModel(127, 1.0, 0.63, "limit"),
    IconModel(167, 0.38, 0.21, "stale"),
    IconModel(5520, 0.41, window_minutes=10080),
    IconModel(cost_cents=1240),
    IconModel(None, None, 0.21, "idle"),
    IconModel(None, None, None, "error"),
)
BACKGROUNDS = {"dark": "#202225", "light": "#eff0f1"}
SIZE, SCALE, CELL = 22, 2, 60


def main() -> None:
    height = len(ICON_STYLES) * CELL
    sheet = Image.new("RGB", (len(STATES) * CELL, height * len(BACKGROUNDS)))
    for half, (panel, background) in enumerate(BACKGROUNDS.items()):
        top = half * height
        sheet.paste(background, (0, top, sheet.width, top + height))
        for y, style in enumerate(ICON_STYLES):
            for x, state in enumerate(STATES):
                icon = draw_icon(
                    state._replace(style=style, panel=panel), SIZE
                )
                large = icon.resize(
                    (SIZE * SCALE,) * 2, Image.Resampling.NEAREST
                )
                at = (x * CELL + 8, top + y * CELL + 8)
                sheet.paste(large, at, large)
    sheet.save(ROOT / "docs/pictures/icons.png", optimize=True)


if __name__ == "__main__":
    main()
