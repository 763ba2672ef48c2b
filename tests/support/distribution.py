"""Distribute the tests to several processes."""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadScopeScheduling

# Each test of these files takes a minute and shares nothing with the others.
_INDEPENDENT_TESTS: Final = ("tests/server/test_postgres.py",)


class FileScheduling(LoadScopeScheduling):
    """
    Give each process whole files, in the order in which they are collected.

    Tests of a file share servers and displays.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(_INDEPENDENT_TESTS):
            return nodeid
        return nodeid.partition("::")[0]
