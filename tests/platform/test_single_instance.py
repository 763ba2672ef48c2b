from __future__ import annotations

import shutil
import socket
import stat
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import DesktopError
from claude_tray.platform import single_instance
from claude_tray.platform.single_instance import (
    SingleInstance,
    send_command,
    send_command_with_retry,
    wait_until_stopped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def first(tmp_path: Path) -> Iterator[SingleInstance]:
    instance = SingleInstance(tmp_path / "state")
    assert instance.acquire()
    instance.serve(lambda question: f"you said {question}")
    yield instance
    instance.release()


def test_only_one_instance_runs(first: SingleInstance, tmp_path: Path) -> None:
    del first

    assert not SingleInstance(tmp_path / "state").acquire()


def test_the_running_instance_replies(
    first: SingleInstance, tmp_path: Path
) -> None:
    del first

    answer = send_command(tmp_path / "state", "refresh /a b", timeout=5)

    assert answer == "you said refresh /a b"


def test_an_instance_without_a_socket_keeps_the_lock(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    instance = SingleInstance(state)
    assert instance.acquire()
    (state / "instance.new").mkdir()

    instance.serve(str)

    assert send_command(state, "hello", timeout=5) is None
    assert not SingleInstance(state).acquire()
    instance.release()
    assert wait_until_stopped(state, timeout=0)


def test_only_the_user_can_send_commands(
    first: SingleInstance, tmp_path: Path
) -> None:
    del first
    socket_path = tmp_path / "state" / "instance.door"

    assert stat.S_IMODE(socket_path.stat().st_mode) == 0o600
    _, where = socket_path.read_text().split(" ", 1)
    socket_path.write_text(f"wrong {where}")
    assert send_command(tmp_path / "state", "hello", timeout=5) is None


def test_empty_and_oversized_commands_are_ignored(
    first: SingleInstance,
    tmp_path: Path,
) -> None:
    if sys.platform == "win32":
        pytest.skip("a Unix socket")
    del first
    where = (tmp_path / "state" / "instance.door").read_text().split(" ", 1)[1]
    for message in (b"", b"x" * 10_000):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(where)
            client.sendall(message)

    assert (
        send_command(tmp_path / "state", "hello", timeout=5)
        == "you said hello"
    )


def test_the_lock_is_free_after_release(tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    first.acquire()
    first.serve(str)
    first.release()

    assert send_command(tmp_path, "hello", timeout=1) is None
    second = SingleInstance(tmp_path)
    assert second.acquire()
    second.release()


def test_a_long_path_gets_a_socket_too(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    instance = SingleInstance(deep)
    instance.acquire()
    instance.serve(str)

    answer = send_command(deep, "hello", timeout=5)
    instance.release()

    assert answer == "hello"


def test_an_unusable_folder_raises(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")

    with pytest.raises(DesktopError):
        SingleInstance(tmp_path / "state").acquire()


@pytest.mark.parametrize("text", ["", "token", "token 1", "token /nowhere"])
def test_an_invalid_endpoint_is_no_tray(
    tmp_path: Path,
    text: str,
) -> None:
    (tmp_path / "instance.door").write_text(text)

    assert send_command(tmp_path, "hello", timeout=1) is None


def test_a_command_is_retried_until_the_tray_has_started(
    tmp_path: Path,
) -> None:
    first = SingleInstance(tmp_path)
    first.acquire()
    answers: list[str | None] = []
    client = threading.Thread(
        target=lambda: answers.append(
            send_command_with_retry(tmp_path, "hello", 10)
        ),
    )
    client.start()
    first.serve(str)
    client.join(10)
    first.release()

    assert answers == ["hello"]
    assert send_command_with_retry(tmp_path, "hello", 0.2) is None


def test_waiting_until_the_tray_has_stopped(tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    first.acquire()
    assert not wait_until_stopped(tmp_path, 0.1)

    first.release()

    assert wait_until_stopped(tmp_path, 5)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "_CHECK_SECONDS", 0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="open files stay there")
def test_a_tray_whose_folder_was_deleted_takes_it_over_again(
    tmp_path: Path, soon: None
) -> None:
    del soon
    state, lost = tmp_path / "state", threading.Event()
    first = SingleInstance(state)
    first.acquire()
    first.serve(str, lost.set)

    shutil.rmtree(state)

    assert send_command_with_retry(state, "hello", 10) == "hello"
    assert not SingleInstance(state).acquire()
    assert not lost.is_set()
    first.release()
    assert wait_until_stopped(state, timeout=0)


@pytest.mark.skipif(sys.platform == "win32", reason="open files stay there")
def test_a_tray_that_was_replaced_ends(tmp_path: Path, soon: None) -> None:
    del soon
    state, lost = tmp_path / "state", threading.Event()
    first, second = SingleInstance(state), SingleInstance(state)
    first.acquire()
    first.serve(lambda _: "first", lost.set)

    state.rename(tmp_path / "deleted")
    assert second.acquire()
    second.serve(lambda _: "second")

    assert lost.wait(10)
    first.release()
    assert send_command(state, "hello", 5) == "second"
    second.release()


def test_a_socket_elsewhere_is_in_a_private_folder_and_removed(
    tmp_path: Path,
) -> None:
    if sys.platform == "win32":
        pytest.skip("a Unix socket")
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    instance = SingleInstance(deep)
    instance.acquire()
    instance.serve(str)
    where = (deep / "instance.door").read_text().split(" ", 1)[1]
    folder = Path(where).parent

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(where).stat().st_mode) == 0o600
    instance.release()
    assert not folder.exists()
