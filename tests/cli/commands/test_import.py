"""Import files of other tools and our own exports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.conftest import Terminal
from tests.support.builders import ClaudeFolder, make_limit_line, make_line

if TYPE_CHECKING:
    from collections.abc import Callable


FILES = Path(__file__).parents[2] / "importers" / "files"
COCKPIT = FILES / "cc-cockpit-events.ndjson"
MONITOR = FILES / "claude-monitor-usage.json"
DAILY = FILES / "ccusage-daily.json"
Another = "Callable[[str], Terminal]"


@pytest.fixture
def make_terminal(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], Terminal]:
    def make(name: str) -> Terminal:
        monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path / name / "own"))
        return Terminal(tmp_path / name, capsys)

    return make


def run_import(terminal: Terminal, path: Path, *args: str) -> Any:
    result = terminal.run("import", str(path), "--json", *args)
    assert result.status == 0, result.err
    return result.json


def read_totals(terminal: Terminal) -> tuple[int, int, int, str]:
    stats = terminal.run("stats", "--json").json
    return (
        stats["total_messages"],
        stats["total_input_tokens"],
        stats["total_output_tokens"],
        stats["total_cost_usd"],
    )


def make_reply_line(
    name: str, output: int, day: int, clock: str = "09:07"
) -> bytes:
    """Build the transcript line of a record in the imported files."""
    return make_line(
        message=name,
        output=output,
        timestamp=f"2026-11-{day:02}T{clock}:00.000Z",
        sessionId="3f0c2b1e-5b0a-4a53-9f0e-0f6f1c1f0a11",
        cwd="/home/ana/dev/shop",
        inner={"model": "claude-opus-4-5-20251101"},
    )


def test_records_are_imported_only_once(terminal: Terminal) -> None:
    first = run_import(terminal, COCKPIT)
    once = read_totals(terminal)
    again = run_import(terminal, COCKPIT)

    assert (first["source"], first["added"]) == ("cc-cockpit", 5)
    assert (again["added"], again["known"]) == (0, 5)
    assert read_totals(terminal) == once
    assert once[0] == 5


def test_the_same_records_of_two_tools_count_once(
    terminal: Terminal,
) -> None:
    run_import(terminal, COCKPIT)
    once = read_totals(terminal)
    result = run_import(terminal, MONITOR)

    assert result["added"] == 0
    assert read_totals(terminal)[:3] == once[:3]


@pytest.mark.parametrize("is_read_first", [True, False])
@pytest.mark.parametrize("path", [COCKPIT, MONITOR])
def test_transcripts_take_precedence_over_imports(
    terminal: Terminal,
    path: Path,
    *,
    is_read_first: bool,
) -> None:
    line = make_reply_line("msg_01Shop1", 421, 1)
    if is_read_first:
        terminal.claude.append(line)
    run_import(terminal, path)
    terminal.claude.append(line)

    messages, _, output, _ = read_totals(terminal)

    # 421 from the transcript; 1, 120, 77 and 900 imported.
    assert (messages, output) == (5, 421 + 1 + 120 + 77 + 900)
    health = terminal.run("doctor", "--json").json
    assert health["imported"] == {"replies": 4, "days": 0}


@pytest.mark.parametrize("is_read_first", [True, False])
def test_a_day_with_records_takes_no_imported_total(
    terminal: Terminal,
    *,
    is_read_first: bool,
) -> None:
    if is_read_first:
        terminal.claude.append(make_reply_line("msg_01Shop1", 421, 1))
    result = run_import(terminal, DAILY)
    if not is_read_first:
        assert result["days"] == 3
        terminal.claude.append(make_reply_line("msg_01Shop1", 421, 1))
    else:
        assert result["days"] == 2
        assert result["left_out"] == {"days with more detailed data": 1}

    messages, _, output, _ = read_totals(terminal)

    assert (messages, output) == (1, 421 + 77 + 900)
    days = terminal.run("daily", "--json").json
    assert [(d["date"], d["output_tokens"]) for d in days] == [
        ("2026-11-01", 421),
        ("2026-11-02", 77),
        ("2026-11-05", 900),
    ]


def test_later_records_replace_imported_totals(
    terminal: Terminal,
) -> None:
    run_import(terminal, DAILY)
    run_import(terminal, FILES / "cc-cockpit-later.ndjson")

    messages, _, output, _ = read_totals(terminal)

    assert (messages, output) == (2, 421 + 120 + 1 + 77 + 900 + 2)


def test_two_reports_of_the_same_days_count_once(terminal: Terminal) -> None:
    run_import(terminal, DAILY)
    once = read_totals(terminal)
    run_import(terminal, DAILY)
    other = run_import(terminal, FILES / "ccusage-daily-instances.json")
    session = run_import(terminal, FILES / "ccusage-session.json")

    assert read_totals(terminal) == once
    assert other["days"] == 0
    assert session["days"] == 0
    assert session["left_out"] == {
        "sessions of several days": 1,
        "days with more detailed data": 1,
    }


def test_imported_totals_are_assigned_to_known_projects(
    terminal: Terminal,
) -> None:
    terminal.claude.append(make_reply_line("msg_9", 5, 20))
    run_import(terminal, FILES / "ccusage-daily-instances.json")

    projects = terminal.run("projects", "--json").json
    assert sorted(p["name"] for p in projects["projects"]) == [
        "-home-ana-notes",
        "shop",
    ]


def test_imported_totals_open_no_windows(terminal: Terminal) -> None:
    run_import(terminal, DAILY)

    assert terminal.run("windows", "--json").json == []


def test_another_price_table_reprices_imports(terminal: Terminal) -> None:
    run_import(terminal, DAILY)
    price = "{ input = 1000000, output = 0, cache_read = 0 }"
    terminal.write_settings(f'prices."claude-opus-4-5-20251101" = {price}\n')

    *_, cost = read_totals(terminal)

    # Eight tokens of input at a dollar, 9,000 written to the cache at 1.25.
    assert cost.startswith("11258.")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_export_is_imported_unchanged(
    make_terminal: Callable[[str], Terminal],
    tmp_path: Path,
    form: str,
) -> None:
    first = make_terminal("first")
    first.claude.append(
        make_line(message="msg_1", cwd='/home/ada/a "b", c\n'),
        make_line(message="", output=7, requestId=None, sessionId="s-2"),
        make_line(message="gate-1", inner={"stop_reason": None}),
        make_line(
            message="msg_2",
            isSidechain=True,
            usage={
                "speed": "fast",
                "inference_geo": "us",
                "server_tool_use": {"web_search_requests": 3},
                "iterations": [
                    {
                        "type": "advisor_message",
                        "model": "claude-opus-4-5",
                        "output_tokens": 9,
                    },
                ],
            },
        ),
    )
    run_import(first, DAILY)
    out = tmp_path / f"one.{form}"
    args = ("--format", form, "--output")
    assert first.run("export", *args, str(out)).status == 0
    totals = read_totals(first)

    second = make_terminal("second")
    result = run_import(second, out)
    again = tmp_path / f"two.{form}"
    assert second.run("export", *args, str(again)).status == 0

    assert result["source"] == "claude-tray"
    assert again.read_bytes() == out.read_bytes()
    assert read_totals(second) == totals
    assert run_import(second, out)["added"] == 0


def test_a_cut_response_is_incomplete_after_an_import(
    make_terminal: Callable[[str], Terminal], tmp_path: Path
) -> None:
    first = make_terminal("first")
    first.claude.append(
        make_line(message="msg_1", output=2, uuid="u-1"),
        make_limit_line(
            "API Error: Connection lost mid-response.",
            "08:01",
            error="server_error",
            streamCutCause="stream_truncated",
            parentUuid="u-1",
        ),
    )
    out = tmp_path / "one.json"
    assert first.run("export", "--output", str(out)).status == 0

    second = make_terminal("second")
    run_import(second, out)

    for terminal in (first, second):
        (record,) = terminal.run("export").json["records"]
        assert record["is_final"] is False
        findings = terminal.run("doctor", "--json").json
        assert findings["incomplete_requests"] == 1


@pytest.mark.parametrize(
    ("name", "messages", "output"),
    [
        ("own-replies.json", 5, 1519),
        ("own-replies.csv", 5, 1519),
        ("own-imported.json", 2, 1865),
    ],
)
def test_an_older_export_can_be_imported(
    terminal: Terminal,
    name: str,
    messages: int,
    output: int,
) -> None:
    path = FILES / name
    run_import(terminal, path)
    form = name.rpartition(".")[2]
    out = terminal.claude.path / f"again.{form}"

    terminal.run("export", "--format", form, "--output", str(out))

    assert read_totals(terminal)[0] == messages
    assert read_totals(terminal)[2] == output
    assert out.read_text() == path.read_text()


def test_an_export_goes_to_standard_output_too(terminal: Terminal) -> None:
    terminal.claude.append(make_line())

    as_json = terminal.run("export")
    as_table = terminal.run("export", "--format", "csv")

    (record,) = as_json.json["records"]
    assert record["output_tokens"] == 5
    assert as_table.out.splitlines()[0].startswith("kind,source,day,time,key")


def test_an_unwritable_export_is_reported(
    terminal: Terminal,
    tmp_path: Path,
) -> None:
    result = terminal.run("export", "--output", str(tmp_path))

    assert result.status == 1
    assert "Cannot write" in result.err


def test_the_account_is_required_if_there_are_several(
    terminal: Terminal,
    tmp_path: Path,
) -> None:
    work = ClaudeFolder(tmp_path / ".claude-work")
    for folder, account in ((terminal.claude.path, "a"), (work.path, "b")):
        file = {"oauthAccount": {"accountUuid": account}}
        (folder / ".claude.json").write_text(json.dumps(file))
    both = ("--claude-path", f"{terminal.claude.path},{work.path}")

    refused = terminal.run("import", str(COCKPIT), *both)
    assert refused.status == 1
    assert "--profile: claude, work" in refused.err

    run_import(terminal, COCKPIT, "--profile", "work", *both)
    export = terminal.run("export", "--profile", "work", *both).json
    assert len(export["records"]) == 5
    assert {r["account"] for r in export["records"]} == {"b"}
    mine = terminal.run("export", "--profile", "claude", *both).json
    assert mine["records"] == []


def test_the_result_of_an_import_is_printed(terminal: Terminal) -> None:
    result = terminal.run("import", str(FILES / "cc-cockpit-torn.ndjson"))

    assert result.out.startswith("Imported from cc-cockpit: 2 new records")
    assert "Of which imported" in terminal.run("stats").out
    assert "Skipped 1: no model." in result.err
