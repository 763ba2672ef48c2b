"""Define what adds the program to the menu of a desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class AppMenuEntry(Protocol):
    """The program's entry in the menu of applications."""

    def install(
        self, command: tuple[str, ...], comments: Mapping[str, str]
    ) -> list[Path]:
        """
        Write the entry; return the written files.

        Args:
            command: What it starts.
            comments: Translations of COMMENT of `desktop_entry` by locale.

        Raises:
            DesktopError: Desktops cannot start a program with this path.
            OSError: A file cannot be written.
        """

    def remove(self) -> list[Path]:
        """
        Remove the entry; return the removed files.

        Raises:
            OSError: A file cannot be deleted.
        """

    def list_files(self) -> list[Path]:
        """List the files of the entry, itself first; empty without one."""
