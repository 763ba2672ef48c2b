"""Kill the tray during a sync: no record is lost or repeated."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.chaos_machine import PROGRAM, ChaosMachine
from tests.support.fake_receiver import FakeReceiver, FakeReceiverKind
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="kills as Unix does"),
    pytest.mark.skipif(not PROGRAM.exists(), reason="not installed here"),
    pytest.mark.timeout(1200),
]


@pytest.mark.parametrize(
    "kind", [FakeReceiverKind.OWN_SERVER, FakeReceiverKind.REPLACING]
)
def test_a_kill_at_any_point_loses_and_repeats_nothing(
    tmp_path: Path,
    kind: FakeReceiverKind,
) -> None:
    with FakeReceiver(kind) as receiver:
        machine = ChaosMachine(tmp_path, receiver, seed=len(kind.value))

        machine.run_with_kills(max_kills=scale_count(5))
        machine.sync_until_success()

        assert receiver.totals() == machine.totals()
        assert machine.totals()[0] == -(-machine.line_count // 3)
        assert machine.count_quarantined() == 0
        machine.assert_token_not_leaked()
