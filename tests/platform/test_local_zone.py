from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.platform import local_zone
from claude_tray.platform.local_zone import find_local_zone

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Europe/Vienna", "Europe/Vienna"),
        (":Asia/Kathmandu", "Asia/Kathmandu"),
        ("", "UTC"),
    ],
)
def test_the_variable_comes_first(value: str, name: str) -> None:
    zone = find_local_zone({"TZ": value})

    assert zone is not None
    assert zone.key == name


def test_a_rule_has_no_name() -> None:
    assert find_local_zone({"TZ": "CET-1CEST,M3.5.0,M10.5.0/3"}) is None
    assert find_local_zone({"TZ": "../../etc/passwd"}) is None


def test_the_link_comes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone_file = tmp_path / "zoneinfo" / "America" / "Lima"
    zone_file.parent.mkdir(parents=True)
    zone_file.touch()
    link, file = tmp_path / "localtime", tmp_path / "timezone"
    monkeypatch.setattr(local_zone, "_LOCALTIME", link)
    monkeypatch.setattr(local_zone, "_TIMEZONE", file)

    assert find_local_zone({}) is None
    file.write_text("Europe/Oslo\n")
    zone = find_local_zone({})
    assert zone is not None
    assert zone.key == "Europe/Oslo"
    link.symlink_to(zone_file)
    zone = find_local_zone({})
    assert zone is not None
    assert zone.key == "America/Lima"
