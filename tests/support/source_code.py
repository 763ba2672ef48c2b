"""Measure the source code: imports, classes, identifiers, token kinds."""

from __future__ import annotations

import ast
import re
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import claude_tray

if TYPE_CHECKING:
    from collections.abc import Iterator


PACKAGE: Final = Path(claude_tray.__file__).parent
ROOT: Final = PACKAGE.parent
# Names that only one of the kinds of tokens has, in code and in SQL.
_TOKEN_KIND: Final = re.compile(
    r"\bcache_(write_)?(5m|1h)|\bcache_(read|creation)|\bephemeral_"
)
# Names that others prescribe: columns, fields, keys, and method names of libraries.
_PRESCRIBED: Final = {
    "LimitTold": "the Django model of a table",
    "told_ms": "a column of the server's database",
    "icon_colour": "a key of the settings",
    "urgency": "a field of desktop-notifier",
}
_GLOSSARY: Final = ROOT / "docs" / "glossary.md"
_CAMEL_HUMP: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


class Identifier(NamedTuple):
    """
    A name that a module gives.

    Attributes:
        name: The name.
        path: File, relative to the repository.
        line: Line number, from 1; 0 for the name of the module itself.
    """

    name: str
    path: str
    line: int

    @property
    def words(self) -> list[str]:
        """The name's words in lower case, split at `_` and at humps."""
        return [word.lower() for word in _CAMEL_HUMP.findall(self.name)]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.name}"


class SourceFile:
    """
    A Python file of the repository.

    Args:
        path: The file.
        root: The folder that names are relative to.

    Attributes:
        name: Its path relative to the root, with slashes.
        text: Its content.
    """

    def __init__(self, path: Path, root: Path = ROOT) -> None:
        self.path = path
        self.name = path.relative_to(root).as_posix()
        self.text = path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def line_count(self) -> int:
        return len(self.text.splitlines())

    @property
    def is_migration(self) -> bool:
        """Django generated the file from the models."""
        return self.path.parent.name == "migrations"

    def iter_internal_imports(self) -> Iterator[str]:
        """Yield the imported module of each statement that imports our own."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                if (node.module or "").split(".")[0] == PACKAGE.name:
                    yield node.module or ""
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.split(".")[0] == PACKAGE.name:
                        yield alias.name

    @cached_property
    def imported_modules(self) -> set[str]:
        """Modules and names that are imported, as dotted names."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                found |= {f"{node.module}.{a.name}" for a in node.names}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
        return found

    @cached_property
    def strings(self) -> set[str]:
        """Every string constant."""
        return {
            node.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }

    def iter_functions(self) -> Iterator[tuple[str, int]]:
        """Yield the name of each function and its number of lines."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, (node.end_lineno or 0) - node.lineno + 1

    def iter_classes(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                yield node.name

    def iter_identifiers(self) -> Iterator[Identifier]:
        """Yield each name that is defined or bound, once for a line."""
        seen = {(self.path.stem, 0)}
        seen |= {
            found
            for node in ast.walk(self.tree)
            for found in _find_definitions(node)
        }
        for name, line in sorted(seen, key=lambda item: (item[1], item[0])):
            yield Identifier(name, self.name, line)

    def names_token_kind(self) -> bool:
        """Search identifiers and strings, but not docstrings and comments."""
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            if node.body and isinstance(node.body[0], ast.Expr)
        }
        texts = (
            text
            for node in ast.walk(self.tree)
            if id(node) not in docstrings
            for text in _get_texts(node)
        )
        return any(_TOKEN_KIND.search(text) for text in texts)


def _find_definitions(node: ast.AST) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name, node.lineno
    elif isinstance(node, ast.arg):
        yield node.arg, node.lineno
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id, node.lineno
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr, node.lineno
    elif isinstance(node, ast.alias) and node.asname:
        yield node.asname, node.lineno
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name, node.lineno


def _get_texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.keyword | ast.arg):
        yield node.arg or ""


@cache
def list_source_files(folder: Path = PACKAGE) -> list[SourceFile]:
    """Parse every module below a folder, in the order of the paths."""
    return [SourceFile(path) for path in sorted(folder.rglob("*.py"))]


def count_imports_per_kloc(files: list[SourceFile]) -> float:
    """Count internal imports per 1,000 lines, migrations left out."""
    own = [file for file in files if not file.is_migration]
    imports = sum(len(list(file.iter_internal_imports())) for file in own)
    return imports * 1000 / sum(file.line_count for file in own)


def find_duplicate_classes(files: list[SourceFile]) -> dict[str, list[str]]:
    """Map each class name that is defined twice to the files that do it."""
    # Names that Django prescribes.
    prescribed = {"Meta", "Command", "Migration"}
    found: dict[str, list[str]] = {}
    for file in files:
        for name in file.iter_classes():
            if name not in prescribed:
                found.setdefault(name, []).append(file.name)
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def list_token_kind_modules(files: list[SourceFile]) -> list[str]:
    """List the modules that name a kind of token, migrations left out."""
    return [
        file.name
        for file in files
        if not file.is_migration and file.names_token_kind()
    ]


def load_retired_words() -> set[str]:
    """Read the words that the glossary retires in every identifier."""
    rows = [
        line.strip().strip("|").split("|")
        for line in _GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    return {word for row in rows for word in re.findall(r"`(\w+)`", row[2])}


def find_retired_identifiers(files: list[SourceFile]) -> list[Identifier]:
    """Find the identifiers that contain a retired word."""
    retired = load_retired_words()
    return [
        identifier
        for file in files
        for identifier in file.iter_identifiers()
        if identifier.name not in _PRESCRIBED
        if retired.intersection(identifier.words)
    ]
