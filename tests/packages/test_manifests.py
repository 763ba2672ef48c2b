"""Write the manifests of a release, from a package index of our own."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claude_tray import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "packaging" / "make_manifests.py"
LOCKED = [
    re.split(r"==|\s", entry, maxsplit=2)
    for entry in (ROOT / "requirements" / "run.txt")
    .read_text(encoding="utf-8")
    .replace("\\\n", "")
    .splitlines()
]
# Names of Arch's packages that differ from "python-" and PyPI's name.
ARCH_NAMES = {"jinja2": "jinja", "python-dotenv": "dotenv"}
ARCH_NAMES |= {"python-xlib": "xlib"}


class IndexHandler(BaseHTTPRequestHandler):
    """Answer as PEP 691 says: a foreign file first, then the locked one."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        files = [
            {
                "filename": f"{name}-{version}.tar.gz",
                "url": f"https://example.org/{where}/{name}-{version}.tar.gz",
                "hashes": {"sha256": digest},
            }
            for at, version, text in LOCKED
            for where, digest in (
                ("foreign", "0" * 64),
                ("locked", re.findall(r"sha256:(\w+)", text)[-1]),
            )
            if at == name
        ]
        body = json.dumps({"files": files}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def index() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), IndexHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A release of made-up files."""
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / f"claude_tray-{__version__}.tar.gz").write_bytes(b"source")
    setup = folder / f"claude-tray-{__version__}-setup.exe"
    setup.write_bytes(b"setup")
    return folder


def run_script(dist: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *options, dist],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_manifests_have_the_addresses_and_hashes_of_the_release(
    dist: Path, index: str
) -> None:
    done = run_script(dist, "--index", index, "--repository", "ada/tray")

    assert done.returncode == 0, done.stderr
    base = f"https://github.com/ada/tray/releases/download/v{__version__}"
    for name in ("claude-tray.rb", "PKGBUILD"):
        text = (dist / name).read_text()
        assert f"{base}/claude_tray-{__version__}.tar.gz" in text
        assert hashlib.sha256(b"source").hexdigest() in text
    winget = (dist / "ClaudeTray.ClaudeTray.installer.yaml").read_text()
    assert f"{base}/claude-tray-{__version__}-setup.exe" in winget
    assert hashlib.sha256(b"setup").hexdigest().upper() in winget
    for path in dist.iterdir():
        assert not re.search(r"@[A-Z_]+@", path.read_text())


def test_the_formula_has_every_library_of_macos_as_it_is_locked(
    dist: Path, index: str
) -> None:
    run_script(dist, "--index", index)

    formula = (dist / "claude-tray.rb").read_text()
    expected = {
        name
        for name, _, text in LOCKED
        if "== 'linux'" not in text and "== 'win32'" not in text
    } - {"pillow"}
    assert sorted(re.findall(r'resource "([^"]+)"', formula)) == sorted(
        expected
    )
    assert 'depends_on "pillow"' in formula
    assert "/foreign/" not in formula


@pytest.mark.skipif(shutil.which("ruby") is None, reason="lacks ruby")
def test_the_formula_is_ruby(dist: Path, index: str) -> None:
    run_script(dist, "--index", index)

    subprocess.run(["ruby", "-c", dist / "claude-tray.rb"], check=True)


def test_without_the_installer_there_is_no_winget_manifest(
    dist: Path, index: str
) -> None:
    (dist / f"claude-tray-{__version__}-setup.exe").unlink()

    done = run_script(dist, "--index", index)

    assert "no winget manifest" in done.stdout
    assert not list(dist.glob("*.yaml"))


def test_an_index_without_the_locked_file_is_an_error(
    dist: Path, index: str
) -> None:
    done = run_script(dist, "--index", f"{index}/nowhere")

    assert done.returncode == 1
    assert done.stderr.startswith("make_manifests: ")
    assert "Traceback" not in done.stderr
    assert not (dist / "claude-tray.rb").exists()


def test_archs_package_depends_on_every_library() -> None:
    text = (ROOT / "packaging" / "manifests" / "PKGBUILD.in").read_text()
    depends = set(text.split("depends=(")[1].split(")")[0].split())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    for line in project["dependencies"]:
        if not re.search("win32|darwin", line):
            name = re.split(r"[^\w-]", line, maxsplit=1)[0]
            assert f"python-{ARCH_NAMES.get(name, name)}" in depends


def test_archs_build_installs_program_menu_entry_and_completion(
    dist: Path, tmp_path: Path, index: str
) -> None:
    for name in ("build", "hatchling", "installer"):
        pytest.importorskip(name, reason="the extra ship")
    run_script(dist, "--index", index)
    source, package = tmp_path / "src", tmp_path / "pkg"
    source.mkdir()
    options = ("-q", "-n", "--sdist", "-o", tmp_path)
    subprocess.run(
        [sys.executable, "-m", "build", *options, ROOT],
        check=True,
        timeout=120,
    )
    archive = tmp_path / f"claude_tray-{__version__}.tar.gz"
    subprocess.run(["tar", "-xf", archive, "-C", source], check=True)
    # As makepkg does it, which exists on Arch only.
    steps = (
        f"set -e; . {dist}/PKGBUILD; cd {source}; build; cd {source}; package"
    )
    subprocess.run(
        ["bash", "-c", steps],
        env=os.environ
        | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "pkgdir": str(package),
        },
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=300,
    )

    found = {path.name for path in package.rglob("*") if path.is_file()}
    assert found >= {
        *("claude-tray", "claude-tray.fish", "_claude-tray", "LICENSE"),
        "io.github.claudetray.ClaudeTray.desktop",
    }
    menu = next(package.rglob("*.desktop")).read_text(encoding="utf-8")
    assert "Exec=claude-tray" in menu
    assert "Comment[de]=" in menu
