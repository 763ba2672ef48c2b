from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from claude_tray.providers.registry import AccountFolder
from claude_tray.providers.transcripts import TranscriptReader
from tests.support.builders import ClaudeFolder, make_line

if TYPE_CHECKING:
    from pathlib import Path


def test_a_deleted_folder_is_found_without_a_thorough_scan(
    tmp_path: Path,
) -> None:
    claude = ClaudeFolder(tmp_path / "claude")
    claude.append(make_line())
    reader = TranscriptReader([AccountFolder(claude.path)])
    pending, missing = reader.find_changed()
    assert (len(pending), missing) == (1, set())
    assert reader.empty_roots == []
    assert reader.find_changed(is_thorough=False) == ([], set())
    was_partial = reader.is_partial

    shutil.rmtree(claude.path)

    assert reader.find_changed(is_thorough=False) == ([], set())
    assert reader.folder_count == 0
    assert (was_partial, reader.is_partial) == (True, False)
    assert reader.empty_roots == [str(claude.projects)]
