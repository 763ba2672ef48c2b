"""
Ask a running tray for the line of a bar, in turns with the bare interpreter.

    python -m tests.bench.bars [--pairs 60]

Prints how much longer than `python -c pass` a bar waits.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from tests.support.builders import ClaudeFolder, make_line
from tests.support.sandbox import ProgramSandbox

# As pip writes it; `python -m` takes longer.
_CONSOLE_SCRIPT: Final = (
    "import sys; sys.argv[1:] = ['status', '--format', 'waybar'];"
    "from claude_tray.__main__ import main; status = main();"
    "sys.exit(status or 'argparse' in sys.modules)"
)


def main() -> int:
    """Print the ratio; return 1 if the tray does not answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=60)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sandbox = ProgramSandbox(root, ClaudeFolder(root / "claude"))
        sandbox.claude.append(make_line())
        sandbox.start("--no-tray")
        try:
            if not _wait_for_tray(sandbox):
                print("the tray does not answer")
                return 1
            scripts = ("pass", _CONSOLE_SCRIPT)
            seconds: dict[str, list[float]] = {name: [] for name in scripts}
            for _ in range(pairs):
                for script, values in seconds.items():
                    began = time.perf_counter()
                    _run(sandbox, script)
                    values.append(time.perf_counter() - began)
        finally:
            sandbox.kill_all()
    bare, line = (median(seconds[script]) for script in scripts)
    print(f"interpreter alone    {1000 * bare:6.1f} ms")
    print(f"line of a bar        {1000 * line:6.1f} ms")
    print(f"ratio                {line / bare:6.2f} x")
    return 0


def _wait_for_tray(sandbox: ProgramSandbox) -> bool:
    deadline = time.monotonic() + 30
    while _run(sandbox, _CONSOLE_SCRIPT) != 0:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _run(sandbox: ProgramSandbox, script: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=sandbox.env,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
