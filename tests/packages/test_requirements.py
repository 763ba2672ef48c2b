from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_requirement_has_a_version_and_hashes_and_no_address(
    path: Path,
) -> None:
    text = path.read_text(encoding="utf-8")
    entries = text.replace("\\\n", "").splitlines()

    assert entries
    for entry in entries:
        assert "==" in entry
        assert "--hash=sha256:" in entry
        assert "://" not in entry
        assert "file:" not in entry


@pytest.mark.parametrize(
    ("name", "extras"),
    [("run", []), ("test", ["test"]), ("dev", ["test", "dev", "ship"])],
)
def test_the_requirements_include_the_dependencies(
    name: str, extras: list[str]
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    lines = [*project["dependencies"]]
    for extra in extras:
        lines += optional[extra]
    needed = {
        re.split(r"[^\w-]", line, maxsplit=1)[0].lower().replace("_", "-")
        for line in lines
    } - {"claude-tray"}
    text = (ROOT / "requirements" / f"{name}.txt").read_text()

    listed = set(re.findall(r"^([\w-]+)==", text, re.MULTILINE))

    assert needed <= listed, "run packaging/lock.sh"
