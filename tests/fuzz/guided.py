"""
Run coverage-guided fuzzing; needs `atheris`.

    python -m tests.fuzz.guided TARGET [libFuzzer's options]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["claude_tray"]):
    from tests.fuzz.targets import SEEDS, TARGETS


def main() -> None:
    """Run until a check fails or the options end the run."""
    target = sys.argv.pop(1)
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS[target]):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup([*sys.argv, folder], TARGETS[target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
