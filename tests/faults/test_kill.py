"""kill -9 at any moment loses nothing and counts nothing twice."""

from __future__ import annotations

import random
import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.builders import ClaudeFolder, a_line
from tests.support.doses import kills
from tests.support.home import Home, is_sound, until, write_sessions

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="SIGKILL is of POSIX",
)


class Undisturbed:
    """What a load that nobody disturbs comes to, and how long it takes."""

    def __init__(self, folder: Path) -> None:
        self.claude = ClaudeFolder(folder / "claude")
        write_sessions(self.claude, sessions=40, replies=30, filler=30_000)
        home = Home(folder, self.claude)
        began = time.monotonic()
        home.refresh()
        self.seconds = time.monotonic() - began
        self.contents: dict[str, Any] = home.contents()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return Undisturbed(tmp_path_factory.mktemp("undisturbed"))


def test_a_load_that_is_killed_at_any_moment_is_taken_up_again(
    undisturbed: Undisturbed,
    tmp_path: Path,
) -> None:
    chance = random.Random(7)
    cut_short = 0
    for number in range(kills()):
        home = Home(tmp_path / str(number), undisturbed.claude)
        while True:
            process = home.start("refresh", "--json")
            time.sleep(chance.uniform(0.05, undisturbed.seconds))
            process.kill()
            process.communicate()
            cut_short += process.returncode != 0
            assert is_sound(home.store)
            if chance.random() < 0.7:
                break

        home.refresh()

        assert is_sound(home.store)
        assert home.contents() == undisturbed.contents
        shutil.rmtree(home.folder)
    assert cut_short > kills() // 3


def test_a_follower_that_is_killed_while_lines_come_loses_none(
    home: Home,
    tmp_path: Path,
) -> None:
    chance = random.Random(8)
    written = 0
    for _ in range(max(3, kills() // 7)):
        process = home.start("--no-tray")
        until(process, " ")
        for _ in range(chance.randrange(1, 40)):
            home.claude.append(a_line(message=f"msg_{written}"))
            written += 1
            time.sleep(chance.uniform(0, 0.004))
        process.kill()
        process.communicate()
        assert is_sound(home.store)

    home.refresh()

    other = Home(tmp_path / "other", home.claude)
    other.refresh()
    assert home.contents() == other.contents()
    assert len(other.contents()["message"]) == written
