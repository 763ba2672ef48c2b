from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.limits import LimitSample, LimitSource
from claude_tray.providers.claude_code.config_files import load_account
from claude_tray.providers.claude_code.desktop_history import (
    parse_desktop_history,
)

if TYPE_CHECKING:
    from pathlib import Path


NOW = 1_795_340_400_000
MINUTE = 60_000


def make_entry(minute: int, org: Any = "org-1", **usage: Any) -> Any:
    return {"t": NOW + minute * MINUTE, "org": org, "u": usage}


def make_file(*entries: Any) -> bytes:
    return json.dumps({"version": 2, "samples": list(entries)}).encode()


def make_sample(minute: int, name: str, percent: float) -> LimitSample:
    at_ms = NOW + minute * MINUTE
    return LimitSample("", name, percent, None, at_ms, LimitSource.DESKTOP)


def test_samples_are_read_by_organization() -> None:
    data = make_file(
        make_entry(15, fh=38, sd=41, xu=0),
        make_entry(0, fh=34, sd=41),
        make_entry(5, "org-2", fh=90),
        make_entry(20),
        make_entry(25, fh=None, sd=42),
    )

    history = parse_desktop_history(data)

    assert history.ignored == 0
    assert history.samples == {
        "org-1": (
            make_sample(0, "five_hour", 34),
            make_sample(0, "seven_day", 41),
            make_sample(15, "five_hour", 38),
            make_sample(15, "seven_day", 41),
            make_sample(25, "seven_day", 42),
        ),
        "org-2": (make_sample(5, "five_hour", 90),),
    }


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        {"t": NOW},
        {"t": NOW, "u": 3},
        {"t": "x", "u": {"fh": 1}},
        {"t": -1, "u": {"fh": 1}},
        {"t": NOW // 1000, "u": {"fh": 1}},
        {"t": 253_402_300_799_000, "u": {"fh": 1}},
        {"t": NOW, "u": {"fh": 1e308}},
        {"t": NOW, "u": {"fh": -1}},
        {"t": NOW, "u": {"fh": "1"}},
        {"t": NOW, "u": {"fh": True}},
        {"t": NOW, "u": {"fh": float("nan")}},
    ],
)
def test_entries_that_cannot_be_read_are_counted(entry: Any) -> None:
    history = parse_desktop_history(make_file(entry, make_entry(0, fh=1)))

    assert history.ignored == 1
    assert len(history.samples["org-1"]) == 1


@pytest.mark.parametrize(
    ("data", "ignored"),
    [(b"", 0), (b'{"sam', 0), (b"[" * 100_000, 0), (b"{}", 1), (b"3", 1)],
)
def test_a_file_of_another_shape_has_no_samples(
    data: bytes, ignored: int
) -> None:
    history = parse_desktop_history(data)

    assert (history.samples, history.ignored) == ({}, ignored)


def write_files(
    home: Path, oauth: dict[str, str], *entries: Any, name: str = ".claude"
) -> Path:
    desktop = home / "Library/Application Support/Claude"
    desktop.mkdir(parents=True, exist_ok=True)
    path = desktop / "plan-usage-history.json"
    path.write_bytes(make_file(*entries))
    # File systems may have coarse times.
    os.utime(path, ns=(len(entries), len(entries)))
    folder = home / name
    folder.mkdir(exist_ok=True)
    (folder / ".claude.json").write_text(json.dumps({"oauthAccount": oauth}))
    return folder


def load_percents(folder: Path) -> list[float | None]:
    info = load_account(folder)
    assert info is not None
    return [sample.percent for sample in info.history]


def test_an_account_has_the_history_of_its_organization(
    tmp_path: Path,
) -> None:
    oauth = {"accountUuid": "a", "organizationUuid": "org-2"}
    entries = make_entry(0, fh=1), make_entry(0, "org-2", fh=2)
    folder = write_files(tmp_path, oauth, *entries)
    assert load_percents(folder) == [2]

    more = (*entries, make_entry(5, "org-2", fh=3))
    folder = write_files(tmp_path, oauth, *more)
    assert load_percents(folder) == [2, 3]


def test_a_history_is_read_without_an_account(tmp_path: Path) -> None:
    entry, other = make_entry(0, fh=1), make_entry(0, "org-2", fh=2)
    folder = write_files(tmp_path, {}, entry)
    (folder / ".claude.json").unlink()

    info = load_account(folder)
    assert info is not None
    assert info.account == ""
    assert [sample.percent for sample in info.history] == [1]

    folder = write_files(tmp_path, {}, entry, other)
    (folder / ".claude.json").unlink()
    assert load_account(folder) is None


def test_an_unknown_organization_has_an_unambiguous_history(
    tmp_path: Path,
) -> None:
    entry, other = make_entry(0, fh=1), make_entry(0, "org-2", fh=2)

    assert load_percents(write_files(tmp_path, {}, entry)) == [1]
    assert load_percents(write_files(tmp_path, {}, entry, other)) == []
    work = write_files(tmp_path, {}, entry, name="work")
    assert load_percents(work) == []
    foreign = {"organizationUuid": "org-3"}
    assert load_percents(write_files(tmp_path, foreign, entry)) == []
