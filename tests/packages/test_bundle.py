"""Start PyInstaller's folder on a panel; needs packaging/build_bundle.sh."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.desktop import VirtualDesktop, find_missing_programs

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "packaging" / "try_bundle.py"
PICTURES = ROOT / "artefacts" / "bundle"
PROGRAM = ROOT / "dist" / "claude-tray" / "claude-tray"

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("HYPOTHESIS_PROFILE") != "long",
        reason="minutes: .ci/long",
    ),
    pytest.mark.skipif(sys.platform != "linux", reason="a Linux desktop"),
    pytest.mark.skipif(
        bool(find_missing_programs()),
        reason=f"lacks {find_missing_programs()}",
    ),
]


def test_the_bundle_has_every_module_and_runs_on_a_panel(
    tmp_path: Path,
) -> None:
    with VirtualDesktop(tmp_path) as desktop:
        done = subprocess.run(
            [sys.executable, SCRIPT, PROGRAM, "--pictures", PICTURES],
            env=desktop.env,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "the tray quits" in done.stdout
