"""Share one process of a new user's page among the tests of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.local_page.site_client import LocalSite, SignedIn
from tests.support.builders import ClaudeFolder
from tests.support.sandbox import ProgramSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def shared_client(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SignedIn]:
    """A browser session; tests write the settings that they need."""
    folder = tmp_path_factory.mktemp("page")
    sandbox = ProgramSandbox(folder, ClaudeFolder(folder / "claude"))
    # Without a keyring, a token is saved in a file.
    sandbox.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    site = LocalSite(sandbox)
    yield site.follow(site.open())
    key = {"Authorization": f"Bearer {site.process.key}"}
    site.request("/-/stop", "POST", key)
    sandbox.kill_all()
