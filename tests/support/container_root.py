"""
Build an image without an image builder: in a copy-on-write root.

The root is this machine's with an empty Python environment, and the steps are
those of the Containerfile. Needs the rights of root.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


# Debian's: this one may be in a folder that other users cannot enter.
_PYTHON: Final = "/usr/bin/python3"
_PYTHON_FOLDER: Final = "/opt/image-python"
_PATH: Final = f"{_PYTHON_FOLDER}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_CONTINUED_LINE: Final = re.compile(r"\\\n\s*")
# Steps that only a builder's metadata has.
_WITHOUT_EFFECT: Final = ("ARG", "FROM", "VOLUME", "EXPOSE", "HEALTHCHECK")
# How pip reaches its index from here.
_PASSED_ON: Final = ("PIP_", "SSL_", "HTTP_", "HTTPS_", "http", "https")
_TIMEOUT_SECONDS: Final = 500


class Step(NamedTuple):
    """An instruction of a Containerfile."""

    name: str
    text: str


def parse_steps(text: str) -> list[Step]:
    """Return the instructions, each on one line."""
    lines = [
        line for line in text.splitlines() if not line.lstrip().startswith("#")
    ]
    joined = _CONTINUED_LINE.sub(" ", "\n".join(lines))
    return [
        Step(*line.split(maxsplit=1))
        for line in joined.splitlines()
        if line.strip()
    ]


class ContainerRoot:
    """
    A root in which the steps of a Containerfile are run.

    Args:
        root: The folder.
        context: Folder that COPY copies from.
    """

    def __init__(self, root: Path, context: Path) -> None:
        self.root = root
        self._context = context
        self._variables: dict[str, str] = {}
        self._user = "root"
        self._command: list[str] = []

    def apply(self, step: Step) -> None:
        """Run one step as a builder does."""
        if step.name == "RUN":
            self.run("sh", "-c", step.text)
        elif step.name == "COPY":
            self._copy(*shlex.split(step.text))
        elif step.name == "ENV":
            self._variables |= dict(
                word.split("=", 1) for word in shlex.split(step.text)
            )
        elif step.name == "USER":
            self._user = step.text
        elif step.name in {"ENTRYPOINT", "CMD"}:
            self._command += json.loads(step.text)
        else:
            assert step.name in _WITHOUT_EFFECT, step

    def run(self, *command: str, stdin: str = "") -> str:
        """Run a command in the image; return its output."""
        done = subprocess.run(
            self._build_command(command, {}),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT_SECONDS,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def start(self, *args: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start the container with arguments in addition to those of CMD."""
        command = (*self._command, *args)
        return subprocess.Popen(self._build_command(command, variables))

    def _build_command(
        self, command: tuple[str, ...], variables: dict[str, str]
    ) -> list[str]:
        passed_on = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(_PASSED_ON)
        }
        values = {
            **passed_on,
            "PATH": _PATH,
            "HOME": "/root",
            **self._variables,
            **variables,
        }
        return [
            *("chroot", f"--userspec={self._user}", str(self.root)),
            *("env", "-i"),
            *(f"{name}={value}" for name, value in values.items()),
            *command,
        ]

    def _copy(self, *names: str) -> None:
        *sources, target = names
        place = self.root / target.lstrip("/")
        for name in sources:
            source = self._context / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, place, ignore=ignored)
            else:
                is_folder = target.endswith("/")
                copy = place / source.name if is_folder else place
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, copy)


def is_supported() -> bool:
    """Return whether this machine can mount a root with Python."""
    is_root = sys.platform == "linux" and os.geteuid() == 0
    return is_root and Path(_PYTHON).exists()


@contextmanager
def build_container(
    folder: Path, containerfile: Path, context: Path
) -> Iterator[ContainerRoot]:
    """
    Run all steps of a Containerfile.

    Args:
        folder: An empty folder for the mounts.
        containerfile: The Containerfile.
        context: Folder that it copies from.

    Yields:
        The finished image.

    Raises:
        subprocess.CalledProcessError: Nothing can be mounted here.
    """
    with ExitStack() as stack:
        writable = folder / "writable"
        writable.mkdir()
        # An overlay cannot be written to a folder below itself.
        stack.enter_context(_mount("-t", "tmpfs", "tmpfs", writable))
        for name in ("upper", "work", "root"):
            (writable / name).mkdir()
        options = (
            f"lowerdir=/,upperdir={writable}/upper,workdir={writable}/work"
        )
        root = writable / "root"
        stack.enter_context(
            _mount("-t", "overlay", "-o", options, "overlay", root)
        )
        stack.enter_context(_mount("-t", "proc", "proc", root / "proc"))
        stack.enter_context(_mount("--rbind", "/dev", root / "dev"))
        image = ContainerRoot(root, context)
        image.run(_PYTHON, "-m", "venv", _PYTHON_FOLDER)
        for step in parse_steps(containerfile.read_text()):
            image.apply(step)
        yield image


@contextmanager
def _mount(*args: str | Path) -> Iterator[None]:
    subprocess.run(["mount", *args], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", args[-1]], check=True)
