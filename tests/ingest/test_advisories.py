from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.snapshot import Retention
from claude_tray.ingest.advisories import collect_advisories
from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.pipeline import Ingester
from claude_tray.providers.registry import AccountFolder
from claude_tray.store import accounts
from claude_tray.store.connection import Writer, open_writer
from tests.support.builders import PRICES, ClaudeFolder, make_line, ms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


NOW = ms("12:00", 31)
DAY = 86_400


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


def _set_age(path: Path, days: float) -> None:
    seconds = NOW / 1000 - days * DAY
    os.utime(path, (seconds, seconds))


def _ingest_folder(writer: Writer, claude: ClaudeFolder) -> EngineConfig:
    config = EngineConfig((AccountFolder(claude.path),), PRICES)
    ingester = Ingester(writer, config.folders, PRICES)
    ingester.ingest_batch(ingester.find_changed())
    return config


def test_expiring_transcripts_are_reported_as_saved(
    writer: Writer,
    claude: ClaudeFolder,
) -> None:
    for name, days in (("a", 40), ("b", 27.5), ("c", 26.5)):
        path = claude.append(
            make_line(message=f"msg_{name}"), name=f"{name}.jsonl"
        )
        _set_age(path, days)
    torn_path = claude.append(b'{"type": "assist', name="torn.jsonl")
    _set_age(torn_path, 29)

    config = _ingest_folder(writer, claude)

    assert collect_advisories(writer, config, NOW).retention == Retention(
        30, 3, 2
    )


def test_the_configured_period_is_used(
    writer: Writer,
    claude: ClaudeFolder,
) -> None:
    _set_age(claude.append(make_line()), 29)
    settings = claude.path / "settings.json"
    settings.write_text('{"cleanupPeriodDays": 365}')

    config = _ingest_folder(writer, claude)
    assert collect_advisories(writer, config, NOW).retention is None

    settings.write_text('{"cleanupPeriodDays": 999999}')
    assert collect_advisories(writer, config, NOW).retention is None

    settings.write_text("not settings")
    assert collect_advisories(writer, config, NOW).retention is None


def test_an_existing_unfollowed_folder_is_suggested(
    writer: Writer,
    claude: ClaudeFolder,
    tmp_path: Path,
) -> None:
    config = _ingest_folder(writer, claude)
    other = tmp_path / "other"
    other.mkdir()
    missing_folder = tmp_path / "gone"
    accounts.save_seen_folders(
        writer, [str(other), str(missing_folder), str(claude.path)], NOW
    )

    assert collect_advisories(writer, config, NOW).unfollowed_folders == (
        str(other),
    )
    assert (
        collect_advisories(
            writer, config, NOW + 31 * DAY * 1000
        ).unfollowed_folders
        == ()
    )
