from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from claude_tray.core.limits import FIVE_HOUR, SEVEN_DAY, LimitSample
from claude_tray.core.time import format_iso
from claude_tray.store.connection import open_writer, transaction
from claude_tray.store.limit_reports import save_samples
from tests.local_page.sample_usage import OPUS, SONNET, SampleSession
from tests.support.builders import ClaudeFolder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal

START = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(
    minutes=200
)
END = START + timedelta(hours=5)


def write_session(
    terminal: Terminal, name: str, model: str, first_minute: int, count: int
) -> None:
    """Write a session with a reply every four minutes."""
    last = START + timedelta(minutes=first_minute + 4 * (count - 1), seconds=5)
    project = f"/home/ada/{name}"
    SampleSession(name, project, model, timedelta(0), count, 900).write(
        terminal.claude, last
    )


def report(terminal: Terminal, *readings: tuple[int, float]) -> None:
    """Store readings as (minute of the window, percent)."""
    path = terminal.app_home / "data" / "usage.db"
    with open_writer(path) as writer, transaction(writer):
        for minute, percent in readings:
            at = START + timedelta(minutes=minute)
            save_samples(
                writer,
                [
                    LimitSample(
                        "",
                        FIVE_HOUR,
                        percent,
                        int(END.timestamp() * 1000),
                        int(at.timestamp() * 1000),
                        session="shop",
                    )
                ],
            )


@pytest.fixture
def used(terminal: Terminal) -> Terminal:
    """Two projects, then twenty points from elsewhere."""
    write_session(terminal, "shop", OPUS, 1, 20)
    write_session(terminal, "notes", SONNET, 90, 10)
    terminal.run("refresh")
    report(terminal, (41, 10.0), (81, 22.0), (140, 28.0), (180, 48.0))
    return terminal


def read_receipt(terminal: Terminal, *args: str) -> Any:
    result = terminal.run("window", "--json", "--no-refresh", *args)
    assert result.status == 0, result.err
    (receipt,) = result.json
    return receipt


def test_points_of_a_window_add_up_to_the_official_change(
    used: Terminal,
) -> None:
    """The projects were used one after the other, so readings part them."""
    receipt = read_receipt(used)

    points = {part["key"]: part["points"] for part in receipt["projects"]}
    assert receipt["points"] == 48
    assert points == pytest.approx(
        {"/home/ada/shop": 22, "/home/ada/notes": 6}, abs=1
    )
    assert receipt["elsewhere_points"] == pytest.approx(20, abs=1)
    total = (
        receipt["local_points"]
        + receipt["elsewhere_points"]
        + receipt["rounding_points"]
    )
    assert total == pytest.approx(48, abs=0.001)
    assert receipt["sessions"][0]["project"] == "/home/ada/shop"
    assert receipt["reported_until"] == format_iso(
        START + timedelta(minutes=181)
    )


def test_a_part_of_a_window_has_its_own_receipt(used: Terminal) -> None:
    start, end = START + timedelta(minutes=82), START + timedelta(minutes=141)

    receipt = read_receipt(
        used, "--from", start.isoformat(), "--to", end.isoformat()
    )

    assert receipt["percent_from"] == pytest.approx(22, abs=1)
    assert receipt["points"] == pytest.approx(6, abs=1)
    assert [part["key"] for part in receipt["projects"]] == ["/home/ada/notes"]


@pytest.mark.parametrize("option", ["--at", "--from"])
def test_a_time_of_today_selects_its_window(
    used: Terminal, option: str
) -> None:
    clock = f"{datetime.now().astimezone():%H:%M:%S}"

    receipt = read_receipt(used, option, clock)

    assert receipt["to"] == format_iso(END)


def test_the_receipt_is_printed_within_80_columns(used: Terminal) -> None:
    output = used.run("window", "--no-refresh").out

    lines = output.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[1].startswith("48 points of the 5-hour limit until ")
    (elsewhere,) = [line for line in lines if line.startswith("Elsewhere")]
    assert elsewhere.split()[-3:-1] == ["20.0", "42%"]
    assert "shop \N{MIDDLE DOT} shop" in output
    assert "prices, to ±" in output


def test_accounts_have_receipts_of_their_own(
    used: Terminal, tmp_path: Path
) -> None:
    work = ClaudeFolder(tmp_path / ".claude-work")
    (work.path / ".claude.json").write_text(
        json.dumps({"oauthAccount": {"accountUuid": "b"}})
    )
    SampleSession("api", "/home/ada/api", OPUS, timedelta(0), 3, 900).write(
        work, START + timedelta(minutes=30)
    )
    folders = f"{used.claude.path},{work.path}"
    used.run("refresh", "--claude-path", folders)

    result = used.run("window", "--no-refresh", "--claude-path", folders)
    items = used.run(
        "window", "--json", "--no-refresh", "--claude-path", folders
    ).json

    assert {item["account"] for item in items} == {"claude", "work"}
    (other,) = [item for item in items if item["account"] == "work"]
    assert (other["points"], other["projects"][0]["points"]) == (None, None)
    assert other["projects"][0]["share"] == 1
    assert "\nwork\n" in result.out
    assert "shares are of the cost" in result.out


def test_without_a_window_a_sentence_says_so(terminal: Terminal) -> None:
    assert terminal.run("window").out == "There is no window at this time.\n"
    assert terminal.run("window", "--json").json == []
    assert terminal.run("window", "--at", "2026-01-01").status == 0


def test_learned_weights_are_listed(terminal: Terminal) -> None:
    """Twenty changes of four points; each took two replies."""
    write_session(terminal, "shop", OPUS, 1, 40)
    terminal.run("refresh")
    report(terminal, *((8 * n + 7, 4.0 * (n + 1)) for n in range(20)))

    receipt = read_receipt(terminal)

    weights = receipt["weights"]
    assert (weights["is_learned"], weights["intervals"]) == (True, 20)
    assert {item["kind"] for item in weights["by_kind"]} == {
        "input",
        "output",
        "cache_write",
        "cache_read",
    }
    assert all(item["standard_error"] > 0 for item in weights["by_kind"])


def test_impossible_times_are_explained(
    used: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    bounds = ("--from", "2026-11-02T10:00", "--to", "2026-11-02T09:00")

    result = used.run("window", "--no-refresh", *bounds)
    with pytest.raises(SystemExit) as stopped:
        used.run("window", "--at", "noon")

    assert result.status == 1
    assert "The end must be after the start." in result.err
    assert stopped.value.code == 2
    assert "not a time such as 14:30" in capsys.readouterr().err


def test_a_picture_is_private_and_never_replaced_unasked(
    used: Terminal, tmp_path: Path
) -> None:
    path = tmp_path / "window.png"
    command = ("window", "--no-refresh", "--picture", str(path))

    first = used.run(*command)
    saved = path.read_bytes()
    again = used.run(*command, "--theme", "light")
    kept = path.read_bytes()
    forced = used.run(*command, "--theme", "light", "--force")

    assert (first.status, first.out) == (0, f"{path}\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Image.open(path) as picture:
        assert picture.size == (1200, 630)
    assert again.status == 1
    assert "window.png exists" in again.err
    assert "--force" in again.err
    assert kept == saved
    assert forced.status == 0
    assert path.read_bytes() != saved
    assert [p.name for p in tmp_path.glob("*.png")] == ["window.png"]


def test_a_picture_needs_one_receipt_and_a_folder(
    terminal: Terminal, tmp_path: Path
) -> None:
    none = terminal.run("window", "--picture", str(tmp_path / "a.png"))

    assert none.status == 1
    assert "There is no window at this time." in none.err
    assert not (tmp_path / "a.png").exists()


def test_a_picture_in_a_missing_folder_is_refused(
    used: Terminal, tmp_path: Path
) -> None:
    path = tmp_path / "missing" / "a.png"

    result = used.run("window", "--no-refresh", "--picture", str(path))

    assert result.status == 1
    assert f"Cannot write {path}: No such file" in result.err


def test_the_week_has_a_receipt(used: Terminal) -> None:
    week_end = END + timedelta(days=3)
    path = used.app_home / "data" / "usage.db"
    with open_writer(path) as writer, transaction(writer):
        for minute, percent in ((41, 2.0), (81, 5.0)):
            at = START + timedelta(minutes=minute)
            sample = LimitSample(
                "",
                SEVEN_DAY,
                percent,
                int(week_end.timestamp() * 1000),
                int(at.timestamp() * 1000),
                session="shop",
            )
            save_samples(writer, [sample])

    receipt = read_receipt(used, "--week")
    text = used.run("window", "--no-refresh", "--limit", "week").out

    assert (receipt["limit"], receipt["points"]) == ("seven_day", 5)
    assert receipt["to"] == format_iso(week_end)
    assert receipt["local_points"] == pytest.approx(5, abs=0.5)
    assert "Weekly limit: 5 points until " in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_limit_without_a_receipt_is_explained(used: Terminal) -> None:
    result = used.run("window", "--no-refresh", "--limit", "spend")

    assert result.status == 1
    assert "There is no receipt of the limit spend." in result.err
    assert "week, Opus" in result.err
