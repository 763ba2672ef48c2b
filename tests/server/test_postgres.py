from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.postgres import PostgresCluster


HERE = Path(__file__).parent


@pytest.mark.timeout(900)
@pytest.mark.skipif(
    "DATABASE_URL" in os.environ,
    reason="this is the run on PostgreSQL",
)
def test_the_tests_of_sqlite_pass_on_postgresql(
    cluster: PostgresCluster,
) -> None:
    url = cluster.create_database("tests")

    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            HERE / "accounts",
            HERE / "usage",
            HERE / "api",
            HERE / "teams",
            HERE / "test_accepted_is_shown.py",
            HERE / "test_error_pages.py",
            HERE / "dashboard/test_pages.py",
            HERE / "dashboard/views",
        ],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout
