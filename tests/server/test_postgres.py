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
@pytest.mark.parametrize(
    "paths",
    [
        ("usage",),
        ("api",),
        ("test_accepted_is_shown.py", "test_error_pages.py"),
        ("dashboard/test_pages.py",),
        ("accounts/test_api_tokens.py", "accounts/test_sign_ins.py"),
        ("teams/test_users.py", "teams/test_sums.py", "teams/test_alerts.py"),
    ],
    ids=lambda paths: paths[0].partition(".")[0],
)
def test_the_tests_of_sqlite_pass_on_postgresql(
    cluster: PostgresCluster, paths: tuple[str, ...]
) -> None:
    name = paths[0].partition(".")[0].replace("/", "_")
    # Without the options of this run: it would erase its record of coverage.
    variables = {
        key: value
        for key, value in os.environ.items()
        if key != "PYTEST_ADDOPTS"
    }

    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *(HERE / path for path in paths),
        ],
        env=variables
        | {"DATABASE_URL": cluster.create_database(f"tests_{name}")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout
