"""
How soon the popup is seen, and what it takes.

    python -m tests.bench.popup [--rounds 9]

Needs Xvfb and openbox. A store with 30 days of use is made first. Wall time is
from the start of the process, or from the order to show it, until pixels of the
popup are on the screen; CPU time is the process's own until then.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from Xlib.display import Display

from claude_tray.cli.main import main as command
from claude_tray.drawing.palette import DARK
from claude_tray.popup.compose import view_of
from claude_tray.popup.drawn.picture import draw_popup
from claude_tray.popup.drawn.sheet import Look
from claude_tray.popup.order import Ask, Show
from claude_tray.popup.process import PopupProcess
from tests.support.builders import ClaudeFolder, a_line
from tests.support.popups import a_moment
from tests.support.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

ANCHOR = (900, 4, 24, 24)
# A place within the popup: its background.
INSIDE = (716, 44)
# Of a second, on every Linux that runs today: proc_pid_stat(5).
_TICKS = 100
BUDGETS = {
    "cold, until it is seen, ms": 350,
    "warm, until it is seen, ms": 100,
    "picture at 2x, CPU ms": 80,
    "resident, MiB": 45,
}


class Figures(NamedTuple):
    """What was measured, in rounds."""

    name: str
    values: list[float]

    def line(self) -> str:
        best, median = min(self.values), statistics.median(self.values)
        budget = BUDGETS.get(self.name, "")
        return f"{self.name:32}{best:10.1f}{median:10.1f}{budget:>10}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    figures = [*_pictures(rounds)]
    with tempfile.TemporaryDirectory() as folder, Screen(Path(folder)) as own:
        os.environ.update(own.variables)
        figures += _windows(_store(Path(folder)), rounds)
    print(f"{'':32}{'best':>10}{'median':>10}{'budget':>10}")
    for row in figures:
        print(row.line())
    return 0


def _pictures(rounds: int) -> list[Figures]:
    """Draw in this process, by CPU time."""
    view = view_of(a_moment("pace"))
    return [
        Figures(
            f"picture at {look.scale}x, CPU ms",
            [_cpu(partial(draw_popup, view, look)) for _ in range(rounds)],
        )
        for look in (Look(scale, DARK, "days") for scale in (1, 2, 3))
    ]


def _cpu(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def _store(folder: Path) -> Show:
    """Make 30 days of use."""
    claude = ClaudeFolder(folder / "claude")
    now = datetime.now(UTC)
    for day in range(30):
        lines = [
            a_line(
                message=f"msg_{day}_{number}",
                output=900 + number,
                usage={"cache_read_input_tokens": 90_000},
                inner={"model": "claude-opus-4-5-20251101"},
                timestamp=(
                    now - timedelta(days=day, minutes=number)
                ).isoformat(timespec="milliseconds"),
            )
            for number in range(240)
        ]
        claude.append(*lines, name=f"session-{day}.jsonl")
    assert command(["refresh", "--claude-path", str(claude.path)]) == 0
    own = folder / "own"
    return Show(
        "popup",
        str(own / "data" / "usage.db"),
        str(own / "config" / "settings.toml"),
        str(own / "state"),
        ((str(claude.path), "default"),),
        ANCHOR,
    )


def _windows(show: Show, rounds: int) -> list[Figures]:
    cold, cpu, warm, resident = ([] for _ in range(4))
    screen = Display()
    for _ in range(rounds):
        asks: list[Ask] = []
        process = PopupProcess(asks.append)
        cold.append(_until_seen(screen, process, show))
        cpu.append(_cpu_of(process.pid or 0))
        _hide(process, screen)
        warm.append(_until_seen(screen, process, show))
        resident.append(_resident(process.pid or 0))
        process.stop()
        _until(lambda: _pixel(screen) == b"\0\0\0")
    screen.close()
    return [
        Figures("cold, until it is seen, ms", cold),
        Figures("cold, CPU of the process, ms", cpu),
        Figures("warm, until it is seen, ms", warm),
        Figures("resident, MiB", resident),
    ]


def _until_seen(screen: Display, process: PopupProcess, show: Show) -> float:
    began = time.perf_counter()
    process.show(show)
    _until(lambda: _pixel(screen) != b"\0\0\0")
    return (time.perf_counter() - began) * 1000


def _hide(process: PopupProcess, screen: Display) -> None:
    process.hide()
    _until(lambda: _pixel(screen) == b"\0\0\0")
    # A click sooner than that would be a second one.
    time.sleep(0.5)


def _pixel(screen: Display) -> bytes:
    root = screen.screen().root
    image = root.get_image(*INSIDE, 1, 1, 2, 0xFFFFFFFF)
    return bytes(image.data[:3])


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def _cpu_of(pid: int) -> float:
    """Milliseconds a process has worked; proc_pid_stat(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks * 1000 / _TICKS


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
