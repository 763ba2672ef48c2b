"""
Measure how fast the popup appears, its CPU time and its memory.

    python -m tests.bench.popup [--rounds 9]

Needs Xvfb and openbox. Creates a store with 30 days of usage first. Wall time
runs from the start of the process, or from the show command, until the popup is
on the screen; CPU time is the process's own until then.
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
from claude_tray.ui.graphics.palette import DARK
from claude_tray.ui.popup.compose import build_view
from claude_tray.ui.popup.render.layout import draw_popup
from claude_tray.ui.toolkit.messages import ShowCommand
from claude_tray.ui.toolkit.process import PopupProcess
from claude_tray.ui.toolkit.surface import ViewState
from tests.bench.process_usage import read_process_usage
from tests.support.builders import ClaudeFolder, make_line
from tests.support.popup_states import make_popup_state
from tests.support.screen import BareScreen

if TYPE_CHECKING:
    from collections.abc import Callable


ICON_ANCHOR = (900, 4, 24, 24)
# A pixel of the popup's background.
POPUP_PIXEL = (716, 44)
# Fraction of a second, on every current Linux; see proc_pid_stat(5).
BUDGETS = {
    "cold, until it is seen, ms": 350,
    "warm, until it is seen, ms": 100,
    "picture at 2x, CPU ms": 80,
    "resident, MiB": 45,
}


class Samples(NamedTuple):
    """Measured values, one per round."""

    name: str
    values: list[float]

    def format_row(self) -> str:
        best, median = min(self.values), statistics.median(self.values)
        budget = BUDGETS.get(self.name, "")
        return f"{self.name:32}{best:10.1f}{median:10.1f}{budget:>10}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    samples = [*_measure_rendering(rounds)]
    with (
        tempfile.TemporaryDirectory() as folder,
        BareScreen(Path(folder)) as screen,
    ):
        os.environ.update(screen.env)
        samples += _measure_windows(_make_store(Path(folder)), rounds)
    print(f"{'':32}{'best':>10}{'median':>10}{'budget':>10}")
    for row in samples:
        print(row.format_row())
    return 0


def _measure_rendering(rounds: int) -> list[Samples]:
    """Measure the CPU time of drawing in this process."""
    view = build_view(*make_popup_state("pace"))
    return [
        Samples(
            f"picture at {view_state.scale}x, CPU ms",
            [
                _measure_cpu(partial(draw_popup, view, view_state))
                for _ in range(rounds)
            ],
        )
        for view_state in (
            ViewState(scale, DARK, "days") for scale in (1, 2, 3)
        )
    ]


def _measure_cpu(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def _make_store(folder: Path) -> ShowCommand:
    """Create a store with 30 days of usage."""
    claude = ClaudeFolder(folder / "claude")
    now = datetime.now(UTC)
    for day in range(30):
        lines = [
            make_line(
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
    app_home = folder / "own"
    return ShowCommand(
        str(app_home / "data" / "usage.db"),
        str(app_home / "config" / "settings.toml"),
        str(app_home / "state"),
        ((str(claude.path), "default"),),
        ICON_ANCHOR,
    )


def _measure_windows(show: ShowCommand, rounds: int) -> list[Samples]:
    cold, cpu, warm, resident = ([] for _ in range(4))
    screen = Display()
    for _ in range(rounds):
        process = PopupProcess(lambda _: None, lambda: None)
        cold.append(_wait_until_visible(screen, process, show))
        cpu.append(read_process_usage(process.pid or 0).cpu_seconds * 1000)
        _hide(process, screen)
        warm.append(_wait_until_visible(screen, process, show))
        resident.append(read_process_usage(process.pid or 0).resident_mib)
        process.stop()
        _wait_until(lambda: _read_pixel(screen) == b"\0\0\0")
    screen.close()
    return [
        Samples("cold, until it is seen, ms", cold),
        Samples("cold, CPU of the process, ms", cpu),
        Samples("warm, until it is seen, ms", warm),
        Samples("resident, MiB", resident),
    ]


def _wait_until_visible(
    screen: Display, process: PopupProcess, show: ShowCommand
) -> float:
    began = time.perf_counter()
    process.show(show)
    _wait_until(lambda: _read_pixel(screen) != b"\0\0\0")
    return (time.perf_counter() - began) * 1000


def _hide(process: PopupProcess, screen: Display) -> None:
    process.hide()
    _wait_until(lambda: _read_pixel(screen) == b"\0\0\0")
    # An earlier click would count as a double click.
    time.sleep(0.5)


def _read_pixel(screen: Display) -> bytes:
    root = screen.screen().root
    image = root.get_image(*POPUP_PIXEL, 1, 1, 2, 0xFFFFFFFF)
    return bytes(image.data[:3])


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


if __name__ == "__main__":
    sys.exit(main())
