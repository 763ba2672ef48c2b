from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.support.container_root import build_container, is_supported
from tests.support.http_client import HttpClient, find_stylesheets
from tests.support.ports import find_free_port
from tests.support.request_json import make_request, make_row
from tests.support.server_process import PASSWORD
from tests.support.web_servers import wait_until_serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.container_root import ContainerRoot


ROOT: Final = Path(__file__).parents[2]
CONTAINERFILE: Final = ROOT / "packaging" / "server" / "Containerfile"
# What only the tray needs, and systems without a desktop lack.
DESKTOP_MODULES: Final = ("PIL", "Xlib", "jeepney", "pystray", "watchdog")
FIND_SCRIPT: Final = (
    "from importlib.util import find_spec;"
    f"print([n for n in {DESKTOP_MODULES!r} if find_spec(n)])"
)
pytestmark = [
    pytest.mark.skipif(not is_supported(), reason="needs the rights of root"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def image(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ContainerRoot]:
    """The image of the server, built by the steps of its Containerfile."""
    folder = tmp_path_factory.mktemp("image")
    try:
        with build_container(folder, CONTAINERFILE, ROOT) as built:
            yield built
    except subprocess.CalledProcessError as error:
        pytest.skip(f"cannot mount a root: {error.stderr}")


@pytest.fixture(scope="module")
def port(image: ContainerRoot) -> Iterator[int]:
    """The port of a container with default options."""
    port = find_free_port()
    process = image.start(
        f"--port={port}", CLAUDE_TRAY_ALLOWED_HOSTS="localhost"
    )
    try:
        wait_until_serving(port)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def test_it_serves_and_receives(image: ContainerRoot, port: int) -> None:
    image.run(
        *("claude-tray", "server", "create-user", "ana"),
        *("--email", "ana@example.org", "--password-stdin"),
        stdin=PASSWORD,
    )
    token = image.run(
        *("claude-tray", "server", "create-token", "ana"),
        *("--machine", "laptop"),
    )
    client = HttpClient(f"http://localhost:{port}")
    row = make_row(datetime.now(UTC) - timedelta(minutes=1), "m1")

    sent = client.post_json(
        "/app/claude-usage/agent-sync/",
        make_request(row),
        Authorization=f"Bearer {token}",
    )
    signed_in = client.post_form(
        "/sign-in/", username="ana", password=PASSWORD
    )
    page = client.get("/", Accept="text/html")

    assert sent.json()["snapshots_created"] == 1
    assert (signed_in.status, page.status) == (302, 200)
    styles = find_stylesheets(page.text)
    assert styles
    assert {client.get(path).status for path in styles} == {200}
    assert client.get("/readyz").status == 200


@pytest.mark.usefixtures("port")
def test_it_has_no_dependencies_of_the_desktop(image: ContainerRoot) -> None:
    assert image.run("python", "-c", FIND_SCRIPT) == "[]"


@pytest.mark.usefixtures("port")
def test_its_user_is_not_root_and_its_files_are_private(
    image: ContainerRoot,
) -> None:
    script = (
        "import json, os, pathlib; print(json.dumps({path.name:"
        " [path.stat().st_uid, path.stat().st_mode & 0o777] for path in"
        " [pathlib.Path('/data/data'), *pathlib.Path('/data/data').iterdir()]}))"
    )
    modes = json.loads(image.run("python", "-c", script))

    assert image.run("id", "-u") == "10001"
    assert {uid for uid, _ in modes.values()} == {10001}
    assert modes.pop("data")[1] == 0o700
    assert {mode for _, mode in modes.values()} == {0o600}
