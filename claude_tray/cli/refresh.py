"""`claude-tray refresh`: reads what is new into the store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from claude_tray.cli.context import context_of, now, tell
from claude_tray.engine.accounts import identified
from claude_tray.engine.batches import batches, uncollected
from claude_tray.engine.gain import Gain
from claude_tray.engine.intake import Intake
from claude_tray.engine.official import absorb, absorb_fetched
from claude_tray.engine.settle import settle
from claude_tray.errors import (
    StoreCorruptError,
    StoreFullError,
    StoreHeldError,
)
from claude_tray.store.connection import whole_writer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from claude_tray.cli.context import Context

# Less is read in less than a second.
_LONG_BYTES: Final = 200_000_000
_TRAY_SECONDS: Final = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    gain = refreshed(context)
    if arguments.json:
        from claude_tray.cli.show import print_json  # noqa: PLC0415

        print_json(
            {
                "files_read": gain.files_read,
                "bytes_read": gain.bytes_read,
                "messages_added": gain.added,
                "messages_updated": gain.updated,
                "bad_lines": gain.bad_lines,
                "too_long": gain.too_long,
            },
        )
    else:
        text = (
            f"Read {gain.files_read} files: {gain.added} messages added,"
            f" {gain.updated} updated."
        )
        if gain.bad_lines or gain.too_long:
            text += f" {gain.bad_lines + gain.too_long} lines were skipped."
        print(text)  # noqa: T201
    return 0


def refreshed(context: Context) -> Gain:
    """
    Take in what is new, by the running tray where there is one.

    A disk that is full is told, or who else writes; what was read before can
    still be shown.
    """
    gain = _by_the_tray(context)
    if gain is not None:
        return gain
    try:
        return _by_itself(context)
    except (StoreFullError, StoreHeldError) as error:
        tell(f"{error.summary} {error.hint} What is shown may be old.")
        return Gain()
    except StoreCorruptError as error:
        from claude_tray.store.repair import set_aside  # noqa: PLC0415

        aside = set_aside(context.own.store, now())
        tell(
            f"{error.summary} It lies in {aside.name} and is read anew; what"
            " the transcripts no longer hold is only there:"
            f" `claude-tray import {aside}` takes it in.",
        )
        return _by_itself(context)


def _by_the_tray(context: Context) -> Gain | None:
    door = context.own.state / "instance.door"
    if not door.exists():
        return None
    # Late: sockets are only needed where a tray runs.
    from claude_tray.desktop.instance import ask  # noqa: PLC0415

    folders = ",".join(map(str, context.folders))
    answer = ask(context.own.state, f"refresh {folders}", _TRAY_SECONDS)
    if not answer or not answer.startswith("gain "):
        return None
    return Gain(*map(int, answer.split()[1:]))


def _by_itself(context: Context) -> Gain:
    choices = context.choices()
    with uncollected(), whole_writer(context.own.store) as writer:
        choices = identified(writer, choices)
        intake = Intake(writer, choices.folders, choices.prices)
        todo = intake.look()
        whole = sum(item.size for item in todo)
        progress = _progress(whole) if whole > _LONG_BYTES else _quiet
        gain = Gain()
        for batch in batches(todo):
            gain = gain.plus(intake.take(batch))
            progress(gain.bytes_read, whole)
        now_ms = int(now().timestamp() * 1000)
        absorb(writer, choices, now_ms)
        absorb_fetched(writer, choices, now_ms)
        for _ in settle(writer, choices, now_ms):
            pass
    if trouble := intake.trouble():
        tell(f"{trouble}.")
    return gain


def _quiet(read: int, whole: int) -> None:
    del read, whole


def _progress(whole: int) -> Callable[[int, int], None]:
    """Return what draws a bar, where a person looks."""
    if not sys.stderr.isatty():
        return _quiet
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("Reading transcripts", total=whole)
    bar.start()

    def draw(read: int, whole: int) -> None:
        bar.update(task, completed=read, refresh=True)
        if read >= whole:
            bar.stop()

    return draw
