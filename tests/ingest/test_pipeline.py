from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.core.price_table import PriceTable
from claude_tray.core.windows import WindowRule
from claude_tray.errors import StoreCorruptError
from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.integrity_monitor import (
    IntegrityMonitor,
    load_last_snapshot,
)
from claude_tray.ingest.pipeline import run_maintenance
from claude_tray.providers.registry import AccountFolder
from claude_tray.store.connection import Writer, open_writer
from tests.support.builders import PRICES, at, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


@pytest.fixture
def config(tmp_path: Path) -> EngineConfig:
    return EngineConfig((AccountFolder(tmp_path),), PRICES, WindowRule.EXACT)


def _list_window_starts(writer: Writer) -> list[int]:
    rows = writer.execute("SELECT start_ms FROM closed_window").fetchall()
    return [start for (start,) in rows]


def test_finished_windows_are_stored(
    writer: Writer,
    config: EngineConfig,
) -> None:
    save_records(writer, make_record("09:07"))

    assert list(run_maintenance(writer, config, ms("23:00"))) == []

    assert _list_window_starts(writer) == [ms("09:07")]


def test_a_clock_that_is_set_back_opens_the_window_again(
    writer: Writer,
    config: EngineConfig,
) -> None:
    save_records(writer, make_record("09:07"))
    list(run_maintenance(writer, config, ms("09:00", day=20)))

    list(run_maintenance(writer, config, ms("09:30")))

    assert _list_window_starts(writer) == []


def test_another_rule_changes_the_windows(
    writer: Writer,
    config: EngineConfig,
) -> None:
    save_records(writer, make_record("09:07"))
    list(run_maintenance(writer, config, ms("23:00")))

    list(
        run_maintenance(
            writer, config._replace(rule=WindowRule.HOUR), ms("23:00")
        )
    )

    assert _list_window_starts(writer) == [ms("09:00")]


def test_other_prices_are_applied_in_steps(
    writer: Writer,
    config: EngineConfig,
) -> None:
    save_records(writer, make_record("09:07"))

    steps = run_maintenance(
        writer,
        config._replace(prices=PriceTable("none", {})),
        ms("23:00"),
    )

    assert list(steps) == [None]
    assert writer.execute("SELECT cost FROM message").fetchall() == [(None,)]


def test_a_database_is_checked_at_first_and_once_a_day(
    tmp_path: Path,
) -> None:
    path = tmp_path / "usage.db"
    with closing(open_writer(path)) as writer:
        save_records(writer, make_record())
        monitor = IntegrityMonitor(path, writer)
        monitor.check(at("09:00"))
        writer.execute("UPDATE message SET input = input + 1")

        monitor.check(at("23:59"))
        with pytest.raises(StoreCorruptError):
            monitor.check(at("00:00", day=2))


def test_a_new_database_is_not_checked_on_its_first_day(
    tmp_path: Path,
) -> None:
    path = tmp_path / "usage.db"
    with closing(open_writer(path)) as writer:
        monitor = IntegrityMonitor(path, writer)
        save_records(writer, make_record())
        writer.execute("UPDATE message SET input = input + 1")

        monitor.check(at("09:00"))
        with pytest.raises(StoreCorruptError):
            monitor.check(at("00:00", day=2))


def test_stored_usage_is_shown_if_readable(tmp_path: Path) -> None:
    config = EngineConfig((AccountFolder(tmp_path / "claude"),), PRICES)
    path = tmp_path / "usage.db"
    nothing = load_last_snapshot(path, config, at("10:00"))
    with closing(open_writer(path)) as writer:
        save_records(writer, make_record("09:00"))

    known = load_last_snapshot(path, config, at("10:00"))

    assert (nothing.accounts, nothing.today.messages) == ((), 0)
    assert known.today.messages == 1


def test_a_replaced_database_is_detected(tmp_path: Path) -> None:
    path = tmp_path / "usage.db"
    with closing(open_writer(path)) as writer:
        monitor = IntegrityMonitor(path, writer)
        assert not monitor.is_database_missing()

        path.replace(tmp_path / "elsewhere.db")

        assert monitor.is_database_missing()
