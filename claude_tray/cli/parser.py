"""How words on the command line are read."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from claude_tray import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping


_WIDTH: Final = 78
# In one line each, so that the help fits a screen of 24 lines.
_GROUPS: Final = {
    "now": ("status", "stats", "windows", "popup", "card"),
    "where it went": ("projects", "sessions", "models", "daily"),
    "the numbers": ("refresh", "export", "import", "sync"),
    "a server": ("serve", "server", "dashboard"),
    "set up": (
        "statusline",
        "autostart",
        "desktop",
        "completion",
        "uninstall",
    ),
    "in trouble": ("doctor",),
}
_OTHER_GROUP: Final = "more"


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Of one width: asking the terminal for its own takes 4 ms to import."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_WIDTH)


def extract_claude_path(args: list[str]) -> str:
    """Take `--claude-path PATH` out of the words, wherever it stands."""
    parser = argparse.ArgumentParser(
        add_help=False,
        allow_abbrev=False,
        formatter_class=_Formatter,
    )
    parser.add_argument("--claude-path", default="")
    namespace, rest = parser.parse_known_args(args)
    args[:] = rest
    return str(namespace.claude_path)


def build_command_parser(name: str, text: str) -> argparse.ArgumentParser:
    """Return the parser of a command."""
    parser = argparse.ArgumentParser(
        prog=f"claude-tray {name}",
        description=f"{text.capitalize()}.",
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    add_claude_path(parser)
    return parser


def build_tray_parser(commands: Mapping[str, str]) -> argparse.ArgumentParser:
    """Return the parser of the tray, whose help names the commands."""
    parser = argparse.ArgumentParser(
        prog="claude-tray",
        usage="%(prog)s [COMMAND] [options]",
        description="Shows how much of Claude Code's 5-hour window is left.",
        epilog=_format_command_overview(commands),
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    add_claude_path(parser)
    parser.add_argument(
        "--version",
        action="version",
        version=f"claude-tray {__version__}",
    )
    return parser


def _format_command_overview(commands: Mapping[str, str]) -> str:
    """Return the commands by what they are for, a line each."""
    grouped = {name for names in _GROUPS.values() for name in names}
    rest = tuple(name for name in commands if name not in grouped)
    lines = ["commands (`claude-tray COMMAND --help` tells of one):"]
    for group, names in {**_GROUPS, _OTHER_GROUP: rest}.items():
        if available := [name for name in names if name in commands]:
            lines.append(f"  {group:14} {', '.join(available)}")
    return "\n".join(lines)


def add_claude_path(parser: argparse.ArgumentParser) -> None:
    # Shown in the help; take_claude_path has taken it by then.
    parser.add_argument(
        "--claude-path",
        metavar="PATH",
        help="Claude Code's folder, or several with commas between",
    )
