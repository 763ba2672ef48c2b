"""
Stand in for pyobjc's core, with the rules of its own Python code.

The wheel's `objc/_transform.py` decides which methods of a class become
selectors, and refuses those that do not fit; it is run as it is. Only what is
compiled in pyobjc is made up here.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class Selector:
    """A method with its selector, as `objc.selector`."""

    def __init__(
        self,
        function: Any,
        selector: bytes = b"",
        signature: bytes = b"v@:",
        *,
        isClassMethod: bool = False,  # noqa: N803 - pyobjc's names
        isHidden: bool = False,  # noqa: N803
        isRequired: bool = True,  # noqa: N803
    ) -> None:
        self.callable = function
        self.selector, self.signature = selector, signature
        self.isClassMethod, self.isHidden = isClassMethod, isHidden
        self.isRequired = isRequired


class NativeSelector(Selector):
    """A method that Cocoa implements."""


class InstanceVariable:
    """A slot of an instance, as `objc.ivar`."""

    def __init__(self, name: str, *_: Any, **__: Any) -> None:
        self.__name__ = name


class ObjcError(Exception):
    """`objc.error`."""


class BadPrototypeError(Exception):
    """A method does not fit its selector."""


class ObjcClass(type):
    """Metaclass of Cocoa's classes, as `objc.objc_class`."""


class ObjcObject:
    """Base of Cocoa's instances, as `objc.objc_object`."""

    @staticmethod
    def pyobjc_hiddenSelectors(_: bool) -> tuple[()]:  # noqa: FBT001, N802
        return ()


def load_core(folder: Path) -> Any:
    """
    Return a module `objc` with the wheel's rules.

    Args:
        folder: Unpacked wheels.
    """
    objc: Any = ModuleType("objc")
    objc.__path__ = [str(folder / "objc")]
    names = SimpleNamespace(
        error=ObjcError,
        BadPrototypeError=BadPrototypeError,
        ObjCSuperWarning=UserWarning,
        selector=Selector,
        native_selector=NativeSelector,
        bound_selector=type("bound_selector", (), {}),
        objc_class=ObjcClass,
        objc_object=ObjcObject,
        ivar=InstanceVariable,
        formal_protocol=type("formal_protocol", (), {}),
        super=type("super", (), {}),
        arch="arm64",
        options=SimpleNamespace(),
        nil=None,
    )
    vars(objc).update(vars(names))
    objc._registeredMetadataForSelector = lambda *_: None  # noqa: SLF001
    objc._returns_value = lambda _: True  # noqa: SLF001
    objc._updatingMetadata = lambda *_: None  # noqa: SLF001
    objc.splitSignature = lambda signature: (signature,)
    objc.createStructType = lambda name, *_: name
    objc.createOpaquePointerType = lambda name, *_: name
    objc.registerNewKeywords = lambda *_: None
    objc.registerNewKeywordsFromSelector = lambda *_: None
    objc.lookUpClass = lambda name: name
    for name, code in {"ID": b"@", "SEL": b":", "VOID": b"v"}.items():
        setattr(objc, f"_C_{name}", code)
    objc._C_PythonObject = b"{PyObject=}"  # noqa: SLF001
    sys.modules["objc"] = objc
    protocols = _load(folder, "_informal_protocol")
    objc.informal_protocol = protocols.informal_protocol
    if (folder / "objc" / "_new.py").exists():
        objc._new = _load(folder, "_new")  # noqa: SLF001
    transform = _load(folder, "_transform")
    objc.python_method = transform.python_method
    objc._transform = transform  # noqa: SLF001
    return objc


def _load(folder: Path, name: str) -> Any:
    path = folder / "objc" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"objc.{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"objc.{name}"] = module
    spec.loader.exec_module(module)
    return module


def transform_class(
    objc: Any, name: str, namespace: dict[str, Any], parent: type
) -> tuple[dict[str, Any], dict[str, Any]]:
    """
    Make the attributes of a subclass of Cocoa's as pyobjc does.

    Returns:
        The attributes, and functions by their selector.
    """
    rule = objc._transform.processClassDict  # noqa: SLF001
    attributes = dict(namespace)
    values = {
        "class_name": name,
        "class_dict": attributes,
        "meta_dict": {},
        "class_object": parent,
        "protocols": [],
        "hidden_instance_methods": {},
        "hidden_class_methods": {},
    }
    arguments = [values[p] for p in inspect.signature(rule).parameters]
    _, instance_methods, _, *_ = rule(*arguments)
    functions = {m.selector.decode(): m.callable for m in instance_methods}
    attributes.pop("__slots__", None)
    for key, value in attributes.items():
        if isinstance(value, Selector):
            attributes[key] = value.callable
    return attributes, functions
