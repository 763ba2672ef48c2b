from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.transcripts import share
from claude_tray.transcripts.share import share_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_disk_of_this_machine_is_no_share(tmp_path: Path) -> None:
    assert share_of(str(tmp_path)) == ""
    assert share_of(str(tmp_path / "nowhere")) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="as Linux tells mounts")
@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("nfs4", "nfs4"),
        ("9p", "9p"),
        ("fuse.sshfs", "fuse.sshfs"),
        ("xfs", ""),
    ],
)
def test_a_share_is_told_by_its_kind(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    told: str,
) -> None:
    if sys.platform == "win32":
        pytest.skip("no pipes there")
    device = tmp_path.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        f"22 1 0:999 / /else rw - nfs other:/ rw\n"
        f"36 22 {number} / /any\\040where rw shared:1 - {kind} far:/ rw\n",
    )
    monkeypatch.setattr(share, "_MOUNTS", mounts)

    assert share_of(str(tmp_path)) == told


def test_on_windows_a_share_has_a_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")

    assert share_of("\\\\wsl.localhost\\Debian\\home\\ada") == "wsl.localhost"
    assert share_of("C:\\Users\\ada") == ""
