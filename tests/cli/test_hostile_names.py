"""Names from transcripts are shown as text on every surface."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.hostile_names import (
    EVIL,
    NAMES,
    find_controls,
    write_hostile_usage,
)

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

COMMANDS = (
    ("status",),
    ("stats",),
    ("projects",),
    ("sessions",),
    ("models",),
    ("daily",),
    ("windows",),
    ("weekly", "--breakdown"),
    ("live",),
    ("window",),
    ("fit",),
    ("walls",),
    ("plan",),
    ("refresh",),
    ("doctor",),
    ("doctor", "--audit"),
)


@pytest.fixture
def hostile(terminal: Terminal) -> Terminal:
    """A terminal with usage under names that do harm where they act."""
    write_hostile_usage(terminal.claude)
    return terminal


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_prints_a_control_character(
    hostile: Terminal, command: tuple[str, ...]
) -> None:
    for more in ((), ("--json",)):
        result = hostile.run(*command, *more)

        assert "Traceback" not in result.err
        assert not find_controls(result.out)
        assert not find_controls(result.err)


def test_a_row_stays_a_row(hostile: Terminal) -> None:
    lines = hostile.run("projects").out.splitlines()

    assert sum("evil" in line for line in lines) == 1


def test_brackets_are_no_markup(hostile: Terminal) -> None:
    for name in ("app [v2]", "[slug]"):
        assert name in hostile.run("projects").out
        assert name in hostile.run("projects", name).out
    assert "[/s]" in hostile.run("sessions", "[/s]").out


def test_an_error_names_the_unknown_session_as_text(hostile: Terminal) -> None:
    result = hostile.run("sessions", EVIL + "?")

    assert result.status == 1
    assert not find_controls(result.err)


def test_json_keeps_the_names(hostile: Terminal) -> None:
    names = {
        s["session_id"]
        for s in hostile.run("sessions", "--json").json["sessions"]
    }

    assert {EVIL, "[/s]", "=cmd|calc"} <= names


def test_exports_are_safe_and_read_back(
    hostile: Terminal, tmp_path: Path
) -> None:
    as_json = hostile.run("export")
    assert not find_controls(as_json.out)
    table = hostile.run("export", "--format", "csv").out
    assert not find_controls(table)
    rows = list(csv.DictReader(io.StringIO(table)))
    assert "'=cmd|calc" in {row["model"] for row in rows}
    assert not any(
        cell.startswith(("=", "+", "-", "@"))
        for row in rows
        for cell in row.values()
    )

    for name, text in (("a.json", as_json.out), ("a.csv", table)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        result = hostile.run("import", str(tmp_path / name), "--json")

        assert result.json["known"] == len(NAMES)
    sessions = {r["session"] for r in json.loads(as_json.out)["records"]}
    assert EVIL in sessions


def test_popup_page_and_card_show_the_names(
    hostile: Terminal, tmp_path: Path
) -> None:
    hostile.run("refresh")
    page = hostile.run("popup", "--html", "--no-browser")
    text = Path(page.out.strip()).read_text(encoding="utf-8")

    assert not find_controls(text)
    assert "<script>alert" not in text
    card = hostile.run(
        "card", "--projects", "--scale", "1", "--png", str(tmp_path / "c.png")
    )
    assert card.status == 0
