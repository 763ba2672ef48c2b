"""Implement the provider interface for Claude Code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claude_tray.core.providers import CLAUDE_CODE_KEY
from claude_tray.platform.paths import get_home_folder
from claude_tray.providers.claude_code import discovery

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.core.live_sessions import RunningSession
    from claude_tray.providers.base import (
        AccountInfo,
        SpooledSample,
        TranscriptScanner,
    )


_DEFAULT_FOLDER_NAME: Final = ".claude"
_DESKTOP_FOLDER_NAME: Final = "Claude"
_DEFAULT_ACCOUNT_NAME: Final = "default"
_SESSION_FOLDER_NAME: Final = "sessions"


class ClaudeCode:
    """
    Claude Code's transcripts below `~/.claude/projects`.

    Modules with msgspec are imported late: every command constructs this
    provider, but only some of them read files.
    """

    key: Final = CLAUDE_CODE_KEY
    display_name: Final = "Claude Code"

    get_root = staticmethod(discovery.get_transcript_root)
    find_linked_folders = staticmethod(discovery.find_linked_folders)
    is_transcript = staticmethod(discovery.is_transcript)
    scan_directory = staticmethod(discovery.scan_directory)
    find_transcript = staticmethod(discovery.find_transcript)

    def find_folders(self, home: Path) -> tuple[Path, ...]:
        return (home / _DEFAULT_FOLDER_NAME,)

    def find_other_folders(self, home: Path) -> tuple[Path, ...]:
        from claude_tray.providers.claude_code.other_folders import (
            find_other_folders,
        )

        return find_other_folders(home)

    def get_account_name(self, folder: Path) -> str:
        """Return "work" for `.claude-work`, and "default" for `.claude`."""
        if folder.name in (_DEFAULT_FOLDER_NAME, _DESKTOP_FOLDER_NAME):
            return _DEFAULT_ACCOUNT_NAME
        return (
            folder.name.removeprefix(".").removeprefix("claude-")
            or _DEFAULT_ACCOUNT_NAME
        )

    def create_scanner(self) -> TranscriptScanner:
        from claude_tray.providers.claude_code.reader import Scanner

        return Scanner()

    def load_account(self, folder: Path) -> AccountInfo | None:
        from claude_tray.providers.claude_code.config_files import load_account

        if discovery.is_cowork_folder(folder):
            # Cowork uses the subscription of Claude Code.
            folder = get_home_folder() / _DEFAULT_FOLDER_NAME
        return load_account(folder)

    def load_retention_days(self, folder: Path) -> int | None:
        from claude_tray.providers.claude_code.config_files import (
            load_cleanup_days,
        )

        if discovery.is_cowork_folder(folder):
            # Nothing is known to delete its sessions.
            return None
        return load_cleanup_days(folder)

    def get_session_folder(self, folder: Path) -> Path | None:
        return folder / _SESSION_FOLDER_NAME

    def read_running_sessions(
        self, folder: Path
    ) -> tuple[RunningSession, ...] | None:
        from claude_tray.providers.claude_code.session_files import (
            read_running_sessions,
        )

        return read_running_sessions(folder / _SESSION_FOLDER_NAME)

    def read_samples(self, spool_dir: Path) -> list[SpooledSample]:
        from claude_tray.providers.claude_code.statusline_samples import (
            read_samples,
        )

        return read_samples(spool_dir)
