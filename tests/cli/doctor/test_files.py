from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.cli.doctor.files import WatchCoverage, format_watch_finding
from claude_tray.i18n.translator import ENGLISH
from claude_tray.watching.limits import InotifyCounts

if TYPE_CHECKING:
    from claude_tray.cli.doctor.finding import Finding


UNKNOWN = InotifyCounts(None, None)
FOUND = WatchCoverage(
    7, None, {}, InotifyCounts(8192, 128), InotifyCounts(50, 9), 60
)


def _check(coverage: WatchCoverage) -> Finding:
    return format_watch_finding(coverage, ENGLISH)


def test_watches_are_counted_without_problems() -> None:
    finding = _check(FOUND)

    assert finding.text == "7 folders, 8,192 watches allowed, 50 in use"
    assert finding.hint == ""
    assert _check(FOUND._replace(watched=7)).hint == ""


def test_unknown_limits_are_left_out() -> None:
    finding = _check(FOUND._replace(limits=UNKNOWN, usage=UNKNOWN))

    assert (finding.text, finding.hint) == ("7 folders", "")


def test_exhausted_watches_have_a_hint() -> None:
    short = FOUND._replace(watched=2, usage=InotifyCounts(8192, 9))

    finding = _check(short)

    assert finding.text.endswith(
        "only 2 are watched; all are rescanned every 5 to 60 s",
    )
    assert finding.hint == (
        "Raise the limit with: sudo sysctl fs.inotify.max_user_watches=524288"
    )
    assert finding.value["watched"] == 2


@pytest.mark.parametrize("watched", [None, 0])
def test_exhausted_instances_have_a_hint(
    watched: int | None,
) -> None:
    finding = _check(
        FOUND._replace(watched=watched, usage=InotifyCounts(50, 128))
    )

    assert finding.hint == (
        "Raise the limit with: sudo sysctl fs.inotify.max_user_instances=1024"
    )


def test_a_limit_above_the_default_is_doubled() -> None:
    count = FOUND._replace(folders=700_000, limits=InotifyCounts(600_000, 128))

    assert _check(count).hint.endswith("max_user_watches=1200000")


def test_a_network_share_shows_its_rescan_interval() -> None:
    finding = _check(FOUND._replace(network_filesystems={"/mnt/far": "nfs4"}))

    assert finding.text.endswith(
        "/mnt/far is a network share (nfs4): rescanned every 5 to 60 s",
    )
    assert finding.hint == ""
    assert finding.value["shares"] == [{"path": "/mnt/far", "kind": "nfs4"}]
