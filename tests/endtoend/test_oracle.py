"""Whole made-up folders, read in any way, against the maker's own totals."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claude_tray.domain.account import Account
from claude_tray.domain.window import Rule
from claude_tray.engine.batches import batches
from claude_tray.engine.choices import Folder
from claude_tray.engine.intake import Intake
from claude_tray.settings.prices import load_table
from claude_tray.store import rankings, windows
from claude_tray.store.connection import Writer, open_writer
from tests.support.builders import MACHINE
from tests.support.doses import dose

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

MAKER = MACHINE / "tools" / "make_corpus.py"
PRICES = load_table()
EVER = 2**42

pytestmark = pytest.mark.skipif(
    not MAKER.is_file(),
    reason="the maker of corpora beside the repository is not here",
)


class Corpus:
    """A folder of transcripts and the totals it must come to."""

    def __init__(self, path: Path, seed: int) -> None:
        command = [sys.executable, str(MAKER), "--out", str(path)]
        command += ["--size-mb", "3", "--days", "20", "--projects", "4"]
        command += ["--seed", str(seed), "--end", "2026-11-20"]
        made = subprocess.run(command, check=True, capture_output=True)
        self.path = path
        self.oracle = json.loads(made.stdout)["rules"]["max"]
        self.files = sorted((path / "projects").rglob("*.jsonl"))


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> list[Corpus]:
    folder = tmp_path_factory.mktemp("corpora")
    return [Corpus(folder / str(seed), seed) for seed in (11, 12)]


def test_an_empty_store_and_the_same_again(
    corpora: list[Corpus],
    tmp_path: Path,
) -> None:
    for number, corpus in enumerate(corpora):
        store = tmp_path / f"{number}.db"
        for _ in range(2):
            _read(store, corpus.path)
            _compare(store, corpus.oracle)


@settings(
    max_examples=dose(6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(random=st.randoms(use_true_random=False))
def test_any_split_order_restart_rewrite_and_truncation(
    corpora: list[Corpus],
    tmp_path_factory: pytest.TempPathFactory,
    random: Random,
) -> None:
    corpus = random.choice(corpora)
    folder = tmp_path_factory.mktemp("live")
    store, live = folder / "usage.db", folder / "claude"
    for _ in range(25):
        _write_some(corpus, live, random)
        if random.random() < 0.5:
            _read(store, live)
    for source in corpus.files:
        _put(corpus, live, source, source.read_bytes())
    _read(store, live)
    for source in corpus.files[::2]:
        _target(corpus, live, source).unlink()
    _read(store, live)

    _compare(store, corpus.oracle)
    shutil.rmtree(folder)


def _write_some(corpus: Corpus, live: Path, random: Random) -> None:
    """Append to a file, cut it, or write it anew, at any byte."""
    for source in random.sample(corpus.files, 3):
        whole = source.read_bytes()
        target = _target(corpus, live, source)
        size = target.stat().st_size if target.exists() else 0
        how = random.random()
        if how < 0.7:
            end = random.randint(size, len(whole))
            _put(corpus, live, source, whole[:end])
        elif how < 0.85:
            _put(corpus, live, source, whole[: random.randint(0, size)])
        elif target.exists():
            target.unlink()


def _target(corpus: Corpus, live: Path, source: Path) -> Path:
    return live / source.relative_to(corpus.path)


def _put(corpus: Corpus, live: Path, source: Path, data: bytes) -> None:
    target = _target(corpus, live, source)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _read(store: Path, claude: Path) -> None:
    with closing(open_writer(store)) as writer:
        intake = Intake(writer, [Folder(claude)], PRICES)
        for batch in batches(intake.look()):
            intake.take(batch)


def _compare(store: Path, oracle: dict[str, Any]) -> None:
    with closing(open_writer(store)) as writer:
        _compare_models(writer, oracle)
        _compare_windows(writer, oracle)


def _compare_models(writer: Writer, oracle: dict[str, Any]) -> None:
    found = {
        name: (t.messages, *t.tokens, t.cost)
        for name, t in rankings.by_model(writer).items()
    }
    keys = ("messages", "input", "output", "cache_5m", "cache_1h")
    wanted = {
        name: (
            *(model[key] for key in keys),
            model["cache_read"],
            model["cost_nano_usd"],
        )
        for name, model in oracle["by_model"].items()
    }
    assert found == wanted


def _compare_windows(writer: Writer, oracle: dict[str, Any]) -> None:
    me = Account("", "default", "", Rule.EXACT)
    found = [
        {
            "start_ms": int(window.start.timestamp() * 1000),
            "end_ms": int(window.end.timestamp() * 1000),
            "messages": window.totals.messages,
            "tokens": window.totals.tokens.total,
            "cost_nano_usd": window.totals.cost,
        }
        for window in windows.every(writer, me, EVER)
    ]
    by_hour = windows.every(writer, me._replace(rule=Rule.HOUR), EVER)
    assert found == oracle["windows_exact"]
    assert len(by_hour) == oracle["windows_5h"]
