from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from claude_tray.server.config import load_server_config

if TYPE_CHECKING:
    from collections.abc import Mapping


FOLDER: Final = Path(__file__).parents[2] / "packaging" / "server"
UNIT: Final = FOLDER / "claude-tray-server.service"


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd"
)
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    program = tmp_path / "claude-tray"
    program.touch(0o755)
    unit = tmp_path / UNIT.name
    text = UNIT.read_text()
    unit.write_text(re.sub(r"=/opt\S+/claude-tray", f"={program}", text))

    done = subprocess.run(
        ["systemd-analyze", "verify", unit],
        capture_output=True,
        text=True,
        check=False,
    )

    assert str(program) in unit.read_text()
    assert (done.returncode, done.stderr) == (0, "")


def parse_environment_file(path: Path) -> Mapping[str, str]:
    lines = path.read_text().replace("\n#D", "\nD").splitlines()
    pairs = [line.split("=", 1) for line in lines if not line.startswith("#")]
    return {name: value for name, value in pairs if value}


def test_the_example_settings_are_valid() -> None:
    config = load_server_config(parse_environment_file(FOLDER / "server.env"))

    assert config.trusts_proxy
    assert config.allowed_hosts == ("usage.example.org",)
    assert config.database_url == "postgres://usage@127.0.0.1:5432/usage"


def test_the_unit_and_the_command_share_user_settings_and_program() -> None:
    unit = UNIT.read_text()
    command = (FOLDER / "server-command").read_text()

    for shared in (
        "claude-tray\n",
        "/etc/claude-tray/server.env",
        "/opt/claude-tray-server/bin/claude-tray",
    ):
        assert shared in unit
    assert "--user claude-tray " in command
    assert ". /etc/claude-tray/server.env" in command
    assert "/opt/claude-tray-server/bin/claude-tray server" in command
