from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.store.connection import open_writer, transaction
from tests.cli.commands.test_window import report, used, write_session
from tests.local_page.sample_usage import HAIKU, OPUS

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

__all__ = ["used"]


def read_fit(terminal: Terminal, *args: str) -> Any:
    result = terminal.run("fit", "--json", "--no-refresh", *args)
    assert result.status == 0, result.err
    (item,) = result.json
    return item


def test_turns_are_measured_in_points(used: Terminal) -> None:
    """A reply every four minutes: each is a turn; 20 of them took 22 %."""
    item = read_fit(used, "shop")

    assert item["left_points"] == 52
    assert item["turns"]["count"] == 20
    assert item["turns"]["median"] == pytest.approx(1.1, abs=0.15)
    assert item["turns"]["fits"] == int(52 / item["turns"]["median"])
    assert item["sessions"]["median"] == pytest.approx(22, abs=3)
    assert [part["key"] for part in item["projects"]] == ["/home/ada/shop"]


def test_one_session_is_selected_by_the_beginning_of_its_id(
    used: Terminal,
) -> None:
    write_session(used, "checkout", HAIKU, 150, 4)
    used.run("refresh")

    item = read_fit(used, "chec")

    assert (item["turns"]["count"], item["sessions"]["count"]) == (4, 1)


def test_what_fits_is_printed_within_80_columns(used: Terminal) -> None:
    output = used.run("fit", "--no-refresh").out

    lines = output.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("52% of the 5-hour limit is left until ")
    assert lines[1].startswith("Enough for about 5")
    assert lines[1].endswith(" turns like today's.")
    assert "shop, per window" in output
    assert "points follow the prices" in output


def test_work_of_earlier_days_and_a_closed_window_are_named(
    used: Terminal,
) -> None:
    """All that was used is moved two days back."""
    database = used.app_home / "data" / "usage.db"
    with open_writer(database) as writer, transaction(writer):
        for statement in (
            "UPDATE message SET at_ms = at_ms - 172800000",
            "UPDATE limit_curve SET at_ms = at_ms - 172800000",
            "UPDATE told_limit SET resets_ms = resets_ms - 172800000",
        ):
            writer.execute(statement)

    lines = used.run("fit", "--no-refresh").out.splitlines()

    assert lines[0] == "No window is open: all of the 5-hour limit is left."
    assert lines[1].endswith(" turns like the last ones.")
    assert "A turn, last 31 days" in "".join(lines)


def test_learned_weights_and_many_turns_are_announced(
    terminal: Terminal,
) -> None:
    write_session(terminal, "shop", OPUS, 1, 40)
    terminal.run("refresh")
    report(terminal, *((8 * n + 7, 4.0 * (n + 1)) for n in range(20)))

    output = terminal.run("fit", "--no-refresh").out

    assert "20% of the 5-hour limit is left" in output
    assert "Points follow from 20 changes of your limit." in output


def test_without_percentages_a_sentence_says_so(terminal: Terminal) -> None:
    write_session(terminal, "shop", OPUS, 1, 3)

    assert "reported no percentages" in terminal.run("fit").out
    item = read_fit(terminal)
    assert (item["left_points"], item["turns"]) == (None, None)


def test_an_unknown_name_is_answered_by_similar_ones(used: Terminal) -> None:
    result = used.run("fit", "--no-refresh", "shup")

    assert result.status == 1
    assert "“shup”" in result.err
    assert "Did you mean shop?" in result.err
