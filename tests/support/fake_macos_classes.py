"""
Import our macOS code on another system and print what pyobjc makes of it.

Takes the folder of pyobjc's wheels and prints one JSON object.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.cocoa.core import BadPrototypeError
from tests.support.cocoa.runtime import Cocoa

if TYPE_CHECKING:
    from tests.support.cocoa.metadata import Method

cocoa = Cocoa(Path(sys.argv[1]))
cocoa.install(lambda function, *values: function(*values))

import claude_tray.ui.toolkit.cocoa  # noqa: E402
import claude_tray.ui.tray.backends.macos  # noqa: E402

OWN = sorted(cocoa.own_selectors)
# Types that the runtime does not tell, so that the wheels list them.
LISTED_TYPES = {"BOOL", "block", "point", "rect", "size"}
UI = Path(claude_tray.ui.toolkit.cocoa.__file__).parents[1]


def list_modules() -> list[Path]:
    """Return our files that use AppKit."""
    return [
        *sorted((UI / "toolkit").glob("cocoa*.py")),
        *sorted((UI / "tray" / "backends").glob("macos*.py")),
    ]


def is_known(owner: str, selector: str) -> bool:
    """Return whether Cocoa calls a method of a class of ours."""
    parent = {
        "ClaudeTrayPanel": "NSPanel",
        "ClaudeTrayView": "NSView",
    }.get(owner, "NSObject")
    if cocoa.declarations.find(parent, selector):
        return True
    # Methods of protocols are registered for NSObject.
    return ("NSObject", selector) in cocoa.metadata.selectors


def list_unlisted() -> list[str]:
    """Return declared methods that the metadata should list, but does not."""
    return [
        f"{method.owner} {method.selector}"
        for method in cocoa.declarations.methods.values()
        if LISTED_TYPES & {*method.arguments, method.result}
        and (method.owner, method.selector) not in cocoa.metadata.selectors
    ]


def list_type_differences() -> list[str]:
    """Return methods whose BOOL is not one in the metadata."""
    return [
        f"{method.selector} {number}: {kind}"
        for method in cocoa.declarations.methods.values()
        for number, kind in enumerate(method.arguments, start=2)
        if is_listed_bool(method, number) not in (None, kind == "BOOL")
    ]


def is_listed_bool(method: Method, number: int) -> bool | None:
    """Return whether the metadata has a BOOL there; None if it has no entry."""
    entry = cocoa.metadata.selectors.get((method.owner, method.selector))
    if entry is None:
        return None
    argument = entry.get("arguments", {}).get(number, {})
    return argument.get("type") in ("Z", b"Z")


def list_missing_names() -> list[str]:
    """Return names of AppKit and Foundation that do not exist."""
    return [
        f"{path.name}: {node.attr}"
        for path in list_modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("AppKit", "Foundation")
        and not hasattr(sys.modules[node.value.id], node.attr)
    ]


def list_wrong_calls() -> list[str]:
    """Return calls of methods that Cocoa does not have in this form."""
    counts = {
        method.selector.replace(":", "_"): len(method.arguments)
        for method in cocoa.declarations.methods.values()
    }
    wrong = []
    for path in list_modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", "")
            if name in ("callAfter", "getLogger"):
                continue
            is_cocoa = name[:1].islower() and (
                name.endswith("_") or name != name.lower()
            )
            is_name = getattr(node.func, "value", None)
            if isinstance(is_name, ast.Name) and is_name.id == "Foundation":
                continue
            if is_cocoa and counts.get(name) != len(node.args):
                wrong.append(f"{path.name}:{node.lineno} {name}")
    return wrong


def try_class(make: Any) -> str:
    try:
        make()
    except BadPrototypeError as error:
        return str(error).partition(",")[0]
    return "accepted"


def make_helper() -> Any:
    view: Any = cocoa.classes["NSView"]

    class Helper(view):  # type: ignore[misc]
        def _at(self, event: Any) -> Any:
            return event

    return Helper


def make_wrong_count() -> Any:
    view: Any = cocoa.classes["NSView"]

    class WrongCount(view):  # type: ignore[misc]
        def mouseDown_(self) -> None:  # noqa: N802
            """Take no event."""

    return WrongCount


def list_refusals() -> list[str]:
    """Return errors of what is wrong, so that the rest means something."""
    view = cocoa.classes["NSView"].alloc()
    refused = [try_class(make_helper), try_class(make_wrong_count)]
    for act in (
        lambda: view.setNoSuchThing_(1),
        lambda: view.isFlipped(1),
        lambda: view.setToolTip_(1),
        lambda: setattr(view, "owner", 1),
        lambda: sys.modules["AppKit"].NSNoSuchName,
    ):
        try:
            act()
        except (AttributeError, TypeError) as error:
            refused.append(type(error).__name__)
        else:
            refused.append("accepted")
    return refused


json.dump(
    {
        "own classes": sorted({owner for owner, _ in OWN}),
        "own selectors": sorted({s for o, s in OWN if not is_known(o, s)}),
        "overrides": sorted({s for o, s in OWN if is_known(o, s)}),
        "unlisted": list_unlisted(),
        "types": list_type_differences(),
        "missing names": list_missing_names(),
        "wrong calls": list_wrong_calls(),
        "refusals": list_refusals(),
    },
    sys.stdout,
)
