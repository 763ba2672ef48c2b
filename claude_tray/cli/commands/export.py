"""Run `claude-tray export`: write all stored usage, or metrics."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from claude_tray.app.context import load_context
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli.shared import (
    add_account_argument,
    add_reading_arguments,
    format_json,
)
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.platform.private_files import open_private
from claude_tray.protocol.export_file import (
    EXPORT_COLUMNS,
    EXPORT_FORMAT,
    EXPORT_VERSION,
    ExportRow,
)
from claude_tray.store import export
from claude_tray.text import escape_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_reading_arguments(parser)
    add_account_argument(parser)
    parser.add_argument(
        "--format",
        choices=("json", "csv"),
        default="json",
        help=gettext_noop("output format; default: json"),
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        help=gettext_noop("file to write; default: standard output"),
    )
    metrics = parser.add_mutually_exclusive_group()
    metrics.add_argument(
        "--prometheus",
        metavar="FILE",
        help=gettext_noop(
            "write metrics for Prometheus' textfile collector; - prints them"
        ),
    )
    metrics.add_argument(
        "--otlp",
        metavar="URL",
        nargs="?",
        const="",
        help=gettext_noop(
            "send metrics to an OpenTelemetry collector; default: the address"
            " of the settings"
        ),
    )
    parser.add_argument(
        "--projects",
        choices=("hidden", "aliases", "names"),
        help=gettext_noop(
            "how metrics name projects; default: the setting, hidden"
        ),
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help=gettext_noop("renew metrics until Ctrl+C ends it"),
    )
    # The tray starts such a process, which ends with it.
    parser.add_argument(
        "--until-closed", action="store_true", help=argparse.SUPPRESS
    )


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    is_metrics = arguments.prometheus is not None or arguments.otlp is not None
    _check_arguments(arguments, is_metrics=is_metrics)
    if is_metrics:
        # Late: the other exports need none of it.
        from claude_tray.cli.metrics_export import export_metrics

        return export_metrics(arguments, context)
    is_table = arguments.format == "csv" and not arguments.json
    with open_for_reading(arguments, context) as reader:
        account = None
        if arguments.profile is not None:
            (selected,) = select_accounts(reader, arguments, context)
            account = selected.key
        rows = export.iter_export_rows(reader, account)
        with _open_output(arguments.output) as file:
            if is_table:
                _write_table(rows, file)
            else:
                _write_json(rows, file)
    return 0


def _check_arguments(
    arguments: argparse.Namespace, *, is_metrics: bool
) -> None:
    """
    Refuse options that belong to another export.

    Raises:
        UsageError: There is one.
    """
    if is_metrics and (arguments.output or arguments.profile):
        raise UsageError(
            gettext_noop("Metrics cannot be combined with this option."),
            hint=gettext_noop("Leave out --output and --account."),
        )
    if not is_metrics and (arguments.projects or arguments.watch):
        raise UsageError(
            gettext_noop("--projects and --watch are for metrics."),
            hint=gettext_noop("Add --prometheus FILE or --otlp."),
        )


@contextmanager
def _open_output(name: str | None) -> Iterator[TextIO]:
    if name is None:
        yield sys.stdout
        return
    try:
        with open(
            name, "w", encoding="utf-8", newline="", opener=open_private
        ) as file:
            yield file
    except OSError as error:
        raise UsageError(
            gettext_noop("Cannot write {path}: {reason}."),
            path=name,
            reason=error.strerror,
        ) from error


def _write_json(rows: Iterable[ExportRow], file: TextIO) -> None:
    """Write one row per line, without holding all rows in memory."""
    header = json.dumps({"format": EXPORT_FORMAT, "version": EXPORT_VERSION})
    file.write(f'{header[:-1]}, "records": [')
    separator = "\n"
    for row in rows:
        file.write(separator + format_json(row))
        separator = ",\n"
    file.write("\n]}\n")


def _write_table(rows: Iterable[ExportRow], file: TextIO) -> None:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(EXPORT_COLUMNS)
    for row in rows:
        # Without the provider: the key of the account contains it.
        values = list(row.values())[: len(EXPORT_COLUMNS)]
        table.writerow(map(_format_cell, values))


def _format_cell(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    return escape_cell(value) if isinstance(value, str) else value
