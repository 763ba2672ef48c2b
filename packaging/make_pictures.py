"""
Take the screenshots of the README: the installed program on real panels.

    .venv/bin/python packaging/make_pictures.py

Needs Xvfb, dbus, openbox, xdotool, ImageMagick and the panels in
tests/support/panels.py. Only the usage is invented.
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

from PIL import Image, ImageChops  # noqa: E402 - needs the path
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
WALLPAPER_COLOR = 0x52677A
WIDTH, HEIGHT = 800, 900
ELAPSED = timedelta(hours=2, minutes=13)
LEFT = timedelta(hours=5) - ELAPSED


def generate_lines(now: datetime) -> Iterator[tuple[str, bytes]]:
    """Yield project and transcript line of a month's responses."""
    rng = random.Random(7)
    for day in range(DAYS, -1, -1):
        start = now - ELAPSED - timedelta(days=day)
        if start.weekday() > 4 and day:  # noqa: PLR2004 - no work on Saturday
            continue
        end = min(start + timedelta(hours=9), now)
        at = start
        while at < end:
            yield _make_response(rng, at)
            at += timedelta(minutes=rng.expovariate(1 / 4))


def _make_response(rng: random.Random, at: datetime) -> tuple[str, bytes]:
    project = PROJECTS[int(rng.betavariate(1, 2) * len(PROJECTS))]
    usage = {
        "input_tokens": rng.randint(5, 900),
        "cache_creation_input_tokens": rng.randint(500, 9_000),
        "cache_read_input_tokens": rng.randint(20_000, 160_000),
    }
    return project, make_line(
        message=f"msg_{at.timestamp():.3f}",
        output=rng.randint(80, 1_900),
        usage=usage,
        inner={"model": rng.choice(MODELS)},
        timestamp=at.isoformat(timespec="milliseconds"),
        cwd=f"/home/ada/{project}",
        sessionId=f"{project}-{at:%Y%m%d}",
    )


def build_statusline_input(now: datetime) -> bytes:
    """Return the JSON that Claude Code passes to a statusline command."""
    week_reset = now + timedelta(days=2, hours=6)
    limits: dict[str, Any] = {
        "five_hour": (38, now + LEFT),
        "seven_day": (55, week_reset),
    }
    return json.dumps(
        {
            "rate_limits": {
                name: {
                    "used_percentage": percent,
                    "resets_at": int(resets_at.timestamp()),
                }
                for name, (percent, resets_at) in limits.items()
            },
        },
    ).encode()


def paint_wallpaper(name: str) -> None:
    """Fill the background of a display with a color."""
    display = Display(name)
    root = display.screen().root
    root.change_attributes(background_pixel=WALLPAPER_COLOR)
    root.clear_area()
    display.sync()
    display.close()


class Scene:
    """A desktop with a user of Claude Code."""

    def __init__(self, folder: Path, panel: PanelProgram = XFCE) -> None:
        self.desktop = VirtualDesktop(folder, panel)
        self.desktop.size = f"{WIDTH}x{HEIGHT}x24"
        self._claude = folder / "home" / ".claude"

    def start(self, settings: str = "") -> None:
        now = datetime.now(UTC)
        claude = ClaudeFolder(self._claude)
        for project, line in generate_lines(now):
            claude.append(line, project=f"-home-ada-{project}")
        variables = self.desktop.env
        config = Path(variables["CLAUDE_TRAY_HOME"]) / "config"
        config.mkdir(parents=True)
        (config / "settings.toml").write_text(settings)
        subprocess.run(
            [PROGRAM, "statusline"],
            input=build_statusline_input(now),
            env=variables,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        paint_wallpaper(variables["DISPLAY"])
        self.desktop.start(str(PROGRAM))
        (item,) = wait_until(self.desktop.list_items)
        wait_until(
            lambda: (
                "left" in str(self.desktop.get_item_property(item, "ToolTip"))
            )
        )
        # Panels draw with a delay.
        time.sleep(1)

    def take_screenshot(self) -> Image.Image:
        path = self.desktop.folder / "shot.png"
        return Image.open(self.desktop.take_screenshot(path)).convert("RGB")

    def move_pointer(self, x: int, y: int) -> None:
        self.desktop.run_command("xdotool", "mousemove", str(x), str(y))
        self.desktop.run_command(
            "xdotool", "mousemove_relative", "--", "1", "0"
        )

    def click(self, button: int) -> None:
        self.desktop.run_command("xdotool", "click", str(button))


def find_icon(scene: Scene) -> tuple[int, int]:
    """Return the position of the icon, the only content of the panel."""
    strip = scene.take_screenshot().crop((0, 0, 800, 32))
    background = Image.new("RGB", strip.size, strip.getpixel((400, 16)))
    left, top, right, bottom = ImageChops.difference(
        strip, background
    ).getbbox()
    return min((left + right) // 2, left + 16), (top + bottom) // 2


def crop_changes(before: Image.Image, after: Image.Image) -> Image.Image:
    """Crop to what has changed below the panel, with a small margin."""
    box = ImageChops.difference(before, after).getbbox()
    right, bottom = min(box[2] + 4, WIDTH), min(box[3] + 12, HEIGHT)
    return after.crop((max(box[0] - 12, 0), 0, right, bottom))


def make_menu_pictures() -> None:
    for panel in (XFCE, LXQT, MATE):
        name = panel.desktop.lower()
        with _start_scene(panel) as scene:
            x, y = find_icon(scene)
            scene.move_pointer(500, 500)
            time.sleep(0.5)
            before = scene.take_screenshot()
            scene.move_pointer(x, y)
            scene.click(3)
            time.sleep(0.5)
            # Away from the icon, whose tooltip would cover the menu.
            scene.move_pointer(600, 560)
            time.sleep(1.5)
            picture = crop_changes(before, scene.take_screenshot())
            picture.save(PICTURES / f"menu-{name}.png", optimize=True)


def make_popup_pictures() -> None:
    for theme in ("light", "dark"):
        with _start_scene(XFCE, f'[general]\ntheme = "{theme}"\n') as scene:
            before = scene.take_screenshot()
            scene.move_pointer(*find_icon(scene))
            scene.click(1)
            time.sleep(3)
            picture = crop_changes(before, scene.take_screenshot())
            picture.save(PICTURES / f"popup-{theme}.png", optimize=True)


def make_card_pictures() -> None:
    with tempfile.TemporaryDirectory() as folder:
        claude = ClaudeFolder(Path(folder) / "claude")
        for project, line in generate_lines(datetime.now(UTC)):
            claude.append(line, project=f"-home-ada-{project}")
        for theme in ("light", "dark"):
            file = PICTURES / f"card-{theme}.png"
            subprocess.run(
                [PROGRAM, "card", file, "--theme", theme],
                env={
                    "CLAUDE_TRAY_HOME": folder,
                    "CLAUDE_PATH": str(claude.path),
                },
                check=True,
                stdout=subprocess.DEVNULL,
            )
            with Image.open(file) as picture:
                picture.save(file, optimize=True)


@contextmanager
def _start_scene(panel: PanelProgram, settings: str = "") -> Iterator[Scene]:
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder), panel)
        with scene.desktop:
            scene.start(settings)
            yield scene


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    make_card_pictures()
    make_menu_pictures()
    if "--no-popup" not in sys.argv:
        make_popup_pictures()
