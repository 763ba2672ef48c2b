"""Export the metrics of this computer, once or again and again."""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from claude_tray.app.context import print_message, utc_now
from claude_tray.app.data_access import open_for_reading
from claude_tray.core.time import to_epoch_ms
from claude_tray.errors import ClaudeTrayError, UsageError, gettext_noop
from claude_tray.ingest import advisories, config
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.telemetry import prometheus_file, samples, state, targets
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse

    from claude_tray.app.context import AppContext
    from claude_tray.protocol.metrics import MetricSamples
    from claude_tray.sync.config import PrivacySettings


_STDOUT: Final = "-"


class _Output(Protocol):
    def __call__(self, collected: MetricSamples, /) -> None: ...


def export_metrics(arguments: argparse.Namespace, context: AppContext) -> int:
    """
    Write or send the metrics; with `--watch` until it is interrupted.

    Raises:
        ClaudeTrayError: The settings, the file or the receiver cannot be
            used; with `--watch`, failures are printed and tried again.
    """
    if context.telemetry_error is not None:
        raise context.telemetry_error
    projects = arguments.projects or context.settings.telemetry_projects
    privacy = targets.build_privacy(projects, context.settings, context.paths)
    if arguments.prometheus is not None:
        write = _build_file_output(arguments.prometheus)
        return _repeat(arguments, context, privacy, write)
    endpoint = arguments.otlp or context.settings.telemetry_otlp_endpoint
    if not endpoint:
        raise UsageError(
            gettext_noop("No OpenTelemetry address is set."),
            hint=gettext_noop(
                "Set telemetry.otlp_endpoint, or write it after --otlp."
            ),
        )
    target = targets.load_otlp_target(
        endpoint, context.settings, context.environment, context.paths
    )
    # Late: it takes 40 MiB.
    from claude_tray.telemetry.otlp import OtlpSender

    with closing(OtlpSender(target)) as sender:
        return _repeat(arguments, context, privacy, sender.send)


def collect_metrics(
    arguments: argparse.Namespace,
    context: AppContext,
    privacy: PrivacySettings,
) -> MetricSamples:
    """Read what is new, and return all metrics."""
    with open_for_reading(arguments, context) as reader:
        accounts = config.cached_accounts(reader, context.engine_config())
        now = utc_now()
        snapshot = SnapshotBuilder(reader).build(
            config.list_accounts(accounts), now
        )
        found = advisories.collect_advisories(
            reader, accounts, to_epoch_ms(now)
        )
        return samples.collect_samples(
            replace(snapshot, **found._asdict()),
            samples.load_stored_totals(reader, privacy),
            now,
        )


def _build_file_output(name: str) -> _Output:
    if name == _STDOUT:

        def write_stdout(collected: MetricSamples, /) -> None:
            data = prometheus_file.encode_samples(collected)
            sys.stdout.write(make_visible(data.decode(), keep="\n"))

        return write_stdout
    path = Path(name).expanduser().absolute()
    targets.check_file_target(path)

    def write_file(collected: MetricSamples, /) -> None:
        data = prometheus_file.encode_samples(collected)
        prometheus_file.write_samples(path, data)

    return write_file


def _repeat(
    arguments: argparse.Namespace,
    context: AppContext,
    privacy: PrivacySettings,
    write: _Output,
) -> int:
    if not arguments.watch:
        write(collect_metrics(arguments, context, privacy))
        return 0
    stopped = threading.Event()
    if arguments.until_closed:
        thread = threading.Thread(
            target=_wait_for_end, args=(stopped,), daemon=True
        )
        thread.start()
    is_sending = arguments.prometheus is None
    path = context.paths.state_folder / state.STATE_FILE
    reported = ""
    while not stopped.is_set():
        problem = ""
        try:
            write(collect_metrics(arguments, context, privacy))
        except ClaudeTrayError as error:
            problem = error.describe()
            if problem != reported:
                translate = context.translator.catalog.gettext
                print_message(error.describe(translate))
        reported = problem
        if is_sending:
            state.save_sending_state(path, problem)
        stopped.wait(context.settings.telemetry_interval_seconds)
    return 0


def _wait_for_end(stopped: threading.Event) -> None:
    """Wait until the tray, which holds the other end of the pipe, is gone."""
    sys.stdin.buffer.read()
    stopped.set()
