"""Build the argument parsers; help is translated when it is printed."""

from __future__ import annotations

import argparse
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from claude_tray import __version__
from claude_tray.cli.argument_errors import (
    ARGPARSE_MESSAGES,
    load_translator,
    translate_messages,
)
from claude_tray.cli.shared import add_claude_path
from claude_tray.errors import gettext_noop
from claude_tray.i18n.line_breaks import measure_cells, pad_cells, wrap_cells
from claude_tray.platform.start_command import get_start_command
from claude_tray.text import end_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


_WIDTH: Final = 78
_INDENT: Final = "  "
_ENTRY_WIDTH: Final = 19
_COMMAND_WIDTH: Final = 11
_GROUPS: Final = {
    gettext_noop("Usage"): (
        "status",
        "stats",
        "windows",
        "window",
        "fit",
        "budget",
        "walls",
        "plan",
        "open",
        "popup",
        "card",
    ),
    gettext_noop("Usage breakdown"): (
        "projects",
        "sessions",
        "live",
        "models",
        "daily",
        "weekly",
        "monthly",
    ),
    gettext_noop("Data"): ("refresh", "export", "import", "sync"),
    gettext_noop("Server"): ("serve", "server"),
    gettext_noop("Agents"): ("mcp", "hook"),
    gettext_noop("Setup"): (
        "settings",
        "notify",
        "statusline",
        "autostart",
        "desktop",
        "uninstall",
    ),
    gettext_noop("Troubleshooting"): ("doctor",),
    gettext_noop("Shell"): ("completion",),
}
# Written by argparse itself, when a parser is built.
_HEADINGS: Final = (
    gettext_noop("options"),
    gettext_noop("positional arguments"),
    gettext_noop("show this help message and exit"),
    gettext_noop("show program's version number and exit"),
)


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Format help; a fixed width saves the 4 ms import of shutil."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_WIDTH)

    @cached_property
    def _gettext(self) -> Callable[[str], str]:
        return load_gettext()

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        prefix = (
            self._gettext(ARGPARSE_MESSAGES[0]) if prefix is None else prefix
        )
        # argparse measures it in characters.
        self._width -= measure_cells(prefix) - len(prefix)
        super().add_usage(usage, actions, groups, prefix)

    def start_section(self, heading: str | None) -> None:
        super().start_section(self._gettext(heading) if heading else None)

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return self._gettext(action.help) if action.help else None

    def _split_lines(self, text: str, width: int) -> list[str]:
        # Wide characters take two columns, and may have no spaces between.
        return wrap_cells(" ".join(text.split()), width)


def load_gettext() -> Callable[[str], str]:
    """Load the translations of the user's language."""
    return load_translator().catalog.gettext


class CommandParser(argparse.ArgumentParser):
    """
    Parse the arguments of one command.

    Args:
        prog: Name to show in the usage line.
        summary: Description as a msgid, without a period.
        usage: Usage line; None to derive it from the arguments.

    Attributes:
        entries: Lines to print below the options: name and text msgids.
        groups: The same by heading, also a msgid.
        entries_heading: Their heading as a msgid, without a colon; {command}
            is how the program was started.
    """

    def __init__(
        self,
        prog: str,
        summary: str,
        usage: str | None = None,
    ) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=f"{summary}.",
            formatter_class=_HelpFormatter,
            allow_abbrev=False,
        )
        self.summary = summary
        self.entries: dict[str, str] = {}
        self.groups: dict[str, dict[str, str]] = {}
        self.entries_heading = ""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        with translate_messages():
            return super().parse_args(args, namespace)

    def format_help(self) -> str:
        gettext = load_gettext()
        self.description = end_sentence(gettext(self.summary))
        if self.entries or self.groups:
            lines = _format_entries(self.entries, _ENTRY_WIDTH, gettext)
            for group, entries in self.groups.items():
                lines += ["", f"{gettext(group)}:"]
                lines += _format_entries(entries, _COMMAND_WIDTH, gettext)
            heading = gettext(self.entries_heading).format(
                command=get_start_command()
            )
            self.epilog = "\n".join([f"{heading}:", *lines])
        return super().format_help()


def _format_entries(
    entries: Mapping[str, str], width: int, gettext: Callable[[str], str]
) -> list[str]:
    lines = []
    for name, text in entries.items():
        head = pad_cells(gettext(name), width)
        room = _WIDTH - measure_cells(head) - len(_INDENT) - 1
        for line in wrap_cells(gettext(text), room):
            lines.append(f"{_INDENT}{head} {line}")
            head = " " * width
    return lines


def extract_claude_path(args: list[str]) -> str:
    """Remove `--claude-path PATH` from anywhere in the arguments."""
    parser = argparse.ArgumentParser(
        "claude-tray",
        add_help=False,
        allow_abbrev=False,
        formatter_class=_HelpFormatter,
    )
    parser.add_argument("--claude-path", default="")
    with translate_messages():
        namespace, rest = parser.parse_known_args(args)
    args[:] = rest
    return str(namespace.claude_path)


def build_command_parser(name: str, summary: str) -> CommandParser:
    """Build the parser of a command."""
    parser = CommandParser(f"claude-tray {name}", summary)
    add_claude_path(parser)
    return parser


def build_tray_parser(summaries: Mapping[str, str]) -> CommandParser:
    """
    Build the parser of the tray, whose help lists the commands.

    Args:
        summaries: What each command does, as msgids.
    """
    parser = CommandParser(
        "claude-tray",
        gettext_noop("Show how much of Claude Code's 5-hour window is left"),
        "%(prog)s [COMMAND] [options]",
    )
    parser.groups = {
        group: {name: summaries[name] for name in names}
        for group, names in _GROUPS.items()
    }
    parser.entries_heading = gettext_noop(
        "commands (run `{command} COMMAND --help` for details)"
    )
    add_claude_path(parser)
    parser.add_argument(
        "--version",
        action="version",
        version=f"claude-tray {__version__}",
    )
    return parser
