from __future__ import annotations

import re
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from email.message import Message


build = pytest.importorskip("build")
build_env = pytest.importorskip("build.env")
ROOT: Final = Path(__file__).parents[2]
PROJECT: Final = ROOT / "packaging" / "server"
DESKTOP_PACKAGES: Final = {
    *("jeepney", "pillow", "pystray", "python-xlib", "watchdog"),
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel that `pip install ./packaging/server` installs."""
    with build_env.DefaultIsolatedEnv() as environment:
        builder = build.ProjectBuilder.from_isolated_env(environment, PROJECT)
        environment.install(builder.build_system_requires)
        return zipfile.ZipFile(
            builder.build("wheel", tmp_path_factory.mktemp("wheel"))
        )


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = [n for n in wheel.namelist() if n.endswith("/METADATA")]
    return message_from_bytes(wheel.read(name))


def list_required(metadata: Message) -> set[str]:
    return {
        re.split(r"[^\w-]", line, maxsplit=1)[0].lower()
        for line in metadata.get_all("Requires-Dist", [])
    }


def test_it_requires_the_extra_and_nothing_of_the_desktop(
    metadata: Message,
) -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extra = project["optional-dependencies"]["server"]
    names = {re.split(r"[^\w-]", one, maxsplit=1)[0].lower() for one in extra}

    assert names < list_required(metadata)
    assert not list_required(metadata) & DESKTOP_PACKAGES
    assert "postgres" in metadata.get_all("Provides-Extra", [])


def test_it_has_all_of_the_code_and_its_data(wheel: zipfile.ZipFile) -> None:
    packed = {name for name in wheel.namelist() if "__pycache__" not in name}
    sources = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "claude_tray").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert sources <= packed


def test_versions_are_locked_for_the_image(metadata: Message) -> None:
    lock = (ROOT / "requirements" / "server.txt").read_text()
    locked = {
        match.lower()
        for match in re.findall(r"^([\w-]+)==", lock, re.MULTILINE)
    }
    always = {
        re.split(r"[^\w-]", line, maxsplit=1)[0].lower()
        for line in metadata.get_all("Requires-Dist", [])
        if ";" not in line
    }

    assert always <= locked
    assert "psycopg" in locked
    assert not locked & DESKTOP_PACKAGES
