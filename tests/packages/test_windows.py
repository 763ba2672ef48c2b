"""Run the Windows installer under Wine, with a stand-in for the program."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from claude_tray import __version__

ROOT = Path(__file__).parents[2]
COMPILER = "x86_64-w64-mingw32-gcc"
WINE = "/usr/lib/wine/wine64"
KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\ClaudeTray"

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("HYPOTHESIS_PROFILE") != "long",
        reason="a minute: .ci/long",
    ),
    pytest.mark.skipif(
        not (shutil.which(COMPILER) and shutil.which("makensis"))
        or not Path(WINE).exists(),
        reason="lacks mingw, makensis or wine64",
    ),
    pytest.mark.timeout(600),
]


class WineWindows:
    """A Wine prefix with one user."""

    def __init__(self, folder: Path) -> None:
        self.drive = folder / "prefix" / "drive_c"
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "WINEPREFIX": str(folder / "prefix"),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
        }

    def run(self, *args: str | Path) -> str:
        done = subprocess.run(
            [WINE, *args],
            env=self._env,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        )
        return done.stdout

    def wait(self) -> None:
        """Wait until all started programs have ended."""
        subprocess.run(
            ["/usr/lib/wine/wineserver64", "-w"],
            env=self._env,
            check=True,
            timeout=300,
        )

    def has_registry_key(self, key: str) -> bool:
        done = subprocess.run(
            [WINE, "reg", "query", key],
            env=self._env,
            check=False,
            capture_output=True,
            timeout=300,
        )
        return done.returncode == 0

    @property
    def user_folder(self) -> Path:
        (found,) = (
            path
            for path in (self.drive / "users").iterdir()
            if path.name != "Public"
        )
        return found


@pytest.fixture
def installer(tmp_path: Path) -> Path:
    """The installer for a folder with PyInstaller's layout."""
    folder = tmp_path / "claude-tray"
    (folder / "_internal").mkdir(parents=True)
    (folder / "_internal" / "library.txt").write_text("a library")
    source = Path(__file__).with_name("probe.c")
    for name in ("claude-tray", "claude-trayw"):
        subprocess.run(
            [COMPILER, "-Os", "-s", "-o", folder / f"{name}.exe", source],
            check=True,
        )
    out = tmp_path / f"claude-tray-{__version__}-setup.exe"
    subprocess.run(
        [
            "makensis",
            "-V2",
            f"-DVERSION={__version__}",
            f"-DSRC={folder}",
            f"-DICON={ROOT / 'icons' / 'claude-tray.ico'}",
            f"-DOUT={out}",
            ROOT / "packaging" / "windows" / "installer.nsi",
        ],
        check=True,
        capture_output=True,
    )
    return out


def test_the_installer_installs_and_uninstalls_silently(
    installer: Path,
    tmp_path: Path,
) -> None:
    windows = WineWindows(tmp_path)
    windows.run("wineboot", "-i")
    windows.wait()

    windows.run(installer, "/S")
    windows.wait()

    target = (
        windows.user_folder / "AppData" / "Local" / "Programs" / "claude-tray"
    )
    start = (
        windows.user_folder / "AppData" / "Roaming" / "Microsoft" / "Windows"
    )
    link = start / "Start Menu" / "Programs" / "Claude Tray.lnk"
    assert (target / "claude-tray.exe").exists()
    assert (target / "_internal" / "library.txt").exists()
    assert link.exists()
    assert windows.has_registry_key(KEY)

    windows.run(installer, "/S")
    windows.run(target / "Uninstall.exe", "/S")
    windows.wait()

    started = (windows.drive / "probe.txt").read_text().splitlines()
    assert [line.rsplit('"', 1)[1].strip() for line in started] == [
        "--quit",
        "uninstall",
    ]
    assert not target.exists()
    assert not link.exists()
    assert not windows.has_registry_key(KEY)
