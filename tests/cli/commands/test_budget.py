"""Ask from a terminal or an agent whether enough is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.store.connection import open_writer, transaction
from tests.cli.commands.test_window import END, used
from tests.support.builders import ClaudeFolder

if TYPE_CHECKING:
    from tests.cli.conftest import CliResult, Terminal

__all__ = ["used"]


def ask(terminal: Terminal, *args: str) -> CliResult:
    return terminal.run("budget", *args)


def test_what_is_left_is_enough_or_not(used: Terminal) -> None:
    """48 % were used at the last report, 20 minutes and no response ago."""
    enough = ask(used, "--need", "15%")
    short = ask(used, "--need", "60")

    clock = f"{END.astimezone():%H:%M}"
    assert (enough.status, enough.err) == (0, "")
    assert enough.out.startswith(
        f"Enough for 15%: 52% of the 5-hour limit left until {clock} · about "
    )
    assert enough.out.count("\n") == 1
    assert "turns like today's" in enough.out
    assert short.status == 10
    assert short.out.startswith("Not enough for 60%: 52% of the 5-hour limit")


def test_json_has_the_same_answer_as_the_exit_status(used: Terminal) -> None:
    result = ask(used, "--need", "60%", "--json")
    fit = used.run("fit", "--json", "--no-refresh").json[0]

    assert result.status == result.json["exit_status"] == 10
    assert result.json["state"] == "short"
    assert result.json["need_percentage"] == 60
    assert result.json["left_percentage"] == 52
    assert result.json["limit"] == "five_hour"
    assert result.json["turns_left"] == fit["turns_today"]["fits"]
    assert result.json["limits"][0]["used_percentage"] == 48
    assert result.json["text"].startswith("Not enough for 60%")


@pytest.mark.parametrize(
    "need", ["15", "15%", " 15 % ", "15\N{NO-BREAK SPACE}%"]
)
def test_a_need_is_written_in_several_ways(used: Terminal, need: str) -> None:
    assert ask(used, "--need", need, "--json").json["need_percentage"] == 15


@pytest.mark.parametrize(
    "need",
    ["", "0", "-3", "101", "nan", "inf", "15%%", "fifteen", "٣٥", "1e9"],
)
def test_another_need_is_refused_in_one_sentence(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], need: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        ask(terminal, f"--need={need}")

    assert stopped.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert "not a percentage such as 15%" in last


def test_without_any_percentage_nothing_is_promised(
    terminal: Terminal,
) -> None:
    result = ask(terminal)

    assert result.status == 10
    assert result.out == (
        "Unknown: Claude Code has reported no percentage of the limit.\n"
    )


def test_a_used_up_limit_ends_with_20(used: Terminal) -> None:
    database = used.app_home / "data" / "usage.db"
    with open_writer(database) as writer, transaction(writer):
        writer.execute("UPDATE told_limit SET percent = 100")
        writer.execute("UPDATE limit_report SET percent = 100")

    result = ask(used, "--need", "1%")

    assert result.status == 20
    assert result.out.startswith("Nothing left: 5-hour limit reached. ")


def test_a_session_is_answered_about_its_own_account(
    used: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two accounts; the other one has no report and was used later."""
    other = ClaudeFolder(used.app_home.parent / "other")
    for folder, name in ((used.claude, "ada"), (other, "bob")):
        (folder.path / ".claude.json").write_text(
            f'{{"oauthAccount": {{"accountUuid": "{name}"}}}}'
        )
    both = ("--claude-path", f"{used.claude.path},{other.path}")
    used.run("refresh", *both)

    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(other.path))
    others = used.run("budget", "--json", *both).json
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(used.claude.path))
    own = used.run("budget", "--json", *both).json

    assert (others["account"], others["state"]) == ("other", "unknown")
    assert (own["account"], own["left_percentage"]) == ("claude", 52)


def test_a_folder_that_is_not_read_is_not_answered_for(
    used: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer would be about another account."""
    used.write_settings(f'claude_paths = ["{used.claude.path}"]\n')
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(used.app_home / "third"))

    result = used.run("budget", "--claude-path", "")

    assert result.status == 1
    assert "third is not one of those that are read" in result.err
    assert used.run("budget", "--claude-path", "", "--account", "claude").out
