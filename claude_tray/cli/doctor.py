"""`claude-tray doctor`: what is where, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from claude_tray import __version__
from claude_tray.cli.context import context_of, now
from claude_tray.cli.reading import reading
from claude_tray.cli.show import print_json
from claude_tray.desktop.instance import ask
from claude_tray.errors import ClaudeTrayError
from claude_tray.store import health
from claude_tray.store.windows import FUTURE_MS
from claude_tray.transcripts.locate import root_of, walk

if TYPE_CHECKING:
    import argparse

    from claude_tray.cli.context import Context
    from claude_tray.store.health import Health

_ASK_SECONDS = 2.0


class Finding(NamedTuple):
    """One thing that was looked at; a hint where a person is needed."""

    name: str
    value: Any
    text: str
    hint: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    arguments.no_refresh = False
    findings = [*_of_folders(context), *_of_store(arguments, context)]
    problems = [f"{f.text} {f.hint}" for f in findings if f.hint]
    if arguments.json:
        told = {finding.name: finding.value for finding in findings}
        print_json({**told, "problems": problems})
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            mark = "!" if finding.hint else " "
            name = finding.name.replace("_", " ").ljust(width)
            text = f"{mark} {name}  {finding.text} {finding.hint}"
            print(text.rstrip())  # noqa: T201
    return 1 if problems else 0


def _of_folders(context: Context) -> list[Finding]:
    own = context.own
    tray = ask(own.state, "status", _ASK_SECONDS) is not None
    return [
        Finding("version", __version__, __version__),
        Finding("settings", str(own.settings), str(own.settings)),
        Finding("store", str(own.store), str(own.store)),
        Finding("log", str(own.log), str(own.log)),
        Finding("tray_runs", tray, "yes" if tray else "no"),
        _of_transcripts(context),
    ]


def _of_transcripts(context: Context) -> Finding:
    told = []
    hints = []
    for folder in context.folders:
        found = walk(folder)
        told.append(
            {
                "path": root_of(folder),
                "files": len(found.transcripts),
                "bytes": sum(t.size for t in found.transcripts),
                "unreadable": found.unreadable,
            },
        )
        if not found.folders:
            hints.append(f"{root_of(folder)} is not there or not readable.")
        hints += [f"{path} cannot be read." for path in found.unreadable]
    text = ", ".join(f"{t['path']}: {t['files']} files" for t in told)
    if hints:
        hints.append("Check --claude-path and the permissions.")
    return Finding("transcripts", told, text, " ".join(hints))


def _of_store(
    arguments: argparse.Namespace,
    context: Context,
) -> list[Finding]:
    try:
        with reading(arguments, context) as reader:
            latest = int(now().timestamp() * 1000) + FUTURE_MS
            found = health.of(reader, latest)
    except ClaudeTrayError as error:
        text = f"cannot be used: {error.summary}"
        return [Finding("state", None, text, error.hint or "See the log.")]
    return _findings(found)


def _findings(found: Health) -> list[Finding]:
    unpriced = list(found.unpriced)
    return [
        Finding("schema", found.schema, str(found.schema)),
        Finding("messages", found.messages, f"{found.messages:,}"),
        Finding("files_read", found.files, f"{found.files:,}"),
        Finding("bad_lines", found.bad_lines, f"{found.bad_lines} skipped"),
        Finding("too_long", found.too_long, f"{found.too_long} passed over"),
        Finding(
            "future_messages",
            found.future,
            str(found.future),
            "Set the clock: these are later than now." if found.future else "",
        ),
        Finding(
            "unpriced_models",
            unpriced,
            ", ".join(unpriced) or "none",
            'Give a price in settings.toml: [prices."NAME"].'
            if unpriced
            else "",
        ),
        Finding(
            "incomplete_requests",
            found.incomplete,
            f"{found.incomplete} without a final line",
        ),
        Finding("price_table", found.prices, found.prices or "none yet"),
    ]
