from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.mutate import mutate
from tests.fuzz.targets import CORPUS_FOLDER, SEEDS, TARGETS
from tests.support.workload import is_long_run

if TYPE_CHECKING:
    from pathlib import Path

_CORPUS = sorted(path for path in CORPUS_FOLDER.glob("*/*") if path.is_file())


@pytest.mark.parametrize(
    "path", _CORPUS, ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_known_crashes_do_not_return(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


def test_the_corpus_has_inputs_of_known_targets() -> None:
    assert {path.parent.name for path in _CORPUS} <= TARGETS.keys()


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("target", TARGETS)
def test_mutated_bytes_break_no_invariant(target: str) -> None:
    rng = random.Random(target)
    times = 100 if target == "parse" else 1
    for _ in range(times * (20_000 if is_long_run() else 400)):
        data = mutate(rng.choice(SEEDS[target]), rng)
        # Shown with the raised error.
        TARGETS[target](data)
