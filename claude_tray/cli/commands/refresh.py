"""Run `claude-tray refresh`: read new transcripts into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.context import load_context
from claude_tray.app.refresh import refresh_store
from claude_tray.cli.shared import add_json_argument, print_json

if TYPE_CHECKING:
    import argparse

    from claude_tray.i18n.translator import Translator
    from claude_tray.ingest.result import IngestResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    context = load_context(arguments)
    result = refresh_store(context)
    if arguments.json:
        print_json(
            {
                "files_read": result.files_read,
                "bytes_read": result.bytes_read,
                "messages_added": result.added,
                "messages_updated": result.updated,
                "bad_lines": result.bad_lines,
                "too_long": result.oversized_lines,
                **({} if result.is_complete else {"complete": False}),
            },
        )
    else:
        print(
            context.translator.join_sentences(
                _format_result(result, context.translator)
            )
        )
    return int(not result.is_complete)


def _format_result(result: IngestResult, translator: Translator) -> list[str]:
    sentences = [
        translator.gettext(
            "Files read: {files}. Messages: {added} added, {updated} updated.",
            files=translator.format_integer(result.files_read),
            added=translator.format_integer(result.added),
            updated=translator.format_integer(result.updated),
        )
    ]
    if skipped := result.bad_lines + result.oversized_lines:
        sentences.append(
            translator.ngettext(
                "{n} line was skipped.", "{n} lines were skipped.", skipped
            )
        )
    return sentences
