"""Read the wheels' metadata, and our list of declarations."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from types import CodeType, ModuleType

_LIST = Path(__file__).with_name("declarations.txt")
_LINE = re.compile(r"([-+]) (\S+)((?: \w+)*?)(?: -> (\w+))?$")


class Method(NamedTuple):
    """
    A method of Cocoa.

    Attributes:
        owner: Class that declares it.
        arguments: Types.
        result: Type; "void" for none.
    """

    owner: str
    selector: str
    is_class_method: bool
    arguments: tuple[str, ...]
    result: str


class Declarations(NamedTuple):
    """
    What the headers declare.

    Attributes:
        parents: Superclass of each class; empty for none.
        methods: By owner and selector.
    """

    parents: dict[str, str]
    methods: dict[tuple[str, str], Method]

    def list_ancestors(self, name: str) -> list[str]:
        """Return a class and its superclasses."""
        return [name, *self.list_ancestors(self.parents[name])] if name else []

    def find(self, owner: str, selector: str) -> Method | None:
        """Return the method that an instance or class of a class has."""
        for name in self.list_ancestors(owner):
            if (name, selector) in self.methods:
                return self.methods[name, selector]
        return None


def load_declarations() -> Declarations:
    parents: dict[str, str] = {}
    methods: dict[tuple[str, str], Method] = {}
    owner = ""
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line[0] not in "-+":
            owner, _, rest = line.partition(" : ")
            parents[owner] = rest.partition(",")[0].strip("-")
            continue
        match = _LINE.fullmatch(line)
        assert match, line
        kind, selector, arguments, result = match.groups()
        types = tuple(arguments.split())
        assert len(types) == selector.count(":"), line
        methods[owner, selector] = Method(
            owner, selector, kind == "+", types, result or "void"
        )
    return Declarations(parents, methods)


class Metadata(NamedTuple):
    """
    What the wheels know.

    Attributes:
        selectors: Arguments and results by class and selector.
        values: Constants, enumerations and structures by name.
        functions: Names of functions.
    """

    selectors: dict[tuple[str, str], dict[str, Any]]
    values: dict[str, Any]
    functions: frozenset[str]


def load_metadata(folder: Path, objc: ModuleType) -> Metadata:
    """
    Run the metadata of AppKit and Foundation as pyobjc does.

    Args:
        folder: Unpacked wheels.
        objc: Stand-in for pyobjc's core.
    """
    selectors: dict[tuple[str, str], dict[str, Any]] = {}
    values: dict[str, Any] = {}
    functions: set[str] = set()

    def register(owner: bytes, selector: bytes, entry: dict[str, Any]) -> None:
        selectors[owner.decode(), selector.decode()] = entry

    core: Any = objc
    core.registerMetaDataForSelector = register
    for name in ("Foundation", "AppKit"):
        namespace = _execute(folder / name / "_metadata.py", objc)
        values |= namespace["misc"]
        values |= _parse_enumerations(namespace["enums"])
        values |= _parse_constants(namespace["constants"])
        functions |= set(namespace["functions"])
        for alias, original in namespace["aliases"].items():
            if original in values:
                values[alias] = values[original]
    return Metadata(selectors, values, frozenset(functions))


def _execute(path: Path, objc: ModuleType) -> dict[str, Any]:
    code: CodeType = compile(path.read_bytes(), str(path), "exec")
    namespace: dict[str, Any] = {"__name__": path.parent.name}
    previous = sys.modules.get("objc")
    sys.modules["objc"] = objc
    try:
        exec(code, namespace)  # noqa: S102 - pyobjc's own tables
    finally:
        if previous is not None:
            sys.modules["objc"] = previous
        else:
            del sys.modules["objc"]
    return namespace


def _parse_enumerations(text: str) -> dict[str, Any]:
    pairs = [entry.partition("@")[::2] for entry in text.split("$") if entry]
    return {
        name: float(value) if "." in value else int(value)
        for name, value in pairs
    }


def _parse_constants(text: str) -> dict[str, Any]:
    """Return constants: texts by their name, structures by their type."""
    pairs = [entry.partition("@")[::2] for entry in text.split("$") if entry]
    return {name: kind or name for name, kind in pairs}
