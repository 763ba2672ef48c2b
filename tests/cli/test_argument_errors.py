from __future__ import annotations

import argparse
import ast
from pathlib import Path

import pytest

from claude_tray.cli.argument_errors import (
    ARGPARSE_COUNTS,
    ARGPARSE_MESSAGES,
    translate_messages,
)
from claude_tray.cli.main import main

# Headings and helps: the formatter translates them.
FORMATTED = {
    "options",
    "positional arguments",
    "show this help message and exit",
    "subcommands",
}
# Mistakes of a program that builds a parser, and what this one does not use:
# subparsers and files as types.
PROGRAM_ERRORS = (
    ".__call__() not defined",
    "'required' is an invalid argument",
    "mutually exclusive arguments must be optional",
    "%r is not callable",
    "can't open ",
    "cannot ",
    "conflicting ",
    "invalid option string",
    "dest= is required",
    "invalid conflict_resolution value",
    "unknown parser",
    "deprecated",
    "command ",
    'argument "-" with mode',
)


def list_argparse_texts() -> set[str]:
    """Return the first argument of each call of gettext in argparse."""
    tree = ast.parse(Path(argparse.__file__).read_text("utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "ngettext"}
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_message_of_argparse_has_translations() -> None:
    known = {*ARGPARSE_MESSAGES, *(one for one, _ in ARGPARSE_COUNTS)}

    missing = {
        text
        for text in list_argparse_texts() - known - FORMATTED
        if not text.startswith(PROGRAM_ERRORS) and "option%(option" not in text
    }

    assert missing == set()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["status", "--bogus"], "unbekannte Argumente: --bogus"),
        (["status", "--account"], "--account/--profile: braucht einen Wert"),
        (["status", "--format", "x"], "ungültige Auswahl: 'x'"),
        (["daily", "--days", "0"], "keine Zahl von 1 bis 100000: '0'"),
        (["daily", "--since", "x"], "kein Tag wie 2026-11-01"),
        (["window", "--at", "x"], "keine Zeit wie 14:30"),
        (["walls", "--days", "x"], "keine Anzahl von Tagen: 'x'"),
        (["plan", "--start", "x"], "keine Uhrzeit wie 07:10: 'x'"),
        (["--claude-path"], "--claude-path: braucht einen Wert"),
    ],
)
def test_refused_arguments_are_explained_in_the_language(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    text: str,
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LANGUAGE", raising=False)

    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2
    error = " ".join(capsys.readouterr().err.split())
    assert error.startswith("Aufruf: claude-tray")
    assert "Fehler: " in error
    assert text in error


def test_argparse_is_as_before_outside_the_block() -> None:
    before = vars(argparse)["_"]

    with translate_messages():
        assert vars(argparse)["_"] is not before

    assert vars(argparse)["_"] is before
