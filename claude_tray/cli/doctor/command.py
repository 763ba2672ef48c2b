"""`claude-tray doctor`: what is where, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.app.context import load_context, utc_now
from claude_tray.app.data_access import open_for_reading
from claude_tray.cli.doctor.claude_code import collect_claude_code_findings
from claude_tray.cli.doctor.finding import Finding
from claude_tray.cli.doctor.paths import collect_path_findings
from claude_tray.cli.doctor.store import collect_store_findings
from claude_tray.cli.output import print_json
from claude_tray.errors import ClaudeTrayError
from claude_tray.platform.audit import AuditHook
from claude_tray.providers.base import displayable_path

if TYPE_CHECKING:
    import argparse

    from claude_tray.app.context import AppContext


def collect_audit_findings(
    audit: AuditHook, *, is_complete: bool
) -> list[Finding]:
    """
    Return every file that was opened and every host that was called.

    Args:
        audit: What was heard.
        is_complete: A person is given the whole list, not only its length.
    """
    files, hosts = (
        sorted(map(displayable_path, audit.files)),
        sorted(audit.hosts),
    )
    programs = sorted(audit.programs)
    credentials = audit.credential_files
    files_text = f"{len(files)}; --audit lists them"
    if is_complete:
        files_text = "\n".join(files) or "none"
    credentials_text = "No file with credentials of Claude was opened."
    hint = ""
    if credentials:
        credentials_text = f"Opened: {', '.join(credentials)}."
        hint = "This must not be: please report it."
    return [
        Finding("files_opened", files, files_text),
        Finding("programs_started", programs, ", ".join(programs) or "none"),
        Finding("hosts_contacted", hosts, ", ".join(hosts) or "none"),
        Finding("credentials_opened", credentials, credentials_text, hint),
    ]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--audit",
        action="store_true",
        help="list every file opened and every host called by this run",
    )


def run(arguments: argparse.Namespace) -> int:
    audit = AuditHook()
    context = load_context(arguments)
    arguments.no_refresh = False
    findings = [
        *collect_path_findings(context),
        *_collect_data_findings(arguments, context),
    ]
    audit.stop()
    findings += collect_audit_findings(audit, is_complete=arguments.audit)
    problems = [f"{f.text} {f.hint}" for f in findings if f.hint]
    if arguments.json:
        values = {finding.name: finding.value for finding in findings}
        print_json({**values, "problems": problems})
    else:
        _print_findings(findings)
    return 1 if problems else 0


def _collect_data_findings(
    arguments: argparse.Namespace,
    context: AppContext,
) -> list[Finding]:
    try:
        with open_for_reading(arguments, context) as reader:
            now = utc_now()
            return [
                *collect_store_findings(reader, now),
                *collect_claude_code_findings(reader, context, now),
            ]
    except ClaudeTrayError as error:
        text = f"cannot be used: {error.summary}"
        return [Finding("state", None, text, error.hint or "See the log.")]


def _print_findings(findings: list[Finding]) -> None:
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        marker = "!" if finding.hint else " "
        name = finding.name.replace("_", " ").ljust(width)
        first, *rest = f"{finding.text} {finding.hint}".rstrip().split("\n")
        print(f"{marker} {name}  {first}".rstrip())
        for line in rest:
            print(f"  {'':{width}}  {line}")
