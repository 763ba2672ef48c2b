"""Run the reports with their options."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from claude_tray.cli.tables import format_bar
from tests.support.builders import make_line

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

RULE = "─"
SONNET, OPUS = "claude-sonnet-4-20250514", "claude-opus-4-5-20251101"


@pytest.fixture
def used(terminal: Terminal) -> Terminal:
    """Write responses of five days, the last one of Opus."""
    terminal.claude.append(
        *(
            make_line("12:00", f"msg_{day}", day=day, inner={"model": SONNET})
            for day in (1, 2, 8, 31)
        ),
        make_line("13:00", "msg_opus", day=8, inner={"model": OPUS}),
    )
    return terminal


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Print as on a terminal."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    return monkeypatch


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (
            ("weekly",),
            [
                ("2026-02-23", "2026-03-01", 1),
                ("2026-03-02", "2026-03-08", 3),
                ("2026-03-30", "2026-04-05", 1),
            ],
        ),
        (("monthly",), [("2026-03-01", "2026-03-31", 5)]),
        (
            ("monthly", "--start-day", "8"),
            [("2026-02-08", "2026-03-07", 2), ("2026-03-08", "2026-04-07", 3)],
        ),
        (
            ("weekly", "--model", "opus 4.5"),
            [("2026-03-02", "2026-03-08", 1)],
        ),
        (
            ("monthly", "--project", "notes", "--days", "99999"),
            [("2026-03-01", "2026-03-31", 5)],
        ),
        # 12:00 in London is the next day in Kiritimati, 14 hours ahead.
        (
            ("monthly", "--timezone", "Pacific/Kiritimati"),
            [("2026-03-01", "2026-03-31", 4), ("2026-04-01", "2026-04-30", 1)],
        ),
        (
            ("monthly", "--timezone", "+14:00"),
            [("2026-03-01", "2026-03-31", 4), ("2026-04-01", "2026-04-30", 1)],
        ),
        (
            ("monthly", "--timezone", "UTC-3"),
            [("2026-03-01", "2026-03-31", 5)],
        ),
    ],
)
def test_weeks_and_months_are_listed(
    used: Terminal,
    args: tuple[str, ...],
    expected: list[tuple[str, str, int]],
) -> None:
    rows = used.run(*args, "--json").json

    assert [(r["start"], r["end"], r["messages"]) for r in rows] == expected


def test_a_row_is_divided_by_model(used: Terminal) -> None:
    (month,) = used.run("monthly", "--breakdown", "--json").json
    text = used.run("daily", "--breakdown", "--since", "2026-03-08").out
    text = re.sub("─+", RULE, text)

    parts = {part["model"]: part["messages"] for part in month["breakdown"]}
    assert parts == {SONNET: 4, OPUS: 1}
    assert [line.split()[0] for line in text.splitlines()] == [
        "Days",
        "Day",
        RULE,
        "2026-03-08",
        "Opus",
        "Sonnet",
        "2026-03-31",
        "Sonnet",
        RULE,
        "Total",
        "Oldest",
    ]


def test_csv_has_a_line_for_each_row_or_part(used: Terminal) -> None:
    rows = _read_csv(used.run("daily", "--csv").out)
    parts = _read_csv(used.run("monthly", "--csv", "--breakdown").out)
    none = used.run("weekly", "--csv", "--since", "2026-05").out

    assert [row["date"][-2:] for row in rows] == ["01", "02", "08", "31"]
    assert rows[0]["input_tokens"] == "10"
    assert rows[0]["cost_usd"] == "0.000105"
    assert [(part["model"], part["messages"]) for part in parts] == [
        (SONNET, "4"),
        (OPUS, "1"),
    ]
    assert none == (
        "start,end,input_tokens,output_tokens,"
        "cache_creation_tokens,cache_read_tokens,messages,cost_usd,"
        "total_tokens,total_tokens_with_cache,cost_known_usd,"
        "unpriced_messages\n"
    )


def _read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


FIRST_ID = "11112222-aaaa-4bbb-8ccc-123456789abc"
SECOND_ID = "11113333-aaaa-4bbb-8ccc-123456789abc"


@pytest.fixture
def worked(terminal: Terminal) -> Terminal:
    """Write responses of two sessions in two projects."""
    shop: dict[str, Any] = {"cwd": "/home/ada/shop", "sessionId": SECOND_ID}
    terminal.claude.append(
        make_line("23:30", "msg_1", day=1, inner={"model": SONNET})
    )
    terminal.claude.append(
        make_line(
            "09:00", "msg_2", inner={"model": SONNET}, sessionId=FIRST_ID
        ),
        make_line("23:10", "msg_3", inner={"model": OPUS}, sessionId=FIRST_ID),
        name="first.jsonl",
    )
    terminal.claude.append(
        make_line("09:00", "msg_4", day=2, inner={"model": OPUS}, **shop),
        make_line("09:01", "msg_5", day=2, inner={"model": OPUS}, **shop),
        name="second.jsonl",
    )
    return terminal


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("projects",), [("shop", 2), ("notes", 3)]),
        (("projects", "--until", "2026-03-01"), [("notes", 3)]),
        (("projects", "--model", "opus"), [("shop", 2), ("notes", 1)]),
        (("projects", "--sort", "name"), [("notes", 3), ("shop", 2)]),
        (("projects", "--account", "claude"), [("shop", 2), ("notes", 3)]),
        (("sessions",), [(SECOND_ID, 2), ("session-a", 1), (FIRST_ID, 2)]),
        (
            ("sessions", "--model", "sonnet"),
            [("session-a", 1), (FIRST_ID, 1)],
        ),
        (("sessions", "--project", "shop"), [(SECOND_ID, 2)]),
        (
            # There it is the 2nd of March already.
            ("sessions", "--since", "2026-03-02", "--timezone", "Asia/Tokyo"),
            [(SECOND_ID, 2), ("session-a", 1), (FIRST_ID, 1)],
        ),
        (("models",), [(OPUS, 3), (SONNET, 2)]),
        (("models", "--project", "notes"), [(OPUS, 1), (SONNET, 2)]),
        (("models", "--sort", "name", "--limit", "1"), [(OPUS, 3)]),
        (
            ("windows",),
            [
                ("2026-03-01T09:00:00.000Z", 1),
                ("2026-03-01T23:10:00.000Z", 2),
                ("2026-03-02T09:00:00.000Z", 2),
            ],
        ),
        (
            ("windows", "--model", "sonnet"),
            [
                ("2026-03-01T09:00:00.000Z", 1),
                ("2026-03-01T23:10:00.000Z", 1),
            ],
        ),
        (
            ("windows", "--since", "2026-03-02"),
            [("2026-03-02T09:00:00.000Z", 2)],
        ),
    ],
)
def test_lists_show_what_is_selected(
    worked: Terminal, args: tuple[str, ...], expected: list[tuple[str, int]]
) -> None:
    loaded = worked.run(*args, "--json").json
    table = _read_csv(worked.run(*args, "--csv").out)

    rows = loaded if isinstance(loaded, list) else loaded[args[0]]
    found = [
        (row[name], row.get("total_messages", row.get("messages")))
        for row in rows
        for name in ("name", "session_id", "model", "start")
        if name in row
    ]
    assert found == expected
    assert [int(row["messages"]) for row in table] == [n for _, n in expected]


def test_each_list_is_divided(worked: Terminal) -> None:
    projects = worked.run("projects", "--breakdown", "--json").json["projects"]
    sessions = worked.run("sessions", "--breakdown", "--json").json["sessions"]
    models = worked.run("models", "--breakdown", "--json").json
    windows = worked.run("windows", "--breakdown", "--json").json
    text = worked.run("projects", "--breakdown").out

    assert [[p["model"] for p in row["breakdown"]] for row in projects] == [
        [OPUS],
        # Two responses for $0.000105 each, and one for $0.000175.
        [SONNET, OPUS],
    ]
    assert [len(row["breakdown"]) for row in sessions] == [1, 1, 2]
    assert [[p["path"] for p in row["breakdown"]] for row in models] == [
        ["/home/ada/shop", "/home/ada/notes"],
        ["/home/ada/notes"],
    ]
    assert [len(row["breakdown"]) for row in windows] == [1, 2, 1]
    assert "Opus 4.5" in text
    assert "Highest cost first." in text


def test_a_session_is_found_by_the_beginning_of_its_id(
    worked: Terminal,
) -> None:
    listed = worked.run("sessions", "--timezone", "Asia/Tokyo").out
    shown = worked.run("sessions", "11112", "--timezone", "Asia/Tokyo").out
    ambiguous = worked.run("sessions", "1111").err
    too_short = worked.run("sessions", "111").err
    unknown = worked.run("sessions", "11112223").err
    strange = worked.run("sessions", "zzzz").err

    assert "11112222  notes" in listed
    # 23:10 in UTC is 08:10 of the next day.
    assert "2026-03-02 08:10" in listed
    assert shown.startswith(f"{FIRST_ID} (notes)")
    assert "2026-03-02 08:10:00  Opus 4.5" in shown
    assert ambiguous == (
        "claude-tray: Several sessions begin with “1111”:"
        f" {FIRST_ID}, {SECOND_ID}.\n"
    )
    assert "There is no session “111”." in too_short
    assert f"Did you mean {FIRST_ID}, {SECOND_ID}?" in unknown
    assert strange == "claude-tray: There is no session “zzzz”.\n"


@pytest.mark.parametrize(
    ("args", "option"),
    [
        (("projects", "notes", "--since", "7d"), "since"),
        (("sessions", "session-a", "--account", "claude"), "account"),
        (("sessions", "session-a", "--csv"), "csv"),
    ],
)
def test_options_of_lists_are_refused_for_one_thing(
    worked: Terminal, args: tuple[str, ...], option: str
) -> None:
    result = worked.run(*args)

    assert (result.status, result.out) == (1, "")
    assert f"--{option} is for lists: leave out the name." in result.err


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (
            ("--since", "2026-03-03", "--until", "2026-03-01"),
            "The first day, 2026-03-03, is after the last, 2026-03-01.",
        ),
        (
            ("--days", "3", "--until", "today"),
            "--days cannot be used with --since or --until.",
        ),
        (("--csv", "--json"), "--csv cannot be used with --json."),
        (
            ("--timezone", "Berlin"),
            (
                "There is no time zone “Berlin”."
                " Time zones are named as Europe/Berlin, UTC or +05:30."
            ),
        ),
        (("--project", "xyz"), "There is no project “xyz”."),
        (
            ("--project", "not"),
            "There is no project “not”. Did you mean notes?",
        ),
        (
            ("--model", "sonet 4"),
            "There is no model “sonet 4”. Did you mean Sonnet 4?",
        ),
        (
            ("--account", "x"),
            "There is no account “x”. Accounts: claude.",
        ),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_sentence(
    used: Terminal, args: tuple[str, ...], sentence: str
) -> None:
    result = used.run("daily", *args)

    assert (result.status, result.out) == (1, "")
    assert result.err == f"claude-tray: {sentence}\n"


def test_months_start_on_the_billing_day_of_the_settings(
    used: Terminal,
) -> None:
    explicit = used.run("monthly", "--start-day", "8").out
    used.write_settings("[cost]\nbilling_day = 8\n")

    assert used.run("monthly").out == explicit
    assert used.run("monthly", "--start-day", "1").out != explicit


@pytest.mark.parametrize("number", ["0", "32", "1.5", "-1", "x", "٣"])
def test_an_impossible_number_is_refused(
    used: Terminal, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        used.run("monthly", "--start-day", number)

    assert "not a number from 1 to 31" in capsys.readouterr().err


@pytest.mark.parametrize("width", [80, 60])
@pytest.mark.parametrize(
    "command", ["projects", "sessions", "models", "windows", "daily"]
)
def test_each_list_fits_the_terminal(
    worked: Terminal, screen: pytest.MonkeyPatch, width: int, command: str
) -> None:
    screen.setenv("COLUMNS", str(width))
    long_name = "a-project-whose-name-takes-more-than-half-of-the-line"
    worked.claude.append(
        make_line(
            "09:02",
            "msg_long",
            day=2,
            inner={"model": OPUS},
            usage={"cache_read_input_tokens": 999_999_999},
            cwd=f"/home/ada/{long_name}",
            sessionId="99999999-aaaa-4bbb-8ccc-123456789abc",
        ),
        name="third.jsonl",
    )
    rows = {"projects": 3, "sessions": 4, "windows": 3}

    text = worked.run(command).out

    lines = re.sub("\x1b\\[[0-9;]*m", "", text).splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    priced = [line for line in lines if "$" in line]
    # And the total.
    assert len(priced) >= rows.get(command, 2) + 1


@pytest.mark.parametrize("width", [80, 60, 34])
@pytest.mark.parametrize(
    "sort", ["time", "name", "cost", "tokens", "messages"]
)
def test_a_row_is_one_line_of_the_terminal(
    used: Terminal, screen: pytest.MonkeyPatch, width: int, sort: str
) -> None:
    screen.setenv("COLUMNS", str(width))

    text = used.run("weekly", "--breakdown", "--sort", sort).out
    text = re.sub("\x1b\\[[0-9;]*m", "", text)

    lines = [line.rstrip() for line in text.splitlines()]
    # Title, heading, two rules, three weeks of four parts, total, order.
    assert len(lines) == 2 + 2 + 3 + 4 + 1 + 1
    assert max(map(len, lines[:-1])) <= width
    assert ("█" in text) == (width == 80)
    assert "$" in lines[-2]


def test_a_shortened_report_says_so(used: Terminal) -> None:
    text = used.run("daily", "--limit", "2").out

    assert "2026-03-02" not in text
    assert text.endswith("Oldest first.\n2 of 4 rows; the total is of all.\n")


def test_no_usage_in_a_span_is_said(used: Terminal) -> None:
    assert used.run("daily", "--since", "2026-05").out == "Nothing to show.\n"


@pytest.mark.parametrize(
    ("fraction", "encoding", "expected"),
    [
        (1.0, "utf-8", "████"),
        (0.5, "utf-8", "██"),
        (0.53125, "utf-8", "██▏"),
        (0.0, "utf-8", ""),
        (0.5, "ascii", "##"),
    ],
)
def test_bars_are_of_blocks_or_signs(
    fraction: float, encoding: str, expected: str
) -> None:
    assert format_bar(fraction, 4, encoding) == expected


def test_a_long_name_does_not_hide_the_numbers(
    terminal: Terminal, screen: pytest.MonkeyPatch
) -> None:
    screen.setenv("COLUMNS", "80")
    for number, name in enumerate(
        ("x" * 70, "\N{CJK UNIFIED IDEOGRAPH-65E5}" * 40)
    ):
        terminal.claude.append(
            make_line(message=f"m{number}", cwd=f"/home/ada/{name}"),
            name=f"s{number}.jsonl",
        )

    for command in ("projects", "sessions"):
        out = re.sub(r"\x1b\[[\d;]*m", "", terminal.run(command).out)
        lines = out.splitlines()

        assert max(map(cell_len, lines)) <= 80
        assert {"Messages", "Cost"} <= set(lines[1].split()) or (
            {"Output", "Cost"} <= set(lines[1].split())
        )


@pytest.mark.parametrize(
    "name",
    [
        "America/New_York",
        "Australia/Lord_Howe",
        # Its days in spring begin at 01:00.
        "America/Havana",
        "Asia/Kathmandu",
        "+05:30",
        "UTC-3",
    ],
)
def test_days_are_those_of_the_time_zone(
    terminal: Terminal, name: str
) -> None:
    offsets = {"+05:30": 330, "UTC-3": -180}
    zone: tzinfo = (
        timezone(timedelta(minutes=offsets[name]))
        if name in offsets
        else ZoneInfo(name)
    )
    # Around the changes of the clocks in spring and autumn.
    starts = (
        datetime(2026, 3, 7, tzinfo=UTC),
        datetime(2026, 10, 31, tzinfo=UTC),
    )
    times = [
        start + timedelta(minutes=17 * n)
        for start in starts
        for n in range(250)
    ]
    terminal.claude.append(
        *(
            make_line(
                message=f"m{n}", timestamp=f"{at:%Y-%m-%dT%H:%M:%S.000Z}"
            )
            for n, at in enumerate(times)
        )
    )
    expected = Counter(at.astimezone(zone).date().isoformat() for at in times)

    listed = terminal.run("daily", "--json", f"--timezone={name}").json
    one_day = terminal.run(
        *("models", "--json", f"--timezone={name}"),
        *("--since", "2026-03-08", "--until", "2026-03-08"),
    ).json

    assert {row["date"]: row["messages"] for row in listed} == expected
    assert sum(row["messages"] for row in one_day) == expected["2026-03-08"]
