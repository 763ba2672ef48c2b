"""Run `claude-tray import`: import usage from another tool."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from claude_tray.app.context import (
    AppContext,
    load_context,
    print_message,
    utc_now,
)
from claude_tray.app.data_access import open_for_reading, select_accounts
from claude_tray.cli.shared import (
    add_account_argument,
    add_json_argument,
    print_json,
)
from claude_tray.core.time import to_epoch_ms
from claude_tray.errors import UsageError, gettext_noop
from claude_tray.importers import claude_tray_export
from claude_tray.importers.detect import load_history
from claude_tray.ingest.history_import import (
    HistoryImportResult,
    import_history,
)
from claude_tray.ingest.pipeline import run_maintenance
from claude_tray.protocol.export_file import EXPORT_VERSION
from claude_tray.store.connection import open_writer, translate_sqlite_errors
from claude_tray.store.recovery import is_sqlite_file, recover_rows

if TYPE_CHECKING:
    import argparse

    from claude_tray.core.usage import ImportedHistory
    from claude_tray.i18n.translator import Translator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        help=gettext_noop(
            "output of claude-tray export, ccusage, cc-cockpit or"
            " claude-monitor, Claude Code's stats-cache.json, or a corrupt"
            " copy of the store"
        ),
    )
    add_json_argument(parser)
    add_account_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    history = _load_history(arguments.file)
    context = load_context(arguments)
    # Refresh first: transcripts take precedence over imported records.
    arguments.no_refresh = False
    with open_for_reading(arguments, context) as reader:
        accounts = select_accounts(reader, arguments, context)
    if len(accounts) > 1 and _has_unassigned_usage(history):
        raise UsageError(
            gettext_noop("The file does not name its account."),
            hint=gettext_noop("Choose one with --profile: {names}."),
            names=", ".join(account.name for account in accounts),
        )
    result = _import_history(context, history, accounts[0].key)
    if arguments.json:
        print_json({"source": history.source, **result._asdict()})
    else:
        _print_result(history.source, result, context.translator)
    return 0


def _load_history(path: Path) -> ImportedHistory:
    try:
        if not is_sqlite_file(path):
            return load_history(path)
    except OSError as error:
        raise UsageError(
            gettext_noop("Cannot read {path}: {reason}."),
            path=path,
            reason=error.strerror,
        ) from error
    rows, lost_count = recover_rows(path)
    recovered = claude_tray_export.parse_export(
        {"version": EXPORT_VERSION, "records": rows}
    )
    damaged = (("damaged", lost_count),) * bool(lost_count)
    return recovered._replace(skipped=(*recovered.skipped, *damaged))


def _has_unassigned_usage(history: ImportedHistory) -> bool:
    """Return whether any usage in the file belongs to no account."""
    accounts = [record.account for record in history.records]
    return None in accounts or any(
        day_total.account is None for day_total in history.day_totals
    )


def _import_history(
    context: AppContext, history: ImportedHistory, account: str
) -> HistoryImportResult:
    config, store = context.engine_config(), context.paths.database
    with closing(open_writer(store)) as writer, translate_sqlite_errors(store):
        result = import_history(writer, history, account, config.prices)
        now_ms = to_epoch_ms(utc_now())
        for _ in run_maintenance(writer, config, now_ms):
            pass
    return result


def _print_result(
    source: str, result: HistoryImportResult, translator: Translator
) -> None:
    print(
        translator.gettext(
            "Imported from {source}: {added} new records, {updated} updated,"
            " {known} unchanged; totals of {days} days.",
            source=source,
            added=translator.format_integer(result.added),
            updated=translator.format_integer(result.updated),
            known=translator.format_integer(result.known),
            days=translator.format_integer(result.days),
        )
    )
    for reason, count in result.left_out.items():
        print_message(
            translator.gettext(
                "Skipped {count}: {reason}.", count=count, reason=reason
            )
        )
