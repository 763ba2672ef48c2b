from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from claude_tray.cli.full_parser import full_parser

LINUX = Path(__file__).parents[2] / "packaging" / "linux"
UNITS = [LINUX / f"claude-usage-sync.{kind}" for kind in ("service", "timer")]


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze reads the units",
)
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *map(str, UNITS)],
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_units_and_cron_run_existing_commands() -> None:
    service, crontab = UNITS[0].read_text(), (LINUX / "crontab").read_text()

    called = re.findall(
        r"claude-tray ([a-z -]+?)(?: >>|$)", service, re.MULTILINE
    )
    called += re.findall(r"claude-tray ([a-z -]+?) >>", crontab)

    assert called == ["sync", "sync"]
    # The parser exits on unknown arguments.
    full_parser().parse_args(called[0].split())


def test_units_contain_no_token() -> None:
    for path in (*UNITS, LINUX / "crontab"):
        assert not re.search(r"TOKEN *=", path.read_text())
    assert "RandomizedDelaySec" in UNITS[1].read_text()
