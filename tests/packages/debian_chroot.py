"""Create a bare Debian with debootstrap to install packages into."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Sequence


REQUIRED_PROGRAMS: Final = ("debootstrap", "mount", "umount", "chroot")
# Debian's releases that are supported, with their Python 3.11 and 3.13.
RELEASES: Final = {12: "bookworm", 13: "trixie"}
# Cached between runs if CI keeps this folder.
BASE_FOLDER: Final = Path(
    os.environ.get("CLAUDE_TRAY_DEBIAN", "/var/tmp/claude-tray-debian"),  # noqa: S108 - a place of root
)
CERTIFICATES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
_CHROOT_CERTIFICATES: Final = Path("/tmp/trusted.crt")  # noqa: S108 - in the chroot
_MIRROR: Final = "http://deb.debian.org/debian"
_TIMEOUT_SECONDS: Final = 900


def find_missing_requirements() -> list[str]:
    """List the programs and rights that this machine lacks."""
    missing = [
        name for name in REQUIRED_PROGRAMS if shutil.which(name) is None
    ]
    if sys.platform == "win32" or os.geteuid() != 0:
        return [*missing, "the rights of root"]
    return missing


def ensure_base_system(release: int) -> Path:
    """Return the path of a bare Debian; create it if missing."""
    folder = BASE_FOLDER / str(release)
    if not (folder / "bin" / "sh").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run_command(
            "debootstrap",
            "--variant=minbase",
            RELEASES[release],
            folder,
            _MIRROR,
        )
    return folder


class DebianChroot:
    """A copy of a bare Debian, deleted at the end."""

    def __init__(self, folder: Path, release: int) -> None:
        self.root = folder / "root"
        self._release = release

    def __enter__(self) -> Self:
        _run_command("cp", "-a", ensure_base_system(self._release), self.root)
        resolver = Path("/etc/resolv.conf").read_text()
        (self.root / "etc" / "resolv.conf").write_text(resolver)
        if CERTIFICATES.is_file():
            # Certificates of this machine, which may be behind a proxy.
            shutil.copy(
                CERTIFICATES, self.root / _CHROOT_CERTIFICATES.relative_to("/")
            )
        # Written by the Debian installer, but not by debootstrap.
        hosts = self.root / "etc" / "hosts"
        hosts.write_text("127.0.0.1 localhost\n")
        _run_command("mount", "-t", "proc", "proc", self.root / "proc")
        _run_command(
            "mount", "-t", "devpts", "devpts", self.root / "dev" / "pts"
        )
        return self

    def __exit__(self, *_: object) -> None:
        _run_command("umount", self.root / "dev" / "pts")
        _run_command("umount", self.root / "proc")
        shutil.rmtree(self.root)

    def copy_in(self, path: Path, name: str) -> None:
        """Copy a file or folder to /tmp."""
        _run_command("cp", "-a", path, self.root / "tmp" / name)

    def run(self, *args: str) -> str:
        """Run a program in the chroot; return its output."""
        output = _run_command(
            "chroot",
            self.root,
            "env",
            "-i",
            "HOME=/root",
            "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "LC_ALL=C.UTF-8",
            "DEBIAN_FRONTEND=noninteractive",
            f"PIP_CERT={_CHROOT_CERTIFICATES}",
            *args,
        )
        return output.strip()

    def install(self, *packages: str) -> None:
        self.run("apt-get", "update", "-qq")
        command = [
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
        ]
        self.run(*command, *packages)

    def list_program_files(self) -> set[str]:
        """List the files named after the program outside /tmp and /proc."""
        output = self.run(
            *("find", "/", "-xdev", "-path", "/proc", "-prune", "-o"),
            *("-path", "/tmp", "-prune", "-o", "-path", "/var/lib/dpkg"),  # noqa: S108 - its own
            *("-prune", "-o", "-iname", "*claude?tray*", "-print"),
        )
        return set(output.splitlines())


def _run_command(*args: str | Path) -> str:
    command: Sequence[str | Path] = args
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, f"{args}\n{done.stdout}\n{done.stderr}"
    return done.stdout
