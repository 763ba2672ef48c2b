"""Collect all tests where libraries of Linux or of developers are missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Libraries that the extra `test` does not install on Windows and macOS, the
# modules that CPython has on POSIX only, and developers' tools. The product
# itself imports fcntl where sys.platform is not win32.
MISSING = (
    *("jeepney", "secretstorage", "Xlib"),
    *("grp", "pty", "pwd", "resource", "termios", "tty"),
    *("build", "mypy", "PyInstaller", "resvg_py", "twine"),
)
OPTIONS = (
    *("-m", "pytest", "-p", "refuse", "-p", "no:cacheprovider"),
    *("-q", "--collect-only", "-n", "0", "tests"),
)
REFUSE = """
import sys


class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


for name in {missing}:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Refuse())
"""


def test_all_tests_are_collected_on_a_system_without_libraries_of_linux(
    tmp_path: Path,
) -> None:
    (tmp_path / "refuse.py").write_text(REFUSE.format(missing=MISSING))

    done = subprocess.run(
        [sys.executable, *OPTIONS],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "error" not in done.stdout.splitlines()[-1]
