"""
Make the pictures of the README: the installed program on real panels.

    .venv/bin/python packaging/make_pictures.py

Needs Xvfb, dbus, openbox, xdotool, ImageMagick and the panels that are named in
tests/support/panels.py. The usage is made up, the program is not.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image, ImageChops  # noqa: E402 - after the path
from Xlib.display import Display  # noqa: E402

from tests.support.builders import ClaudeFolder, make_line  # noqa: E402
from tests.support.desktop import VirtualDesktop, wait_until  # noqa: E402
from tests.support.panels import LXQT, MATE, XFCE  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.panels import PanelProgram

PICTURES = ROOT / "docs" / "pictures"
PROGRAM = Path(sys.executable).with_name("claude-tray")
PROJECTS = ("shop", "thesis", "garden", "letters")
MODELS = (
    "claude-opus-4-5-20251101",
    "claude-opus-4-5-20251101",
    "claude-sonnet-4-5-20250929",
    "claude-haiku-4-5-20251001",
)
DAYS = 30
WALL = 0x52677A
WIDTH, HEIGHT = 800, 900
GONE = timedelta(hours=2, minutes=13)
LEFT = timedelta(hours=5) - GONE


def lines(now: datetime) -> Iterator[tuple[str, bytes]]:
    """Yield a month of one person's messages, by project."""
    chance = random.Random(7)
    for day in range(DAYS, -1, -1):
        begin = now - GONE - timedelta(days=day)
        if begin.weekday() > 4 and day:  # noqa: PLR2004 - no work on Saturday
            continue
        end = min(begin + timedelta(hours=9), now)
        moment = begin
        while moment < end:
            yield _message(chance, moment, len(PROJECTS))
            moment += timedelta(minutes=chance.expovariate(1 / 4))


def _message(
    chance: random.Random,
    moment: datetime,
    projects: int,
) -> tuple[str, bytes]:
    project = PROJECTS[int(chance.betavariate(1, 2) * projects)]
    usage = {
        "input_tokens": chance.randint(5, 900),
        "cache_creation_input_tokens": chance.randint(500, 9_000),
        "cache_read_input_tokens": chance.randint(20_000, 160_000),
    }
    return project, make_line(
        message=f"msg_{moment.timestamp():.3f}",
        output=chance.randint(80, 1_900),
        usage=usage,
        inner={"model": chance.choice(MODELS)},
        timestamp=moment.isoformat(timespec="milliseconds"),
        cwd=f"/home/ada/{project}",
        sessionId=f"{project}-{moment:%Y%m%d}",
    )


def told(now: datetime) -> bytes:
    """Return what Claude Code would tell a statusline now."""
    week = now + timedelta(days=2, hours=6)
    limits: dict[str, Any] = {
        "five_hour": (38, now + LEFT),
        "seven_day": (55, week),
    }
    return json.dumps(
        {
            "rate_limits": {
                name: {
                    "used_percentage": percent,
                    "resets_at": int(moment.timestamp()),
                }
                for name, (percent, moment) in limits.items()
            },
        },
    ).encode()


def paint_wall(name: str) -> None:
    """Give a display a colour behind all windows."""
    display = Display(name)
    root = display.screen().root
    root.change_attributes(background_pixel=WALL)
    root.clear_area()
    display.sync()
    display.close()


class Scene:
    """A desktop on which somebody works with Claude Code."""

    def __init__(self, folder: Path, panel: PanelProgram = XFCE) -> None:
        self.desktop = VirtualDesktop(folder, panel)
        self.desktop.size = f"{WIDTH}x{HEIGHT}x24"
        self._claude = folder / "home" / ".claude"

    def begin(self, settings: str = "") -> None:
        now = datetime.now(UTC)
        claude = ClaudeFolder(self._claude)
        for project, line in lines(now):
            claude.append(line, project=f"-home-ada-{project}")
        variables = self.desktop.env
        own = Path(variables["CLAUDE_TRAY_HOME"]) / "config"
        own.mkdir(parents=True)
        (own / "settings.toml").write_text(settings)
        subprocess.run(
            [PROGRAM, "statusline"],
            input=told(now),
            env=variables,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        paint_wall(variables["DISPLAY"])
        self.desktop.start(str(PROGRAM))
        (item,) = wait_until(self.desktop.list_items)
        wait_until(
            lambda: (
                "left" in str(self.desktop.get_item_property(item, "ToolTip"))
            )
        )
        # A panel draws when it likes to.
        time.sleep(1)

    def shot(self) -> Image.Image:
        path = self.desktop.folder / "shot.png"
        return Image.open(self.desktop.take_screenshot(path)).convert("RGB")

    def point(self, x: int, y: int) -> None:
        self.desktop.run_command("xdotool", "mousemove", str(x), str(y))
        self.desktop.run_command(
            "xdotool", "mousemove_relative", "--", "1", "0"
        )

    def click(self, button: int) -> None:
        self.desktop.run_command("xdotool", "click", str(button))


def icon_of(scene: Scene) -> tuple[int, int]:
    """Return where the icon is: the panel is empty but for it."""
    strip = scene.shot().crop((0, 0, 800, 32))
    ground = Image.new("RGB", strip.size, strip.getpixel((400, 16)))
    left, top, right, bottom = ImageChops.difference(strip, ground).getbbox()
    return min((left + right) // 2, left + 16), (top + bottom) // 2


def cut(before: Image.Image, after: Image.Image) -> Image.Image:
    """Return what is new, down from the panel, with a little around it."""
    box = ImageChops.difference(before, after).getbbox()
    right, bottom = min(box[2] + 12, WIDTH), min(box[3] + 12, HEIGHT)
    return after.crop((max(box[0] - 12, 0), 0, right, bottom))


def menus() -> None:
    for panel in (XFCE, LXQT, MATE):
        name = panel.desktop.lower()
        with _scene(panel) as scene:
            x, y = icon_of(scene)
            scene.point(500, 500)
            time.sleep(0.5)
            bare = scene.shot()
            scene.point(x, y)
            scene.click(3)
            time.sleep(1.5)
            picture = cut(bare, scene.shot())
            picture.save(PICTURES / f"menu-{name}.png", optimize=True)


def popups() -> None:
    for theme in ("light", "dark"):
        with _scene(XFCE, f'[general]\ntheme = "{theme}"\n') as scene:
            bare = scene.shot()
            scene.point(*icon_of(scene))
            scene.click(1)
            time.sleep(3)
            picture = cut(bare, scene.shot())
            picture.save(PICTURES / f"popup-{theme}.png", optimize=True)


@contextmanager
def _scene(panel: PanelProgram, settings: str = "") -> Iterator[Scene]:
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder), panel)
        with scene.desktop:
            scene.begin(settings)
            yield scene


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    menus()
    if "--no-popup" not in sys.argv:
        popups()
