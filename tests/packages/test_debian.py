"""Install the packages in bare Debians; needs packaging/build_* first."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray import __version__
from tests.packages.debian_chroot import (
    RELEASES,
    DebianChroot,
    find_missing_requirements,
)
from tests.support.builders import make_line
from tests.support.panels import XFCE

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).parents[2]
PACKAGES = {
    "claude-tray": f"claude-tray_{__version__}-1_amd64.deb",
    "claude-tray-bundle": f"claude-tray-bundle_{__version__}-1_amd64.deb",
}
DESKTOP_PACKAGES = ("xvfb", "dbus-x11", "xfce4-panel", "xfconf", "dex")

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("HYPOTHESIS_PROFILE") != "long",
        reason="minutes: .ci/long",
    ),
    pytest.mark.skipif(
        bool(find_missing_requirements()),
        reason=f"lacks {find_missing_requirements()}",
    ),
    pytest.mark.timeout(1800),
]


@pytest.fixture(params=RELEASES, ids="debian-{}".format)
def debian(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[DebianChroot]:
    with DebianChroot(tmp_path, request.param) as debian:
        yield debian


@pytest.mark.parametrize("name", PACKAGES)
def test_the_package_installs_starts_at_login_and_uninstalls(
    debian: DebianChroot,
    tmp_path: Path,
    name: str,
) -> None:
    before = debian.list_program_files()
    debian.copy_in(ROOT / "dist" / PACKAGES[name], PACKAGES[name])
    debian.install(f"/tmp/{PACKAGES[name]}")  # noqa: S108 - in the chroot
    assert debian.run("claude-tray", "--version").endswith(__version__)
    debian.install(*DESKTOP_PACKAGES)
    _install_desktop(debian, tmp_path)

    output = debian.run("sh", "/tmp/panel.sh")  # noqa: S108 - in the chroot
    print(output)  # noqa: T201 - the start's figure is part of the answer

    assert "icon after" in output
    assert "status answers" in output
    assert "events arrive" in output
    assert "popup runs" in output
    assert "icon gone" in output
    debian.run("apt-get", "purge", "-y", "-qq", name)
    left = debian.list_program_files() - before
    assert left == {
        "/root/.local/share/claude-tray",
    }


@pytest.mark.parametrize(
    ("package", "tools", "command"),
    [
        (
            f"claude-tray-bundle-{__version__}-1.x86_64.rpm",
            ("cpio", "rpm2cpio"),
            "rpm2cpio /tmp/package | cpio --quiet -id -D /",
        ),
        (
            f"claude-tray-bundle-{__version__}-1-x86_64.pkg.tar.zst",
            ("zstd",),
            "tar --zstd -xf /tmp/package -C / --keep-directory-symlink usr",
        ),
    ],
    ids=["rpm", "arch"],
)
def test_packages_of_other_systems_start_from_an_empty_root(
    debian: DebianChroot, package: str, tools: tuple[str, ...], command: str
) -> None:
    debian.copy_in(ROOT / "dist" / package, "package")
    debian.install("libx11-6", *tools)
    debian.run("sh", "-c", command)

    assert debian.run("claude-tray", "--version").endswith(__version__)
    assert "Showing usage here instead" in debian.run(
        "sh", "-c", "timeout -s INT 10 claude-tray --demo 2>&1 || [ $? = 124 ]"
    )


@pytest.mark.parametrize("name", PACKAGES)
def test_lintian_finds_nothing(name: str) -> None:
    # Messages about running as root are no findings.
    done = subprocess.run(
        ["lintian", "--allow-root", ROOT / "dist" / PACKAGES[name]],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )

    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture
def debian_with_clone(debian: DebianChroot, tmp_path: Path) -> DebianChroot:
    """A bare Debian with a clone and the packages that the README lists."""
    debian.install("python3-venv")
    debian.copy_in(_export_checkout(tmp_path), "checkout")
    return debian


def test_the_readmes_install_command_works_on_a_bare_debian(
    debian_with_clone: DebianChroot,
) -> None:
    command = (
        f"timeout -s INT 240 sh -c '{_read_readme_command('run')} --demo' 2>&1"
    )

    output = debian_with_clone.run(
        "sh", "-c", f"cd /tmp/checkout; {command} || [ $? = 124 ]"
    )

    assert "Showing usage here instead" in output


def test_the_readmes_test_command_works_on_a_bare_debian(
    debian_with_clone: DebianChroot,
) -> None:
    options = "export PYTEST_ADDOPTS=-q HYPOTHESIS_PROFILE=default"

    output = debian_with_clone.run(
        "sh",
        "-c",
        f"cd /tmp/checkout; {options}; {_read_readme_command('test')}",
    )

    # Skipped tests name what is missing, such as "unshare failed".
    counted = output.rstrip().splitlines()[-1]
    assert " passed" in counted
    assert "failed" not in counted


def _read_readme_command(name: str) -> str:
    """Return a command block of the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split(f"<!-- {name} -->")[1].split("```")[1]
    return block.removeprefix("sh\n").strip()


def _install_desktop(debian: DebianChroot, folder: Path) -> None:
    timestamp = datetime.now(UTC) - timedelta(minutes=5)
    for name in ("transcript", "second"):
        line = folder / f"{name}.jsonl"
        line.write_bytes(
            make_line(message=name, timestamp=timestamp.isoformat())
        )
        debian.copy_in(line, line.name)
    panel = folder / "panel.xml"
    panel.write_text(XFCE.settings)
    debian.copy_in(panel, panel.name)
    debian.copy_in(Path(__file__).with_name("panel.sh"), "panel.sh")


def _export_checkout(folder: Path) -> Path:
    """Copy the tracked files, as a clone has them."""
    target = folder / "checkout"
    target.mkdir()
    archive = subprocess.run(
        ["git", "archive", "HEAD"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    subprocess.run(
        ["tar", "-x", "-C", target],
        input=archive.stdout,
        check=True,
        timeout=60,
    )
    return target
