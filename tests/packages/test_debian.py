"""The packages in a bare Debian 12; build them first (packaging/build_*)."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray import __version__
from tests.packages.debian import Debian, missing
from tests.support.builders import a_line
from tests.support.panels import XFCE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "claude-tray": f"claude-tray_{__version__}-1_amd64.deb",
    "claude-tray-bundle": f"claude-tray-bundle_{__version__}-1_amd64.deb",
}
DESKTOP = ("xvfb", "dbus-x11", "xfce4-panel", "xfconf", "dex")

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("HYPOTHESIS_PROFILE") != "long",
        reason="minutes: .ci/long",
    ),
    pytest.mark.skipif(bool(missing()), reason=f"lacks {missing()}"),
    pytest.mark.timeout(1800),
]


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[Debian]:
    with Debian(tmp_path) as debian:
        yield debian


@pytest.mark.parametrize("name", PACKAGES)
def test_it_installs_starts_at_login_ends_and_leaves(
    debian: Debian,
    tmp_path: Path,
    name: str,
) -> None:
    before = debian.files()
    debian.put(ROOT / "dist" / PACKAGES[name], PACKAGES[name])
    debian.install(f"/tmp/{PACKAGES[name]}")  # noqa: S108 - in the chroot
    assert debian.run("claude-tray", "--version").endswith(__version__)
    debian.install(*DESKTOP)
    _put_a_desktop(debian, tmp_path)

    told = debian.run("sh", "/tmp/panel.sh")  # noqa: S108 - in the chroot
    print(told)  # noqa: T201 - the start's figure is part of the answer

    assert "icon after" in told
    assert "status answers" in told
    assert "events arrive" in told
    assert "popup runs" in told
    assert "icon gone" in told
    debian.run("apt-get", "purge", "-y", "-qq", name)
    left = debian.files() - before
    assert left == {
        "/root/.local/share/claude-tray",
    }


@pytest.mark.parametrize("name", PACKAGES)
def test_lintian_has_nothing_to_say(name: str) -> None:
    # Debian's own names for what root should not do are no finding.
    done = subprocess.run(
        ["lintian", "--allow-root", ROOT / "dist" / PACKAGES[name]],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )

    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture
def clone(debian: Debian, tmp_path: Path) -> Debian:
    """A bare Debian with a clone and what the README says it needs."""
    debian.install("python3-venv")
    debian.put(_checkout(tmp_path), "checkout")
    return debian


def test_the_readmes_line_runs_it_on_a_bare_debian(clone: Debian) -> None:
    command = f"timeout -s INT 240 sh -c '{_line('run')} --demo' 2>&1"

    told = clone.run(
        "sh", "-c", f"cd /tmp/checkout; {command} || [ $? = 124 ]"
    )

    assert "Going on in the terminal" in told


def test_the_readmes_line_tests_it_on_a_bare_debian(clone: Debian) -> None:
    options = "export PYTEST_ADDOPTS=-q HYPOTHESIS_PROFILE=default"

    told = clone.run(
        "sh", "-c", f"cd /tmp/checkout; {options}; {_line('test')}"
    )

    # What a test could not have here, it says by name: "unshare failed".
    counted = told.rstrip().splitlines()[-1]
    assert " passed" in counted
    assert "failed" not in counted


def _line(name: str) -> str:
    """Return a command of the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split(f"<!-- {name} -->")[1].split("```")[1]
    return block.removeprefix("sh\n").strip()


def _put_a_desktop(debian: Debian, folder: Path) -> None:
    moment = datetime.now(UTC) - timedelta(minutes=5)
    for name in ("transcript", "second"):
        line = folder / f"{name}.jsonl"
        line.write_bytes(a_line(message=name, timestamp=moment.isoformat()))
        debian.put(line, line.name)
    panel = folder / "panel.xml"
    panel.write_text(XFCE.settings)
    debian.put(panel, panel.name)
    debian.put(Path(__file__).with_name("panel.sh"), "panel.sh")


def _checkout(folder: Path) -> Path:
    """Return the tracked files, as a clone would have them."""
    target = folder / "checkout"
    target.mkdir()
    packed = subprocess.run(
        ["git", "archive", "HEAD"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    subprocess.run(
        ["tar", "-x", "-C", target],
        input=packed.stdout,
        check=True,
        timeout=60,
    )
    return target
