from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.workload import is_long_run


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.timeout(900)
def test_a_month_adds_up_and_leaks_nothing(tmp_path: Path) -> None:
    days, sessions = ("30", "40") if is_long_run() else ("9", "20")
    command = [sys.executable, "-m", "tests.soak.month", str(tmp_path)]
    command += ["--days", days, "--sessions", sessions]

    done = subprocess.run(
        command,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    first, last = result["first"], result["last"]
    assert result["found"] == result["wanted"]
    # A short month has a large share of empty tables.
    assert result["bytes_a_message"] <= (200 if is_long_run() else 220)
    assert last["rss_mib"] - first["rss_mib"] <= 2
    assert last["threads"] == first["threads"]
    assert last["files"] == first["files"]
