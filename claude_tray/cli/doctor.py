"""`claude-tray doctor`: what is where, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.context import context_of, now
from claude_tray.cli.doctor_audit import findings_of_audit
from claude_tray.cli.doctor_claude import findings_of_claude
from claude_tray.cli.doctor_places import findings_of_places
from claude_tray.cli.doctor_store import findings_of_store
from claude_tray.cli.finding import Finding
from claude_tray.cli.reading import reading
from claude_tray.cli.show import print_json
from claude_tray.desktop.audit import Audit
from claude_tray.errors import ClaudeTrayError

if TYPE_CHECKING:
    import argparse

    from claude_tray.cli.context import Context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--audit",
        action="store_true",
        help="list every file opened and every host called by this run",
    )


def run(arguments: argparse.Namespace) -> int:
    audit = Audit()
    context = context_of(arguments)
    arguments.no_refresh = False
    findings = [
        *findings_of_places(context),
        *_of_what_was_read(arguments, context),
    ]
    audit.end()
    findings += findings_of_audit(audit, is_whole=arguments.audit)
    problems = [f"{f.text} {f.hint}" for f in findings if f.hint]
    if arguments.json:
        told = {finding.name: finding.value for finding in findings}
        print_json({**told, "problems": problems})
    else:
        _print(findings)
    return 1 if problems else 0


def _of_what_was_read(
    arguments: argparse.Namespace,
    context: Context,
) -> list[Finding]:
    try:
        with reading(arguments, context) as reader:
            moment = now()
            return [
                *findings_of_store(reader, moment),
                *findings_of_claude(reader, context, moment),
            ]
    except ClaudeTrayError as error:
        text = f"cannot be used: {error.summary}"
        return [Finding("state", None, text, error.hint or "See the log.")]


def _print(findings: list[Finding]) -> None:
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark = "!" if finding.hint else " "
        name = finding.name.replace("_", " ").ljust(width)
        first, *rest = f"{finding.text} {finding.hint}".rstrip().split("\n")
        print(f"{mark} {name}  {first}".rstrip())  # noqa: T201
        for line in rest:
            print(f"  {'':{width}}  {line}")  # noqa: T201
