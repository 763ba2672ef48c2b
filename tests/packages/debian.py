"""A bare Debian 12 to install packages into, made by debootstrap."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

NEEDED: Final = ("debootstrap", "mount", "umount", "chroot")
# Made once, where it may be kept from one run to the next.
PLACE: Final = Path(
    os.environ.get("CLAUDE_TRAY_DEBIAN", "/var/tmp/claude-tray-debian-12"),  # noqa: S108 - a place of root
)
CERTIFICATES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
_TRUSTED: Final = Path("/tmp/trusted.crt")  # noqa: S108 - in the chroot
_MIRROR: Final = "http://deb.debian.org/debian"
_SECONDS: Final = 900


def missing() -> list[str]:
    """What a bare Debian needs and this machine lacks."""
    lacks = [name for name in NEEDED if shutil.which(name) is None]
    if sys.platform == "win32" or os.geteuid() != 0:
        return [*lacks, "the rights of root"]
    return lacks


def bare() -> Path:
    """Return a bare Debian 12, made where there is none."""
    if not (PLACE / "bin" / "sh").exists():
        _run("debootstrap", "--variant=minbase", "bookworm", PLACE, _MIRROR)
    return PLACE


class Debian:
    """A copy of a bare Debian, thrown away at the end."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"

    def __enter__(self) -> Self:
        _run("cp", "-a", bare(), self.root)
        resolver = Path("/etc/resolv.conf").read_text()
        (self.root / "etc" / "resolv.conf").write_text(resolver)
        if CERTIFICATES.is_file():
            # What this machine trusts, where it reaches out by a proxy.
            shutil.copy(CERTIFICATES, self.root / _TRUSTED.relative_to("/"))
        # What an installer writes and debootstrap does not.
        hosts = self.root / "etc" / "hosts"
        hosts.write_text("127.0.0.1 localhost\n")
        _run("mount", "-t", "proc", "proc", self.root / "proc")
        _run("mount", "-t", "devpts", "devpts", self.root / "dev" / "pts")
        return self

    def __exit__(self, *_: object) -> None:
        _run("umount", self.root / "dev" / "pts")
        _run("umount", self.root / "proc")
        shutil.rmtree(self.root)

    def put(self, path: Path, name: str) -> None:
        """Put a file or folder into /tmp."""
        _run("cp", "-a", path, self.root / "tmp" / name)

    def run(self, *words: str) -> str:
        """Run a program in it and return what it printed."""
        told = _run(
            "chroot",
            self.root,
            "env",
            "-i",
            "HOME=/root",
            "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "LC_ALL=C.UTF-8",
            "DEBIAN_FRONTEND=noninteractive",
            f"PIP_CERT={_TRUSTED}",
            *words,
        )
        return told.strip()

    def install(self, *packages: str) -> None:
        self.run("apt-get", "update", "-qq")
        wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        self.run(*wanted, *packages)

    def files(self) -> set[str]:
        """Every file that names the program, but those in /tmp and /proc."""
        found = self.run(
            *("find", "/", "-xdev", "-path", "/proc", "-prune", "-o"),
            *("-path", "/tmp", "-prune", "-o", "-path", "/var/lib/dpkg"),  # noqa: S108 - its own
            *("-prune", "-o", "-iname", "*claude?tray*", "-print"),
        )
        return set(found.splitlines())


def _run(*words: str | Path) -> str:
    command: Sequence[str | Path] = words
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout
