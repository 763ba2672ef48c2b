"""Kill the program at random times: nothing is lost or counted twice."""

from __future__ import annotations

import random
import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.builders import ClaudeFolder, make_line
from tests.support.sandbox import (
    ProgramSandbox,
    is_consistent,
    read_until,
    write_sessions,
)
from tests.support.workload import kill_count

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="SIGKILL is of POSIX",
)


class BaselineLoad:
    """Result and duration of an undisturbed load."""

    def __init__(self, folder: Path) -> None:
        self.claude = ClaudeFolder(folder / "claude")
        write_sessions(self.claude, sessions=40, replies=30, filler=30_000)
        home = ProgramSandbox(folder, self.claude)
        began = time.monotonic()
        home.refresh()
        self.seconds = time.monotonic() - began
        self.contents: dict[str, Any] = home.dump_store()


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> BaselineLoad:
    return BaselineLoad(tmp_path_factory.mktemp("undisturbed"))


def test_a_load_killed_at_any_time_is_resumed(
    baseline: BaselineLoad,
    tmp_path: Path,
) -> None:
    rng = random.Random(7)
    cut_short = 0
    for number in range(kill_count()):
        home = ProgramSandbox(tmp_path / str(number), baseline.claude)
        while True:
            process = home.start("refresh", "--json")
            time.sleep(rng.uniform(0.05, baseline.seconds))
            process.kill()
            process.communicate()
            cut_short += process.returncode != 0
            assert is_consistent(home.store)
            if rng.random() < 0.7:
                break

        home.refresh()

        assert is_consistent(home.store)
        assert home.dump_store() == baseline.contents
        shutil.rmtree(home.folder)
    assert cut_short > kill_count() // 3


def test_a_program_killed_while_lines_arrive_loses_none(
    sandbox: ProgramSandbox,
    tmp_path: Path,
) -> None:
    rng = random.Random(8)
    written = 0
    for _ in range(max(3, kill_count() // 7)):
        process = sandbox.start("--no-tray")
        read_until(process, " ")
        for _ in range(rng.randrange(1, 40)):
            sandbox.claude.append(make_line(message=f"msg_{written}"))
            written += 1
            time.sleep(rng.uniform(0, 0.004))
        process.kill()
        process.communicate()
        assert is_consistent(sandbox.store)

    sandbox.refresh()

    other = ProgramSandbox(tmp_path / "other", sandbox.claude)
    other.refresh()
    assert sandbox.dump_store() == other.dump_store()
    assert len(other.dump_store()["message"]) == written
