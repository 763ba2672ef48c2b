"""Export metrics while the tray runs: write the file, run the sender."""

from __future__ import annotations

import logging
import subprocess
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Final

from claude_tray.app.context import utc_now
from claude_tray.errors import ClaudeTrayError
from claude_tray.platform import system
from claude_tray.ui.toolkit.process import build_program_command

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext
    from claude_tray.core.snapshot import Snapshot
    from claude_tray.ingest.snapshot_channel import SnapshotChannel


_log = logging.getLogger(__name__)

# Unchanged values are written again after this many intervals.
_UNCHANGED_INTERVALS: Final = 10
_STOP_SECONDS: Final = 2.0
# A process that ended is started again after a minute at the earliest.
_RESTART_SECONDS: Final = 60.0


class FileExporter:
    """
    Writes the file for Prometheus on a thread of its own.

    Args:
        context: Settings; they do not change meanwhile.
        channel: Source of snapshots.
    """

    def __init__(self, context: AppContext, channel: SnapshotChannel) -> None:
        self._context = context
        self._channel = channel
        self._stopped = threading.Event()
        self._written, self._age = b"", 0
        self._logged = ""
        self._thread = threading.Thread(
            target=self._run, name="telemetry", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        interval = self._context.settings.telemetry_interval_seconds
        while not self._stopped.is_set():
            snapshot = self._channel.latest()
            is_complete = (
                snapshot is not None
                and snapshot.scan_progress is None
                and not snapshot.is_demo
            )
            if snapshot is not None and is_complete:
                self._try_write(snapshot)
                self._stopped.wait(interval)
            else:
                self._stopped.wait(1)

    def _try_write(self, snapshot: Snapshot) -> None:
        try:
            self._write(snapshot)
        except ClaudeTrayError as error:
            problem = error.describe()
            if problem != self._logged:
                _log.warning("Cannot export metrics error=%s", problem)
            self._logged = problem
        else:
            self._logged = ""

    def _write(self, snapshot: Snapshot) -> None:
        # Late: most users export nothing.
        from claude_tray.store.connection import (
            open_reader,
            translate_sqlite_errors,
        )
        from claude_tray.telemetry import prometheus_file, samples, targets

        settings, paths = self._context.settings, self._context.paths
        path = targets.resolve_prometheus_path(
            settings.telemetry_prometheus_file
        )
        privacy = targets.build_privacy(
            settings.telemetry_projects, settings, paths
        )
        with (
            closing(open_reader(paths.database)) as reader,
            translate_sqlite_errors(paths.database),
        ):
            stored = samples.load_stored_totals(reader, privacy)
        data = prometheus_file.encode_samples(
            samples.collect_samples(snapshot, stored, utc_now())
        )
        self._age += 1
        is_same = prometheus_file.is_same_state(self._written, data)
        if is_same and path.exists() and self._age < _UNCHANGED_INTERVALS:
            return
        prometheus_file.write_samples(path, data)
        self._written, self._age = data, 0


class SenderProcess:
    """
    Runs `claude-tray export --otlp --watch` and restarts it if it ends.

    The library that sends takes as much memory as the tray, so it has a
    process of its own; it ends when the tray does, even if that is killed.

    Args:
        command: Its command line.
    """

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._stopped = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._logged = ""
        self._thread = threading.Thread(
            target=self._run, name="telemetry-sender", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the process and wait for it."""
        self._stopped.set()
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                system.current_system().kill_process_group(process)
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with subprocess.Popen(  # noqa: S603 - this program itself
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                    # Windows only: no console.
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                ) as process:
                    self._process = process
                    if self._stopped.is_set() and process.stdin is not None:
                        # It was stopped while it started.
                        process.stdin.close()
                    self._log_output(process)
            except OSError as error:
                _log.warning("Cannot start sending error=%s", error)
            self._process = None
            self._stopped.wait(_RESTART_SECONDS)

    def _log_output(self, process: subprocess.Popen[bytes]) -> None:
        """Log what the process prints: a line for each problem, each once."""
        if process.stderr is None:
            return
        for line in process.stderr:
            text = line.decode(errors="replace").strip()
            if text != self._logged and not self._stopped.is_set():
                self._logged = text
                _log.warning("Cannot send metrics error=%s", text)


class TelemetryService:
    """
    Turns both exports on and off with the settings.

    Args:
        channel: Source of snapshots.
    """

    def __init__(self, channel: SnapshotChannel) -> None:
        self._channel = channel
        self._lock = threading.Lock()
        self._applied: tuple[object, ...] = ()
        self._parts: list[FileExporter | SenderProcess] = []

    def reconfigure(self, context: AppContext) -> None:
        """Apply changed settings; unusable ones turn everything off."""
        settings = context.settings
        wanted: tuple[object, ...] = (
            context.telemetry_error is None,
            settings.telemetry_prometheus_file,
            settings.telemetry_otlp_endpoint,
            settings.telemetry_interval_seconds,
            settings.telemetry_projects,
            settings.sync_exclude,
            settings.sync_machine_name,
            context.folders,
            context.environment.otlp_headers,
        )
        with self._lock:
            if wanted == self._applied:
                return
            self._applied = wanted
            self._stop_parts()
            if context.telemetry_error is not None:
                return
            if settings.telemetry_prometheus_file:
                self._parts.append(FileExporter(context, self._channel))
            if settings.telemetry_otlp_endpoint:
                command = build_sender_command(context)
                self._parts.append(SenderProcess(command))

    def stop(self) -> None:
        with self._lock:
            self._stop_parts()

    def _stop_parts(self) -> None:
        parts, self._parts = self._parts, []
        for part in parts:
            part.stop()


def build_sender_command(context: AppContext) -> list[str]:
    """Return the command line of the process that sends; no secret is in it."""
    options = ["export", "--otlp", "--watch", "--until-closed", "--no-refresh"]
    if context.folders_fixed_by:
        options += ["--claude-path", ",".join(map(str, context.folders))]
    return build_program_command(*options)
