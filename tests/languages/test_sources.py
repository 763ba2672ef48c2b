"""Find sentences in the code that no catalog has, where no test shows them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from claude_tray import errors
from claude_tray.i18n.translator import load_translator
from tests.support.source_code import list_source_files

if TYPE_CHECKING:
    from collections.abc import Iterator


# Of the server, its programs and administrators: docs/translations.md.
EXCLUDED = ("claude_tray/server/", "claude_tray/protocol/")
ERRORS = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.ClaudeTrayError)
}
PRINTERS = {"print", "print_message"}
WORDS = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
# Lines that scripts read.
KEPT_IN_ENGLISH = ("Serving on ", " Sync successful: ")


def list_sentences(node: ast.AST) -> Iterator[str]:
    """List texts of an argument that are not in a call of their own."""
    if isinstance(node, ast.Call):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from list_sentences(child)


def list_shown(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """List what is printed, or said by an error, without translation."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in ERRORS | PRINTERS:
            continue
        hints = [k.value for k in node.keywords if k.arg == "hint"]
        for argument in [*node.args, *hints]:
            for text in list_sentences(argument):
                if WORDS.search(text):
                    yield node.lineno, text


def test_errors_and_output_are_translated() -> None:
    found = [
        f"{file.name}:{line}: {text}"
        for file in list_source_files()
        if not file.name.startswith(EXCLUDED)
        for line, text in list_shown(file.tree)
        if not any(kept in text for kept in KEPT_IN_ENGLISH)
    ]

    assert found == []


def test_reasons_of_the_system_are_translated() -> None:
    german = load_translator("de").catalog.gettext

    for reason in errors.SYSTEM_REASONS:
        assert errors.translate_reason(reason, german) != reason
    assert errors.translate_reason("permission denied", german) == (
        "keine Berechtigung"
    )
    assert errors.translate_reason("larger than 20 bytes", german) == (
        "größer als 20 Bytes"
    )
    text = "the server responded 502 bad_gateway {x} Down"
    assert errors.translate_reason(text, german) == (
        "der Server antwortet mit 502 bad_gateway {x} Down"
    )
    assert errors.translate_reason("x" * 10_000, german) == "x" * 10_000
    assert errors.translate_reason("", german) == ""


def test_a_problem_keeps_what_it_describes() -> None:
    german = load_translator("de")
    error = errors.SettingsError(
        errors.gettext_noop("Cannot read {path}: {reason}."),
        path="/x",
        reason="Permission denied",
    )

    problem = errors.Problem(error)

    assert problem == "Cannot read /x: Permission denied."
    assert german.translate_problem(problem) == (
        "/x kann nicht gelesen werden: Keine Berechtigung."
    )
    assert german.gettext("{path}: {reason}", path="a", reason=problem) == (
        "a: /x kann nicht gelesen werden: Keine Berechtigung."
    )
    assert errors.Problem() == ""
