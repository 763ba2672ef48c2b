"""The tray is killed while it sends; nothing is lost and nothing doubled."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.doses import dose
from tests.support.receiver import Make, Receiver
from tests.support.sea import PROGRAM, Sea

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="kills as Unix does"),
    pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here"),
    pytest.mark.timeout(1200),
]


@pytest.mark.parametrize("make", [Make.OURS, Make.REPLACING])
def test_killed_at_any_point_the_totals_are_the_stores(
    tmp_path: Path,
    make: Make,
) -> None:
    with Receiver(make) as receiver:
        sea = Sea(tmp_path, receiver, seed=len(make.value))

        sea.sail(kills=dose(5))
        sea.arrive()

        assert receiver.totals() == sea.totals()
        assert sea.totals()[0] == -(-sea.lines // 3)
        assert sea.aside() == 0
        sea.told_nobody()
