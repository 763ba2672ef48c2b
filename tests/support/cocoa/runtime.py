"""
Stand in for Cocoa, and refuse what pyobjc refuses.

Unknown classes, constants, functions and methods are AttributeErrors, a wrong
number or type of arguments is a TypeError, and a native object takes no
attributes. Names come from the wheels' metadata and `declarations.txt`. What
Cocoa does by itself is in `behavior.py`.
"""

from __future__ import annotations

import sys
import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.support.cocoa.core import (
    ObjcClass,
    ObjcObject,
    Selector,
    load_core,
    transform_class,
)
from tests.support.cocoa.metadata import load_declarations, load_metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.cocoa.metadata import Declarations, Metadata, Method


class Point(NamedTuple):
    """NSPoint."""

    x: float
    y: float


class Size(NamedTuple):
    """NSSize."""

    width: float
    height: float


class Rect(NamedTuple):
    """NSRect."""

    origin: Point
    size: Size


def make_rect(x: float, y: float, width: float, height: float) -> Rect:
    return Rect(Point(x, y), Size(width, height))


class Call(NamedTuple):
    """
    A call of a method of Cocoa.

    Attributes:
        target: Instance or class; None for `init`, not to keep it alive.
        is_main: Whether it was made on the main thread.
    """

    target: Any
    selector: str
    arguments: tuple[Any, ...]
    is_main: bool


WEAK_SETTERS = ("setTarget:", "setDelegate:")
_ZERO = make_rect(0, 0, 0, 0)
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "NSMakeRect": make_rect,
    "NSMakePoint": Point,
    "NSMakeSize": Size,
}
_CHECKS: dict[str, Callable[[Any], bool]] = {
    "BOOL": lambda value: isinstance(value, int),
    "int": lambda value: isinstance(value, int),
    "float": lambda value: isinstance(value, int | float),
    "str": lambda value: isinstance(value, str),
    "bytes": lambda value: isinstance(value, bytes),
    "id": lambda value: value is None or isinstance(value, ObjcObject),
    "rect": lambda value: isinstance(value, Rect),
    "point": lambda value: isinstance(value, Point),
    "size": lambda value: isinstance(value, Size),
    "sel": lambda value: value is None or isinstance(value, str | bytes),
    "block": callable,
}
_RESULTS: dict[str, Any] = {
    "void": None,
    "BOOL": False,
    "int": 0,
    "float": 0.0,
    "str": "",
    "rect": _ZERO,
    "point": _ZERO.origin,
    "array": [],
}


class Cocoa:
    """
    The fake frameworks of one version of pyobjc.

    Args:
        folder: Unpacked wheels.

    Attributes:
        calls: Every call so far.
        own_selectors: Selectors of our classes, with the class.
        behaviors: What methods do, by owner and selector.
    """

    def __init__(self, folder: Path) -> None:
        self.objc: Any = load_core(folder)
        self.metadata: Metadata = load_metadata(folder, self.objc)
        self.declarations: Declarations = load_declarations()
        self.calls: list[Call] = []
        self.own_selectors: set[tuple[str, str]] = set()
        self.behaviors: dict[tuple[str, str], Callable[..., Any]] = {}
        self.classes: dict[str, Any] = {}
        for name in self.declarations.parents:
            self._add_class(name)

    def install(self, call_after: Callable[..., None]) -> None:
        """Make the frameworks importable."""
        for name in ("AppKit", "Foundation"):
            sys.modules[name] = _Framework(name, self)
        helper: Any = ModuleType("PyObjCTools.AppHelper")
        helper.callAfter = call_after
        tools: Any = ModuleType("PyObjCTools")
        tools.AppHelper = helper
        sys.modules["PyObjCTools"] = tools
        sys.modules["PyObjCTools.AppHelper"] = helper

    def find_value(self, name: str) -> Any:
        """Return what a framework has by a name; raise AttributeError."""
        if name in self.classes:
            return self.classes[name]
        if name in self.metadata.functions and name in _FUNCTIONS:
            return _FUNCTIONS[name]
        value = self.metadata.values[name]
        return _ZERO if "CGRect" in str(value) else value

    def send(self, target: Any, method: Method, arguments: Any) -> Any:
        """Check and record a call; return its result."""
        if len(arguments) != len(method.arguments):
            text = f"{method} called with {len(arguments)} arguments"
            raise TypeError(text)
        for kind, value in zip(method.arguments, arguments, strict=True):
            if not self._fits(kind, value):
                text = f"{value!r} is no {kind}: {method}"
                raise TypeError(text)
        is_main = threading.current_thread() is threading.main_thread()
        # Cocoa does not keep these alive, so neither does the record.
        is_weak = method.selector in WEAK_SETTERS
        recorded = () if is_weak else arguments
        owner = None if method.selector == "init" else target
        self.calls.append(Call(owner, method.selector, recorded, is_main))
        behavior = self.behaviors.get((method.owner, method.selector))
        if behavior is not None:
            return behavior(target, *arguments)
        if method.result == "self":
            return target
        if method.result in _RESULTS:
            return _RESULTS[method.result]
        return self.classes[method.result]()

    def _fits(self, kind: str, value: Any) -> bool:
        if kind in _CHECKS:
            return _CHECKS[kind](value)
        return value is None or isinstance(value, self.classes[kind])

    def _add_class(self, name: str) -> None:
        parent = self.declarations.parents[name]
        base = self.classes[parent] if parent else ObjcObject
        namespace = {"cocoa": self, "native_name": name}
        self.classes[name] = NativeClass(name, (base,), namespace)

    def perform(self, target: Any, selector: str, *arguments: Any) -> Any:
        """Send a message to an instance of a class of ours."""
        function = type(target).own_functions[selector]
        assert len(arguments) == selector.count(":")
        return function(target, *arguments)


class NativeClass(ObjcClass):
    """Class of Cocoa, or of ours below one."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]
    ) -> Any:
        if "native_name" in namespace:
            namespace["own_functions"] = {}
            namespace["__getattr__"] = _get_method
            namespace["__setattr__"] = _set_attribute
            return super().__new__(cls, name, bases, namespace)
        parent: Any = bases[0]
        cocoa = parent.cocoa
        attributes, functions = transform_class(
            cocoa.objc, name, namespace, parent
        )
        cocoa.own_selectors |= {(name, selector) for selector in functions}
        attributes["own_functions"] = functions
        return super().__new__(cls, name, bases, attributes)

    def __getattr__(self, name: str) -> Any:
        """Return a class method, or the methods as pyobjc lists them."""
        native: Any = self
        if name in ("pyobjc_instanceMethods", "pyobjc_classMethods"):
            return _MethodList(native, is_class="class" in name)
        method = native.cocoa.declarations.find(
            native.native_name, name.replace("_", ":")
        )
        if method is None or not method.is_class_method:
            text = f"{native.native_name} has no +{name}"
            raise AttributeError(text)
        if method.selector == "alloc":
            return native
        return lambda *values: native.cocoa.send(native, method, values)

    __hasdict__ = True


class _MethodList:
    """Inherited methods; their selectors are those of overrides."""

    def __init__(self, native: Any, *, is_class: bool) -> None:
        self._native, self._is_class = native, is_class

    def __getattr__(self, name: str) -> Any:
        selector = name.replace("_", ":")
        native = self._native
        method = native.cocoa.declarations.find(native.native_name, selector)
        if method is None or method.is_class_method != self._is_class:
            raise AttributeError(name)
        return Selector(
            None,
            selector.encode(),
            b"@@:" + b"@" * selector.count(":"),
            isClassMethod=self._is_class,
        )


def _get_method(target: Any, name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    cocoa, owner = target.cocoa, target.native_name
    method = cocoa.declarations.find(owner, name.replace("_", ":"))
    if method is None or method.is_class_method:
        text = f"{owner} has no -{name}"
        raise AttributeError(text)
    return lambda *values: cocoa.send(target, method, values)


def _set_attribute(target: Any, name: str, value: Any) -> None:
    declarations = target.cocoa.declarations
    is_native = "native_name" in vars(type(target))
    selector = name.replace("_", ":")
    if is_native or declarations.find(target.native_name, selector):
        text = f"{target.native_name} takes no {name}"
        raise AttributeError(text)
    object.__setattr__(target, name, value)


class _Framework(ModuleType):
    """AppKit or Foundation."""

    def __init__(self, name: str, cocoa: Cocoa) -> None:
        super().__init__(name)
        self._cocoa = cocoa

    def __getattr__(self, name: str) -> Any:
        try:
            return self._cocoa.find_value(name)
        except KeyError:
            raise AttributeError(name) from None
