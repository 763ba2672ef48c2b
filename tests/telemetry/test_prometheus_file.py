from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError
from claude_tray.protocol.metrics import MetricSamples
from claude_tray.telemetry.prometheus_file import (
    encode_samples,
    is_same_state,
    write_samples,
)
from tests.support.builders import at

if TYPE_CHECKING:
    from pathlib import Path


def _make_samples(clock: str, sessions: int) -> bytes:
    samples = MetricSamples()
    samples.set_time("claude_tray_snapshot_timestamp_seconds", at(clock))
    samples.set("claude_sessions", sessions, state="running")
    return encode_samples(samples)


def test_a_file_is_replaced_and_readable_by_others(tmp_path: Path) -> None:
    path = tmp_path / "claude.prom"
    path.touch(mode=0o600)
    before = path.stat().st_ino

    write_samples(path, b"a 1\n")

    assert path.read_bytes() == b"a 1\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["claude.prom"]
    if sys.platform != "win32":
        assert path.stat().st_ino != before
        assert path.stat().st_mode & 0o777 == 0o644


def test_a_link_is_replaced_and_its_target_stays(tmp_path: Path) -> None:
    own, link = tmp_path / "own.txt", tmp_path / "claude.prom"
    own.write_text("precious")
    link.symlink_to(own)

    write_samples(link, b"a 1\n")

    assert own.read_text() == "precious"
    assert not link.is_symlink()
    assert link.read_bytes() == b"a 1\n"


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="needs modes"
)
def test_a_folder_that_cannot_be_written_has_a_hint(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(DesktopError, match="Cannot write") as caught:
            write_samples(tmp_path / "claude.prom", b"")
    finally:
        tmp_path.chmod(0o700)
    assert caught.value.hint


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DesktopError, match="Cannot write"):
        write_samples(tmp_path / "file" / "claude.prom", b"")


def test_the_time_alone_is_no_change() -> None:
    first = _make_samples("12:00", 1)

    assert is_same_state(first, _make_samples("12:01", 1))
    assert not is_same_state(first, _make_samples("12:00", 2))
    assert not is_same_state(b"", first)


def test_half_a_character_does_not_stop_the_export() -> None:
    samples = MetricSamples()
    samples.set("claude_project_cost_usd", 1, project="a\ud800b")

    assert b'{project="a?b"}' in encode_samples(samples)
