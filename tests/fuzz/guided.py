"""
Run coverage-guided fuzzing; needs `atheris`.

    python -m tests.fuzz.guided TARGET [libFuzzer's options]

An input that breaks a check is added to the target's corpus, which the tests
replay.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["claude_tray"]):
    from tests.fuzz.targets import CORPUS_FOLDER, SEEDS, TARGETS


def main() -> None:
    """Run until a check fails or the options end the run."""
    target = sys.argv.pop(1)
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS[target]):
            (Path(folder) / str(number)).write_bytes(seed)
        corpus = CORPUS_FOLDER / target
        corpus.mkdir(exist_ok=True)
        options = [f"-artifact_prefix={corpus}/", *sys.argv[1:]]
        atheris.Setup(
            [sys.argv[0], *options, folder, str(corpus)], TARGETS[target]
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
