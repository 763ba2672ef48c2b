"""
Ask a running tray for `status`, in turns with the bare interpreter.

    python -m tests.bench.bars [--pairs 60] [--claude-path FOLDER]

Prints how much longer than `python -c pass` a bar, a script and a user wait.
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
    "import sys; sys.argv[1:] = {};"
    "from claude_tray.__main__ import main; status = main();"
    "sys.exit(status or 'argparse' in sys.modules)"
)
_COMMANDS: Final = {
    "line of a bar": ["status", "--format", "waybar"],
    "status": ["status"],
    "status --json": ["status", "--json"],
}


def main() -> int:
    """Print the ratios; return 1 if the tray does not answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--claude-path", type=Path)
    arguments = parser.parse_args()
    scripts = {"interpreter alone": "pass"}
    for name, command in _COMMANDS.items():
        scripts[name] = _CONSOLE_SCRIPT.format(command)
    seconds: dict[str, list[float]] = {name: [] for name in scripts}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sandbox = ProgramSandbox(root, ClaudeFolder(root / "claude"))
        sandbox.claude.append(make_line())
        if arguments.claude_path:
            sandbox.env["CLAUDE_PATH"] = str(arguments.claude_path)
        sandbox.start("--no-tray")
        try:
            if not all(_wait_for_tray(sandbox, s) for s in scripts.values()):
                print("the tray does not answer")
                return 1
            for _ in range(arguments.pairs):
                for name, script in scripts.items():
                    began = time.perf_counter()
                    _run(sandbox, script)
                    seconds[name].append(time.perf_counter() - began)
        finally:
            sandbox.kill_all()
    bare = median(seconds["interpreter alone"])
    for name, values in seconds.items():
        value = median(values)
        print(f"{name:20} {1000 * value:6.1f} ms {value / bare:6.2f} x")
    return 0


def _wait_for_tray(sandbox: ProgramSandbox, script: str) -> bool:
    deadline = time.monotonic() + 60
    while _run(sandbox, script) != 0:
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
