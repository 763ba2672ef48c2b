"""Run `claude-tray doctor`: check the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.context import AppContext, load_context, utc_now
from claude_tray.app.data_access import open_for_reading
from claude_tray.cli.doctor import (
    bill,
    claude_code,
    files,
    notification_command,
    prices,
    store,
    telemetry,
)
from claude_tray.cli.doctor.finding import LABELS, Finding
from claude_tray.cli.shared import add_json_argument, print_json
from claude_tray.errors import ClaudeTrayError, gettext_noop
from claude_tray.i18n.line_breaks import measure_cells, pad_cells
from claude_tray.i18n.translator import ENGLISH, Translator
from claude_tray.platform.audit import AuditHook
from claude_tray.providers.base import displayable_path
from claude_tray.text import make_visible

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json_argument(parser)
    parser.add_argument(
        "--audit",
        action="store_true",
        help=gettext_noop("list every file opened and every host contacted"),
    )


def run(arguments: argparse.Namespace) -> int:
    """Print all findings; return 1 if action is required."""
    audit = AuditHook()
    context = load_context(arguments)
    arguments.no_refresh = False
    # Programs read the findings in English.
    translator = ENGLISH if arguments.json else context.translator
    findings = [
        *files.collect_path_findings(context, translator),
        *notification_command.collect_command_findings(context, translator),
        *telemetry.collect_telemetry_findings(context, translator),
        *_collect_data_findings(arguments, context, translator),
    ]
    audit.stop()
    findings += collect_audit_findings(
        audit, translator, is_complete=arguments.audit
    )
    problems = [f"{f.text} {f.hint}" for f in findings if f.hint]
    if arguments.json:
        values = {finding.name: finding.value for finding in findings}
        print_json({**values, "problems": problems})
    else:
        _print_findings(findings, translator)
    return 1 if problems else 0


def collect_audit_findings(
    audit: AuditHook, translator: Translator, *, is_complete: bool
) -> list[Finding]:
    """
    Report every file that was opened and every host that was contacted.

    Args:
        audit: Hook that has recorded them.
        translator: Language of the texts.
        is_complete: List all files, instead of their number.
    """
    gettext = translator.gettext
    opened = sorted(map(displayable_path, audit.files))
    hosts, programs = sorted(audit.hosts), sorted(audit.programs)
    none = gettext("none")
    files_text = gettext("{count}; --audit lists them", count=len(opened))
    if is_complete:
        files_text = "\n".join(opened) or none
    credentials = audit.credential_files
    credentials_text, hint = gettext("Claude's credentials were not read."), ""
    if credentials:
        credentials_text = gettext(
            "Read: {files}.", files=", ".join(credentials)
        )
        hint = gettext("This is a bug: please report it.")
    return [
        Finding("files_opened", opened, files_text),
        Finding("programs_started", programs, ", ".join(programs) or none),
        Finding("hosts_contacted", hosts, ", ".join(hosts) or none),
        Finding("credentials_opened", credentials, credentials_text, hint),
    ]


def _collect_data_findings(
    arguments: argparse.Namespace,
    context: AppContext,
    translator: Translator,
) -> list[Finding]:
    try:
        with open_for_reading(arguments, context) as reader:
            now = utc_now()
            return [
                *store.collect_store_findings(reader, now, translator),
                *prices.collect_price_findings(
                    reader, context.engine_config().prices, translator
                ),
                *bill.collect_bill_findings(
                    reader,
                    tuple(f.path for f in context.engine_config().folders),
                    context.engine_config().prices,
                    translator,
                ),
                *claude_code.collect_claude_code_findings(
                    reader, context, now, translator
                ),
            ]
    except ClaudeTrayError as error:
        problem = error.describe(translator.catalog.gettext)
        text = translator.gettext("Cannot be used: {problem}", problem=problem)
        hint = translator.gettext(
            "See the log: {path}", path=context.paths.log_file
        )
        return [Finding("state", None, text, hint)]


def _print_findings(findings: list[Finding], translator: Translator) -> None:
    labels = [translator.gettext(LABELS[finding.name]) for finding in findings]
    width = max(map(measure_cells, labels))
    for finding, label in zip(findings, labels, strict=True):
        marker = "!" if finding.hint else " "
        text = f"{finding.text} {finding.hint}".rstrip()
        first, *rest = make_visible(text, keep="\n").split("\n")
        print(f"{marker} {pad_cells(label, width)}  {first}".rstrip())
        for line in rest:
            print(f"  {'':{width}}  {line}")
