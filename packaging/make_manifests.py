"""
Write the manifests of winget, Homebrew and the AUR for the files of a release.

    python packaging/make_manifests.py [--repository OWNER/NAME] DIST

DIST contains the sdist and, for winget, the Windows installer; the manifests
are written beside them. Addresses and checksums come from these files. The
formula lists the source archives of all libraries: their addresses are asked
of the package index, and only a file whose hash is in requirements/run.txt is
taken. Needs Python alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
TEMPLATES: Final = ROOT / "packaging" / "manifests"
REPOSITORY: Final = "claudetray/claude-tray"
APP_ID: Final = "io.github.claudetray.ClaudeTray"
INDEX: Final = "https://pypi.org/simple"
# PEP 691.
ACCEPT: Final = "application/vnd.pypi.simple.v1+json"
TIMEOUT_SECONDS: Final = 60
# The formula depends on Homebrew's own.
FROM_HOMEBREW: Final = {"pillow"}
# Written for each template, by its name without ".in".
OUTPUTS: Final = {
    "claude-tray.rb": "claude-tray.rb",
    "PKGBUILD": "PKGBUILD",
    "winget.yaml": "ClaudeTray.ClaudeTray.yaml",
    "winget.installer.yaml": "ClaudeTray.ClaudeTray.installer.yaml",
    "winget.locale.en-US.yaml": "ClaudeTray.ClaudeTray.locale.en-US.yaml",
}


class Requirement(NamedTuple):
    """A library of requirements/run.txt."""

    name: str
    version: str
    marker: str
    hashes: frozenset[str]


class ManifestError(Exception):
    """A manifest cannot be written."""


def parse_requirements(text: str) -> list[Requirement]:
    entries = text.replace("\\\n", "").splitlines()
    found = []
    for entry in entries:
        match = re.match(r"([\w.-]+)==([\w.+!]+)\s*(?:;\s*(.*?))?\s+--", entry)
        if match is None:
            message = f"requirements/run.txt: not understood: {entry[:60]}"
            raise ManifestError(message)
        name, version, marker = match.groups()
        hashes = frozenset(re.findall(r"--hash=sha256:(\w+)", entry))
        found.append(Requirement(name, version, marker or "", hashes))
    return found


def is_for_macos(requirement: Requirement) -> bool:
    """Evaluate the library's marker as far as it is about the system."""
    pairs = re.findall(r"sys_platform (==|!=) '(\w+)'", requirement.marker)
    needed = {system for operator, system in pairs if operator == "=="}
    excluded = {system for operator, system in pairs if operator == "!="}
    return "darwin" not in excluded and (not needed or "darwin" in needed)


def find_source(requirement: Requirement, index: str) -> tuple[str, str]:
    """
    Return the address and hash of a library's locked source archive.

    A library without one has a wheel for all systems, which Homebrew installs
    as well.
    """
    request = Request(  # noqa: S310 - the index is the caller's
        f"{index}/{requirement.name}/", headers={"Accept": ACCEPT}
    )
    with urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
        files: list[dict[str, Any]] = json.load(response)["files"]
    locked = {
        file["filename"]: (file["url"], file["hashes"]["sha256"])
        for file in files
        if file["hashes"].get("sha256") in requirement.hashes
    }
    for ending in (".tar.gz", ".zip", "-none-any.whl"):
        for name in sorted(locked):
            if name.endswith(ending):
                return locked[name]
    message = (
        f"{requirement.name} {requirement.version}: the index has no source"
        " archive or common wheel with a hash of requirements/run.txt"
    )
    raise ManifestError(message)


def format_resources(requirements: list[Requirement], index: str) -> str:
    """Return the formula's resource blocks."""
    blocks = []
    for requirement in requirements:
        if requirement.name in FROM_HOMEBREW or not is_for_macos(requirement):
            continue
        url, digest = find_source(requirement, index)
        blocks.append(
            f'  resource "{requirement.name}" do\n'
            f'    url "{url}"\n'
            f'    sha256 "{digest}"\n'
            "  end\n"
        )
    return "\n".join(blocks)


def build_values(dist: Path, repository: str) -> dict[str, str]:
    """Return what the templates' names stand for, without the resources."""
    sdist = _find_file(dist, "claude_tray-*.tar.gz")
    version = sdist.name.removeprefix("claude_tray-").removesuffix(".tar.gz")
    homepage = f"https://github.com/{repository}"
    values = {
        "VERSION": version,
        "HOMEPAGE": homepage,
        "DOWNLOADS": f"{homepage}/releases/download/v{version}",
        "APP_ID": APP_ID,
        "SDIST": sdist.name,
        "SDIST_SHA256": _compute_hash(sdist),
    }
    if any(dist.glob("*-setup.exe")):
        setup = _find_file(dist, f"claude-tray-{version}-setup.exe")
        values["SETUP"] = setup.name
        values["SETUP_SHA256"] = _compute_hash(setup).upper()
    return values


def fill_templates(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Return file names and texts; skip manifests whose files are missing."""
    is_complete = "SETUP" in values
    for name, output in OUTPUTS.items():
        if name.startswith("winget") and not is_complete:
            continue
        text = (TEMPLATES / f"{name}.in").read_text(encoding="utf-8")
        yield (
            output,
            re.sub(r"@([A-Z0-9_]+)@", lambda match: values[match[1]], text),
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("dist", type=Path)
    parser.add_argument("--repository", default=REPOSITORY)
    parser.add_argument("--index", default=INDEX)
    args = parser.parse_args()
    try:
        values = build_values(args.dist, args.repository)
        locked = (ROOT / "requirements" / "run.txt").read_text("utf-8")
        values["RESOURCES"] = format_resources(
            parse_requirements(locked), args.index.rstrip("/")
        )
    except (ManifestError, OSError) as error:
        print(f"make_manifests: {error}", file=sys.stderr)
        return 1
    for name, text in fill_templates(values):
        (args.dist / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"Wrote {name}")
    if "SETUP" not in values:
        print("Without the Windows installer there is no winget manifest.")
    return 0


def _find_file(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        message = f"{folder} has {len(found)} files {pattern}, not one"
        raise ManifestError(message)
    return found[0]


def _compute_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
