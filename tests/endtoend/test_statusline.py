from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.statusline_runs import StatuslineScenario
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from pathlib import Path


RUN_COUNT, CONCURRENT_RUNS = scale_count(50), scale_count(10)


def test_no_run_fails_or_is_lost_while_the_worker_runs(
    tmp_path: Path,
) -> None:
    scenario = StatuslineScenario(tmp_path)

    with scenario.run_tray():
        runs = scenario.run_statusline(RUN_COUNT, 2)
        runs += scenario.run_statusline(
            CONCURRENT_RUNS, CONCURRENT_RUNS, RUN_COUNT
        )
        ingested = scenario.count_ingested()

    assert {(run.status, run.err) for run in runs} == {(0, b"")}
    assert all("m · " in run.out.decode() for run in runs)
    assert ingested == (
        RUN_COUNT + CONCURRENT_RUNS,
        RUN_COUNT + CONCURRENT_RUNS,
    )
