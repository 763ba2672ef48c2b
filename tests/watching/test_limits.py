from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from claude_tray.providers.registry import AccountFolder
from claude_tray.watching import limits
from claude_tray.watching.limits import network_fs_type
from claude_tray.watching.observer import Watcher
from tests.support.builders import ClaudeFolder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_watches_are_counted_and_limited(tmp_path: Path) -> None:
    claude = ClaudeFolder(tmp_path / "claude")
    before = limits.count_own_watches()
    watcher = Watcher(lambda _: None)

    watcher.watch([AccountFolder(claude.path)])

    after, used, most = (
        limits.count_own_watches(),
        limits.user_watch_counts(),
        limits.user_watch_limits(),
    )
    watcher.stop()
    assert before is not None
    # The folder of the transcripts and its parent.
    assert after == before + 2
    assert used.watches is not None
    assert used.instances is not None
    assert most.watches is not None
    assert most.instances is not None
    assert after <= used.watches <= most.watches
    assert 1 <= used.instances <= most.instances


def test_without_proc_counts_are_unknown(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "_PROC", tmp_path / "nowhere")

    assert (
        limits.user_watch_counts()
        == limits.user_watch_limits()
        == (None, None)
    )
    assert limits.count_own_watches() is None


def test_the_smaller_limit_holds(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "_PROC", tmp_path)
    for name, most in (
        ("sys/fs/inotify/max_user_watches", "8192"),
        ("sys/user/max_inotify_watches", "100"),
        ("sys/user/max_inotify_instances", "no number"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{most}\n")

    assert limits.user_watch_limits() == (100, None)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_local_disk_is_not_a_network_share(tmp_path: Path) -> None:
    assert network_fs_type(str(tmp_path)) == ""
    assert network_fs_type(str(tmp_path / "nowhere")) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="as Linux tells mounts")
@pytest.mark.parametrize(
    ("kind", "fs_type"),
    [
        ("nfs4", "nfs4"),
        ("9p", "9p"),
        ("fuse.sshfs", "fuse.sshfs"),
        ("xfs", ""),
    ],
)
def test_a_network_share_is_detected_by_its_type(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    fs_type: str,
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
    monkeypatch.setattr(limits, "_MOUNTINFO_FILE", mounts)

    assert network_fs_type(str(tmp_path)) == fs_type


def test_on_windows_a_share_is_named_by_its_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")

    assert (
        network_fs_type("\\\\wsl.localhost\\Debian\\home\\ada")
        == "wsl.localhost"
    )
    assert network_fs_type("C:\\Users\\ada") == ""
