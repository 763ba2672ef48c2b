from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.real_client.client import (
    CLIENT_VARIABLE,
    RealClient,
    find_client,
)
from tests.real_client.fake_api import FakeApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def api() -> Iterator[FakeApi]:
    if not find_client():
        pytest.skip(f"{CLIENT_VARIABLE} names no Claude Code")
    with FakeApi() as api:
        yield api


@pytest.fixture
def client(tmp_path: Path, api: FakeApi) -> RealClient:
    return RealClient(tmp_path / "home", api)
