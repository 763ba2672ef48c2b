from __future__ import annotations

import socket
import stat
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from claude_tray.desktop.instance import (
    Instance,
    ask,
    ask_soon,
    wait_for_the_end,
)
from claude_tray.errors import DesktopError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Instance]:
    instance = Instance(tmp_path / "state")
    assert instance.claim()
    instance.serve(lambda question: f"you said {question}")
    yield instance
    instance.release()


def test_there_is_one(first: Instance, tmp_path: Path) -> None:
    del first

    assert not Instance(tmp_path / "state").claim()


def test_the_first_answers_the_second(first: Instance, tmp_path: Path) -> None:
    del first

    answer = ask(tmp_path / "state", "refresh /a b", timeout=5)

    assert answer == "you said refresh /a b"


def test_one_that_has_no_room_for_a_door_is_the_one_all_the_same(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    instance = Instance(state)
    assert instance.claim()
    (state / "instance.new").mkdir()

    instance.serve(str)

    assert ask(state, "hello", timeout=5) is None
    assert not Instance(state).claim()
    instance.release()
    assert wait_for_the_end(state, timeout=0)


def test_only_this_user_may_ask(first: Instance, tmp_path: Path) -> None:
    del first
    door = tmp_path / "state" / "instance.door"

    assert stat.S_IMODE(door.stat().st_mode) == 0o600
    _, where = door.read_text().split(" ", 1)
    door.write_text(f"wrong {where}")
    assert ask(tmp_path / "state", "hello", timeout=5) is None


def test_who_says_nothing_or_too_much_does_no_harm(
    first: Instance,
    tmp_path: Path,
) -> None:
    if sys.platform == "win32":
        pytest.skip("a Unix socket")
    del first
    where = (tmp_path / "state" / "instance.door").read_text().split(" ", 1)[1]
    for said in (b"", b"x" * 10_000):
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(where)
            caller.sendall(said)

    assert ask(tmp_path / "state", "hello", timeout=5) == "you said hello"


def test_when_it_is_gone_another_may_be_the_one(tmp_path: Path) -> None:
    first = Instance(tmp_path)
    first.claim()
    first.serve(str)
    first.release()

    assert ask(tmp_path, "hello", timeout=1) is None
    second = Instance(tmp_path)
    assert second.claim()
    second.release()


def test_a_deep_folder_has_a_socket_too(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    instance = Instance(deep)
    instance.claim()
    instance.serve(str)

    answer = ask(deep, "hello", timeout=5)
    instance.release()

    assert answer == "hello"


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")

    with pytest.raises(DesktopError):
        Instance(tmp_path / "state").claim()


@pytest.mark.parametrize("text", ["", "token", "token 1", "token /nowhere"])
def test_a_door_that_leads_nowhere_is_no_tray(
    tmp_path: Path,
    text: str,
) -> None:
    (tmp_path / "instance.door").write_text(text)

    assert ask(tmp_path, "hello", timeout=1) is None


def test_one_that_is_just_starting_is_asked_until_it_answers(
    tmp_path: Path,
) -> None:
    first = Instance(tmp_path)
    first.claim()
    answers: list[str | None] = []
    asker = threading.Thread(
        target=lambda: answers.append(ask_soon(tmp_path, "hello", 10)),
    )
    asker.start()
    first.serve(str)
    asker.join(10)
    first.release()

    assert answers == ["hello"]
    assert ask_soon(tmp_path, "hello", 0.2) is None


def test_whoever_ends_it_can_wait_for_the_end(tmp_path: Path) -> None:
    first = Instance(tmp_path)
    first.claim()
    assert not wait_for_the_end(tmp_path, 0.1)

    first.release()

    assert wait_for_the_end(tmp_path, 5)
