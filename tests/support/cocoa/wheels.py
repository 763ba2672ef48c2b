"""Download pyobjc's wheels for macOS, for their rules in pure Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

# The newest, and the last of two earlier major versions.
VERSIONS = ("13.0", "10.3.2", "9.2")
_PACKAGES = ("pyobjc-core", "pyobjc-framework-Cocoa")
_PLATFORMS = ("macosx_10_9_universal2", "macosx_10_13_universal2")


def get_wheel_folder(version: str) -> Path:
    """Return unpacked wheels; skip the test where they cannot be loaded."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or _home() / ".cache")
    folder = cache / "claude-tray-tests" / f"pyobjc-{version}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            unpacked = Path(temporary) / "unpacked"
            for wheel in _download(version, Path(temporary)):
                with zipfile.ZipFile(wheel) as archive:
                    archive.extractall(unpacked)
            try:
                unpacked.rename(folder)
            except OSError:
                # Another process was faster.
                assert folder.is_dir()
    return folder


def _home() -> Path:
    if sys.platform == "win32":
        pytest.skip("the tests that need pyobjc run on Linux only")
    # Late: Windows has no such module.
    import pwd  # noqa: PLC0415

    # Tests have a HOME of their own, which is empty each time.
    return Path(pwd.getpwuid(os.getuid()).pw_dir)


def _download(version: str, folder: Path) -> list[Path]:
    platforms = [word for p in _PLATFORMS for word in ("--platform", p)]
    command = [
        *_find_pip(),
        *("download", "--quiet", "--no-deps", "--only-binary", ":all:"),
        *("--python-version", "3.11", *platforms, "--dest", str(folder)),
        *(f"{package}=={version}" for package in _PACKAGES),
    ]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=100
    )
    if done.returncode:
        pytest.skip(f"PyPI has no answer for pyobjc {version}")
    return list(folder.glob("*.whl"))


def _find_pip() -> list[str]:
    own = [sys.executable, "-m", "pip"]
    has_own = subprocess.run(
        [*own, "--version"], check=False, capture_output=True
    )
    if has_own.returncode == 0:
        return own
    found = shutil.which("pip3") or shutil.which("pip")
    if not found:
        pytest.skip("there is no pip to download pyobjc")
    return [found]
