from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.doses import dose
from tests.support.statusline import Scene

if TYPE_CHECKING:
    from pathlib import Path

BESIDE, AT_ONCE = dose(50), dose(10)


def test_beside_the_engine_no_run_is_lost_and_none_fails(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path)

    with scene.tray():
        runs = scene.hear(BESIDE, 2)
        runs += scene.hear(AT_ONCE, AT_ONCE, BESIDE)
        kept = scene.kept()

    assert {(run.status, run.err) for run in runs} == {(0, b"")}
    assert all("m · " in run.out.decode() for run in runs)
    assert kept == (BESIDE + AT_ONCE, BESIDE + AT_ONCE)
