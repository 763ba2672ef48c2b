"""`claude-tray uninstall`: out of everything it was put into."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.cli.context import context_of, tell
from claude_tray.cli.show import print_json
from claude_tray.desktop import entry
from claude_tray.desktop.autostart.state import State
from claude_tray.desktop.autostart.system import this_system
from claude_tray.desktop.installer import removal_command
from claude_tray.desktop.instance import ask, wait_for_the_end
from claude_tray.desktop.paths import home_folder
from claude_tray.desktop.relaunch import running
from claude_tray.desktop.traces import clear, passing, worth_keeping
from claude_tray.errors import ClaudeTrayError, DesktopError, SettingsError
from claude_tray.statusline import install as statusline
from claude_tray.statusline.memory import NAME, recall

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from claude_tray.cli.context import Context

_ASK_SECONDS: Final = 5.0
_END_SECONDS: Final = 15.0


class Step(NamedTuple):
    """One thing to undo: what a person reads, and how it is done."""

    text: str
    undo: Callable[[], object]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="tell what would be undone, and undo nothing",
    )
    parser.add_argument(
        "--data",
        action="store_true",
        help="delete the settings and the store as well, for good",
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    context = context_of(arguments)
    kept = [] if arguments.data else worth_keeping(context.own)
    undone = []
    failed = False
    for step in _steps(context, with_data=arguments.data):
        try:
            if not arguments.dry_run:
                step.undo()
        except (ClaudeTrayError, OSError) as error:
            failed = True
            tell(f"not undone: {step.text}. {error}")
        else:
            undone.append(step.text)
    program = removal_command(running(os.environ))
    if arguments.json:
        told = {"undone": undone, "kept": [str(path) for path in kept]}
        print_json({**told, "dry_run": arguments.dry_run, "program": program})
    else:
        _print(undone, kept, program, is_dry=arguments.dry_run)
    return 1 if failed else 0


def _print(
    undone: list[str],
    kept: list[Path],
    program: str,
    *,
    is_dry: bool,
) -> None:
    lines = [f"{'would undo' if is_dry else 'undone'}: {t}" for t in undone]
    lines += [f"kept: {path} (--data deletes it)" for path in kept]
    lines.append(f"left to you: the program itself: {program}")
    print(*lines, sep="\n")  # noqa: T201


def _steps(context: Context, *, with_data: bool) -> Iterator[Step]:
    """Yield what there is to undo, in the order in which it must be."""
    own = context.own
    if ask(own.state, "status", _ASK_SECONDS) is not None:
        yield Step("the tray that runs", lambda: _end_tray(own.state))
    yield from _entries()
    yield from _statuslines(own.settings.with_name(NAME))
    for path in passing(own):
        yield Step(f"own note: {path}", partial(clear, [path]))
    for path in worth_keeping(own) if with_data else ():
        yield Step(f"own data: {path}", partial(clear, [path]))


def _statuslines(memory: Path) -> Iterator[Step]:
    """Yield where Claude Code was given our command."""
    try:
        folders = [Path(folder) for folder in recall(memory)]
    except SettingsError:
        # Asked again, it says what is wrong with what was noted.
        yield Step("statusline", partial(recall, memory))
        return
    for claude in folders:
        text = f"statusline: {claude / 'settings.json'}"
        yield Step(text, partial(_leave, claude, memory))


def _entries() -> Iterator[Step]:
    """Yield what the desktop knows of this program."""
    autostart = this_system(os.environ, home_folder())
    status = autostart.status(("",))
    if status.state is not State.OFF:
        text = f"start at login: {status.where}"
        yield Step(text, autostart.disable)
    if sys.platform.startswith("linux"):
        data = entry.data_folder(os.environ, home_folder())
        if found := entry.installed(data):
            text = f"menu entry: {found[0]} and {len(found) - 1} pictures"
            yield Step(text, partial(entry.remove, data))


def _end_tray(state: Path) -> None:
    ask(state, "quit", _ASK_SECONDS)
    if not wait_for_the_end(state, _END_SECONDS):
        summary = f"It still runs after {_END_SECONDS:.0f} seconds"
        raise DesktopError(summary)


def _leave(claude: Path, memory: Path) -> None:
    """Give Claude Code's settings back what stood in them before us."""
    statusline.remove(claude, memory)
    if not recall(memory):
        clear([memory])
