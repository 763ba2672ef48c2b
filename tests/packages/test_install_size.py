"""Install the wheel as users do, and add up what that takes."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIMIT_MIB = 40
LIBRARIES = 24

pytestmark = pytest.mark.skipif(
    os.environ.get("HYPOTHESIS_PROFILE") != "long", reason="in .ci/long"
)


def test_an_installation_has_at_most_40_mib_of_files(tmp_path: Path) -> None:
    pytest.importorskip("build", reason="the extra dev")
    options: tuple[str | Path, ...] = ("-q", "--wheel", "-o", tmp_path)
    subprocess.run(
        [sys.executable, "-m", "build", *options, ROOT],
        check=True,
        timeout=300,
    )
    venv.create(tmp_path / "venv", with_pip=False)
    target = next((tmp_path / "venv").rglob("site-packages"))
    options = ("-q", "--python", tmp_path / "venv")
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", *options, wheel],
        check=True,
        timeout=300,
    )

    size = sum(
        path.stat().st_size for path in target.rglob("*") if path.is_file()
    )
    libraries = len(list(target.glob("*.dist-info"))) - 1
    print(f"{size / 2**20:.1f} MiB, {libraries} libraries")  # noqa: T201
    assert size <= LIMIT_MIB * 2**20
    assert libraries <= LIBRARIES
