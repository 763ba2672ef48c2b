"""Django with a database of its own; without the extra all is skipped."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.server.accounts.models import User
    from tests.support.postgres import Cluster
    from tests.support.server import Api
    from tests.support.serving import Served

HAS_DJANGO = find_spec("django") is not None
HOME = Path(tempfile.mkdtemp(prefix="claude-tray-server-"))

if HAS_DJANGO:
    before = os.environ.get("CLAUDE_TRAY_HOME")
    os.environ["CLAUDE_TRAY_HOME"] = str(HOME)
    from claude_tray.server.start import start

    start()
    from django.conf import settings

    # Half a second a person is for those who guess passwords.
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    if before is None:
        del os.environ["CLAUDE_TRAY_HOME"]
    else:
        os.environ["CLAUDE_TRAY_HOME"] = before


class _Skipped(pytest.Module):
    def collect(self) -> Iterator[pytest.Item]:
        pytest.skip("needs claude-tray[server]", allow_module_level=True)


def pytest_pycollect_makemodule(
    module_path: Path,
    parent: pytest.Collector,
) -> pytest.Module | None:
    if HAS_DJANGO:
        return None
    return _Skipped.from_parent(parent, path=module_path)


@pytest.fixture(scope="session", autouse=True)
def _database() -> Iterator[None]:
    if not HAS_DJANGO:
        yield
        return
    from django.db import connections

    from claude_tray.server.serving import migrate

    migrate()
    yield
    connections.close_all()
    shutil.rmtree(HOME)


@pytest.fixture(autouse=True)
def _no_throttle_remembers() -> None:
    if HAS_DJANGO:
        from django.core.cache import cache

        cache.clear()


@pytest.fixture
def ana() -> User:
    from tests.support.server import a_user

    return a_user("ana")


@pytest.fixture
def bob() -> User:
    from tests.support.server import a_user

    return a_user("bob")


@pytest.fixture
def api(ana: User) -> Api:
    """Ana's own access."""
    from tests.support.server import Api, access_of

    return Api(access_of(ana))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of the tests' own."""
    from tests.support.postgres import programs, running

    folder = programs()
    if folder is None:
        pytest.skip("needs PostgreSQL's programs (Debian: postgresql)")
    with running(folder) as one:
        yield one


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that runs as it does for people, with its own SQLite."""
    from tests.support.serving import serving

    with serving(tmp_path_factory.mktemp("served")) as running:
        yield running
