"""Set up Django with its own database; skip all without the extra."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claude_tray.server.accounts.models import User
    from tests.support.postgres import PostgresCluster
    from tests.support.server_api import ApiClient
    from tests.support.server_process import RunningServer


HAS_DJANGO = find_spec("django") is not None
HOME = Path(tempfile.mkdtemp(prefix="claude-tray-server-"))

if HAS_DJANGO:
    before = os.environ.get("CLAUDE_TRAY_HOME")
    os.environ["CLAUDE_TRAY_HOME"] = str(HOME)
    from claude_tray.server.bootstrap import setup_django

    setup_django()
    from django.conf import settings

    # The default hasher takes half a second per user, to slow down guessing.
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    if before is None:
        del os.environ["CLAUDE_TRAY_HOME"]
    else:
        os.environ["CLAUDE_TRAY_HOME"] = before


class _SkippedModule(pytest.Module):
    def collect(self) -> Iterator[pytest.Item]:
        pytest.skip("needs claude-tray[server]", allow_module_level=True)


def pytest_pycollect_makemodule(
    module_path: Path,
    parent: pytest.Collector,
) -> pytest.Module | None:
    if HAS_DJANGO:
        return None
    return _SkippedModule.from_parent(parent, path=module_path)


@pytest.fixture(scope="session", autouse=True)
def _migrated_database() -> Iterator[None]:
    if not HAS_DJANGO:
        yield
        return
    from django.db import connections

    from claude_tray.server.run_server import migrate_database

    migrate_database()
    yield
    connections.close_all()
    shutil.rmtree(HOME)


def _has_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@pytest.fixture(autouse=True)
def _cleared_throttle() -> None:
    # Playwright's event loop keeps Django from its database; these tests use
    # a server of their own.
    if HAS_DJANGO and not _has_event_loop():
        from django.core.cache import cache

        cache.clear()
        # In a thread: while Playwright's event loop runs in this one, Django
        # refuses to use its database here.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_forget_sign_ins).result()


def _forget_sign_ins() -> None:
    from django.db import connections

    from claude_tray.server.accounts.models import SignInRate

    SignInRate.objects.all().delete()
    connections.close_all()


@pytest.fixture
def ana() -> User:
    from tests.support.server_api import make_user

    return make_user("ana")


@pytest.fixture
def bob() -> User:
    from tests.support.server_api import make_user

    return make_user("bob")


@pytest.fixture
def api(ana: User) -> ApiClient:
    """Ana's API client."""
    from tests.support.server_api import ApiClient, create_access_token

    return ApiClient(create_access_token(ana))


@pytest.fixture(scope="session")
def cluster() -> Iterator[PostgresCluster]:
    """A PostgreSQL cluster for the tests."""
    from tests.support.postgres import find_postgres_programs, run_cluster

    if "DATABASE_URL" in os.environ:
        # test_postgres.py: its own run has them.
        pytest.skip("tests that start a PostgreSQL server need no other one")
    folder = find_postgres_programs()
    if folder is None:
        pytest.skip("needs PostgreSQL's programs (Debian: postgresql)")
    with run_cluster(folder) as one:
        yield one


@pytest.fixture(scope="session")
def live_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningServer]:
    """A server process with its own SQLite database."""
    from tests.support.server_process import run_server

    with run_server(tmp_path_factory.mktemp("served")) as server:
        yield server
