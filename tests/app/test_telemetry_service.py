from __future__ import annotations

import argparse
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claude_tray.app.context import AppContext, load_context
from claude_tray.app.telemetry_service import (
    FileExporter,
    TelemetryService,
    build_sender_command,
)
from claude_tray.config.schema import Settings
from claude_tray.core.snapshot import Snapshot
from claude_tray.errors import SettingsError
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.store.connection import open_writer
from tests.support.prometheus import parse_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppContext:
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path / "own"))
    arguments = argparse.Namespace(claude_path=str(tmp_path / "claude"))
    context = load_context(arguments)
    open_writer(context.paths.database).close()
    settings = Settings(
        telemetry_prometheus_file=str(tmp_path / "claude.prom"),
        telemetry_interval_seconds=10,
    )
    return context._replace(settings=settings)


@pytest.fixture
def service() -> Iterator[TelemetryService]:
    channel = SnapshotChannel()
    channel.publish(Snapshot(datetime.now(UTC)))
    service = TelemetryService(channel)
    yield service
    service.stop()


def _wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_file_is_written_at_once(
    context: AppContext, service: TelemetryService, tmp_path: Path
) -> None:
    path = tmp_path / "claude.prom"

    service.reconfigure(context)
    _wait_until(path.exists)

    values = parse_metrics(path.read_text())
    assert values["claude_tray_problem", frozenset()] == 0


def test_nothing_is_written_while_the_settings_are_invalid(
    context: AppContext, service: TelemetryService, tmp_path: Path
) -> None:
    error = SettingsError("It is broken.")

    service.reconfigure(context._replace(telemetry_error=error))

    assert service._parts == []  # noqa: SLF001 - no thread was started
    assert not (tmp_path / "claude.prom").exists()


def test_unfinished_and_invented_snapshots_are_not_written(
    context: AppContext, tmp_path: Path
) -> None:
    channel = SnapshotChannel()
    snapshot = Snapshot(datetime.now(UTC))
    channel.publish(replace(snapshot, scan_progress=0.5))
    exporter = FileExporter(context, channel)
    time.sleep(0.3)
    channel.publish(replace(snapshot, is_demo=True))
    time.sleep(1.3)
    exporter.stop()

    assert not (tmp_path / "claude.prom").exists()


def test_a_folder_that_vanished_is_logged_once(
    context: AppContext,
    service: TelemetryService,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    name = str(tmp_path / "gone" / "claude.prom")
    settings = context.settings._replace(telemetry_prometheus_file=name)

    with caplog.at_level(logging.WARNING):
        service.reconfigure(context._replace(settings=settings))
        _wait_until(lambda: "There is no folder" in caplog.text)


def test_the_command_of_the_sender_has_no_secret(context: AppContext) -> None:
    command = build_sender_command(context)

    assert command[-2:] == ["--claude-path", str(context.folders[0])]
    assert "--otlp" in command
    assert "--until-closed" in command
