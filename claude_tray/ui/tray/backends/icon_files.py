"""
Write the icon as files of an icon theme, in every size.

Some panels scale the largest picture of the D-Bus property, whichever others
there are, and blur it. From a theme they load the exact size.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from claude_tray.ui.icon.encode import encode_png

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.ui.icon.encode import DrawIcon


# Programs that scale: Xfce's panel, its plugins' process, and waybar.
SCALING_HOSTS: Final = frozenset({"xfce4-panel", "wrapper-2.0", "waybar"})
THEME_SIZES: Final = (*range(16, 33), 36, 40, 44, 48, 56, 64)
_FOLDER_PREFIX: Final = "claude-tray-icons-"
# Panels may still load an icon while the next one is written.
_RECENT_ICONS: Final = 2


class ThemedIcon(NamedTuple):
    """
    An icon in a theme.

    Attributes:
        name: Its name; each icon has another one, because panels keep
            pictures by name.
        folder: Folder of the theme.
    """

    name: str = ""
    folder: str = ""


class IconFiles:
    """Icons of this process, in a folder that ends with it."""

    def __init__(self) -> None:
        self._root: Path | None = None
        self._count = 0

    def write(self, draw: DrawIcon) -> ThemedIcon:
        """
        Write an icon in all sizes; return no name if that is impossible.

        Args:
            draw: Draws it with this edge length in pixels.
        """
        self._count += 1
        try:
            folder = self._open_root() / str(self._count)
            name = f"claude-tray-{self._count}"
            _write_theme(folder / "hicolor", name, draw)
            self._remove(self._count - _RECENT_ICONS)
        except OSError:
            # The panel scales then.
            return ThemedIcon()
        return ThemedIcon(name, str(folder))

    def close(self) -> None:
        """Remove all files."""
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)

    def _open_root(self) -> Path:
        if self._root is None:
            parent = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
            _remove_stale_folders(Path(parent).glob(f"{_FOLDER_PREFIX}*"))
            prefix = f"{_FOLDER_PREFIX}{os.getpid()}-"
            self._root = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        return self._root

    def _remove(self, number: int) -> None:
        if self._root is not None:
            shutil.rmtree(self._root / str(number), ignore_errors=True)


def _write_theme(theme: Path, name: str, draw: DrawIcon) -> None:
    folders = [str(size) for size in THEME_SIZES]
    lines = ["[Icon Theme]", "Name=Hicolor", "Comment=claude-tray"]
    lines.append(f"Directories={','.join(folders)}")
    for size in THEME_SIZES:
        folder = theme / str(size)
        folder.mkdir(parents=True)
        (folder / f"{name}.png").write_bytes(encode_png(draw(size)))
        lines += [f"[{size}]", f"Size={size}", "Type=Fixed"]
    (theme / "index.theme").write_text("\n".join(lines) + "\n")


def _remove_stale_folders(folders: Iterable[Path]) -> None:
    """Remove what processes left behind that were killed."""
    for folder in folders:
        process = folder.name.removeprefix(_FOLDER_PREFIX).partition("-")[0]
        if not Path("/proc", process).exists():
            shutil.rmtree(folder, ignore_errors=True)


def is_scaling_host(process_id: int) -> bool:
    """Return whether a process is a panel that scales pictures."""
    with suppress(OSError):
        # Xfce's plugins change the name of their process, not its command.
        command = Path(f"/proc/{process_id}/cmdline").read_bytes()
        program = os.fsdecode(command.partition(b"\0")[0])
        return Path(program).name in SCALING_HOSTS
    return False
