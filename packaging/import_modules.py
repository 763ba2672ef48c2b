"""Import every module of the program that this system and package can have."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from typing import TYPE_CHECKING, Final

import claude_tray

if TYPE_CHECKING:
    from collections.abc import Iterator

# Libraries of optional dependencies, which no package includes.
EXTRAS: Final = {
    *("anyio", "desktop_notifier", "keyring", "mcp", "mcp_types"),
    "opentelemetry",
}
# Modules of libraries and of Python that one system has.
LIBRARIES: Final = {
    "darwin": {"AppKit", "Foundation", "PyObjCTools", "objc"},
    "linux": {"Xlib", "jeepney"},
    "win32": {"_winapi", "msvcrt", "winreg"},
}
POSIX: Final = {"fcntl", "grp", "pwd", "resource", "termios", "tty"}
# Last names of modules that refuse to be imported on another system.
OWN: Final = {
    "cocoa": "darwin",
    "cocoa_keys": "darwin",
    "macos": "darwin",
    "windows": "win32",
    "xembed": "linux",
}
# Packages for Linux draw windows without Tk.
LINUX_LACKS: Final = {"_tkinter", "tkinter"}


def find_failures() -> tuple[int, list[str]]:
    """Return how many modules were imported, and the errors of others."""
    absent = _list_absent_libraries()
    count, failures = 0, []
    for name in _list_modules():
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            missing = (error.name or "").partition(".")[0]
            if missing not in absent:
                failures.append(f"{name}: {error}")
        except Exception as error:  # noqa: BLE001 - any error is reported
            failures.append(f"{name}: {error!r}")
        else:
            count += 1
    return count, failures


def main() -> int:
    count, failures = find_failures()
    print(f"Imported {count} modules")
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


def _list_modules() -> Iterator[str]:
    """List this system's modules; the server is in no desktop package."""
    for module in pkgutil.walk_packages(
        claude_tray.__path__, "claude_tray.", onerror=lambda _: None
    ):
        system = OWN.get(module.name.rpartition(".")[2], sys.platform)
        if system == sys.platform and not module.name.startswith(
            "claude_tray.server."
        ):
            yield module.name


def _list_absent_libraries() -> set[str]:
    others = [names for at, names in LIBRARIES.items() if at != sys.platform]
    absent = EXTRAS.union(*others)
    if sys.platform == "win32":
        absent |= POSIX
    if sys.platform == "linux":
        absent |= LINUX_LACKS
    return absent


if __name__ == "__main__":
    sys.exit(main())
