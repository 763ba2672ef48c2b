"""Ingest generated folders in any order and compare their exact totals."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claude_tray.config.price_tables import load_price_table
from claude_tray.core.accounts import Account
from claude_tray.core.time import to_epoch_ms
from claude_tray.core.windows import WindowRule
from claude_tray.ingest.pipeline import Ingester
from claude_tray.providers.registry import AccountFolder
from claude_tray.providers.transcripts import iter_batches
from claude_tray.store.connection import Writer, open_writer, transaction
from claude_tray.store.usage_queries import load_totals_by_model
from claude_tray.store.windows import invalidate_closed, list_windows
from tests.support.corpus import write_corpus
from tests.support.corpus_profile import NEW_PROFILE, OLD_PROFILE
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random


PRICES = load_price_table()
END_OF_TIME_MS = 2**42
MAX_WAIT_MS = 60_000


class Corpus:
    """
    A folder of transcripts with known totals.

    Attributes:
        path: The folder.
        totals: What the corpus maker counted.
        files: Every transcript.
    """

    def __init__(self, path: Path, seed: int, profile: str) -> None:
        self.path = path
        self.totals = write_corpus(path, seed=seed, profile=profile)
        self.files = sorted((path / "projects").rglob("*.jsonl"))


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> list[Corpus]:
    folder = tmp_path_factory.mktemp("corpora")
    return [
        Corpus(folder / str(seed), seed, profile)
        for seed, profile in (
            (11, OLD_PROFILE),
            (12, OLD_PROFILE),
            (13, NEW_PROFILE),
        )
    ]


def test_responses_are_a_small_part_of_new_transcripts(
    corpora: list[Corpus],
) -> None:
    lines = [
        line
        for path in corpora[2].files
        for line in path.read_bytes().splitlines()
    ]
    responses = [line for line in lines if b'"type":"assistant",' in line]

    assert sum(map(len, responses)) < 0.05 * sum(map(len, lines))
    assert {b"prompt_snapshot" in line for line in lines} == {True, False}


def test_corpora_hold_every_trap(corpora: list[Corpus]) -> None:
    text = b"".join(path.read_bytes() for c in corpora for path in c.files)
    lines = text.splitlines()
    ids = [
        line["uuid"]
        for line in map(_parse_line, lines)
        if line and "uuid" in line
    ]

    assert len(set(ids)) < len(ids)  # resumed sessions
    assert None in map(_parse_line, lines)  # a torn line
    assert b"<synthetic>" in text
    assert b"msg_decoy" in text
    assert b"agent_progress" in text
    assert max(map(len, lines)) > 200_000
    assert any(path.parent.name == "subagents" for path in corpora[0].files)


def _parse_line(line: bytes) -> dict[str, Any] | None:
    try:
        parsed: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return parsed


def test_totals_are_exact_and_a_second_run_changes_nothing(
    corpora: list[Corpus],
    tmp_path: Path,
) -> None:
    for number, corpus in enumerate(corpora):
        store = tmp_path / f"{number}.db"
        for _ in range(2):
            _ingest_folder(store, corpus.path)
            _compare_store(store, corpus.totals)


@settings(
    max_examples=scale_count(6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(random=st.randoms(use_true_random=False))
def test_totals_are_exact_after_splits_restarts_rewrites_and_truncation(
    corpora: list[Corpus],
    tmp_path_factory: pytest.TempPathFactory,
    random: Random,
) -> None:
    corpus = random.choice(corpora)
    folder = tmp_path_factory.mktemp("live")
    store, live = folder / "usage.db", folder / "claude"
    for _ in range(25):
        _mutate_corpus(corpus, live, random)
        if random.random() < 0.5:
            _ingest_folder(store, live)
    for source in corpus.files:
        _write_file(corpus, live, source, source.read_bytes())
    _ingest_folder(store, live)
    for source in corpus.files[::2]:
        _target_path(corpus, live, source).unlink()
    _ingest_folder(store, live)

    _compare_store(store, corpus.totals)
    shutil.rmtree(folder)


def _mutate_corpus(corpus: Corpus, folder: Path, rng: Random) -> None:
    """Append to a file, truncate it at any byte, or delete it."""
    for source in rng.sample(corpus.files, 3):
        content = source.read_bytes()
        target = _target_path(corpus, folder, source)
        size = target.stat().st_size if target.exists() else 0
        choice = rng.random()
        if choice < 0.7:
            end = rng.randint(size, len(content))
            _write_file(corpus, folder, source, content[:end])
        elif choice < 0.85:
            _write_file(
                corpus, folder, source, content[: rng.randint(0, size)]
            )
        elif target.exists():
            target.unlink()


def _target_path(corpus: Corpus, folder: Path, source: Path) -> Path:
    return folder / source.relative_to(corpus.path)


def _write_file(
    corpus: Corpus, folder: Path, source: Path, data: bytes
) -> None:
    target = _target_path(corpus, folder, source)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _ingest_folder(store: Path, claude: Path) -> None:
    with closing(open_writer(store)) as writer:
        ingester = Ingester(writer, [AccountFolder(claude)], PRICES)
        for batch in iter_batches(ingester.find_changed()):
            ingester.ingest_batch(batch)


def _compare_store(store: Path, totals: dict[str, Any]) -> None:
    with closing(open_writer(store)) as writer:
        _compare_models(writer, totals)
        _compare_windows(writer, totals)


def _compare_models(writer: Writer, totals: dict[str, Any]) -> None:
    actual = {
        name: (t.messages, *t.tokens, t.cost)
        for name, t in load_totals_by_model(writer).items()
    }
    keys = ("messages", "input", "output", "cache_5m", "cache_1h")
    expected = {
        name: (
            *(model[key] for key in keys),
            model["cache_read"],
            model["cost_nano_usd"],
        )
        for name, model in totals["by_model"].items()
    }
    assert actual == expected


def _compare_windows(writer: Writer, totals: dict[str, Any]) -> None:
    account = Account("", "default", "", WindowRule.EXACT)
    by_hour = account._replace(rule=WindowRule.HOUR)

    first, expected = _dump_windows(writer, account)[0], totals["windows"][0]
    assert 0 <= expected["start_ms"] - first["start_ms"] < MAX_WAIT_MS
    # The totals of the corpus know only when responses came.
    with transaction(writer):
        writer.execute("UPDATE message SET requested_ms = NULL")
        invalidate_closed(writer, 0)
    assert _dump_windows(writer, account) == totals["windows"]
    assert _dump_windows(writer, by_hour) == totals["windows_by_hour"]


def _dump_windows(writer: Writer, account: Account) -> list[dict[str, Any]]:
    return [
        {
            "start_ms": to_epoch_ms(window.start),
            "end_ms": to_epoch_ms(window.end),
            "messages": window.totals.messages,
            "tokens": window.totals.tokens.total,
            "cost_nano_usd": window.totals.cost,
        }
        for window in list_windows(writer, account, END_OF_TIME_MS)
    ]
