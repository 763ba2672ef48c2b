from __future__ import annotations

import json
import os
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from claude_tray.cli.doctor_audit import findings_of_audit
from claude_tray.transcripts import spool
from tests.support.builders import a_line

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.desktop.audit import Audit
    from tests.cli.conftest import Terminal

DAY = 86_400
HOUR = 3600


def tell(terminal: Terminal, folder: Path, percent: float, left: int) -> None:
    payload = {
        "session_id": "s-1",
        "transcript_path": f"{folder}/projects/p/s-1.jsonl",
        "rate_limits": {
            "five_hour": {
                "used_percentage": percent,
                "resets_at": time.time() // 60 * 60 + left,
            },
        },
    }
    spool.put(terminal.own / "state" / "statusline", payload, time.time_ns())


def doctor(terminal: Terminal, *words: str) -> Any:
    return terminal.run("doctor", "--json", *words).json


def test_it_says_where_a_figure_is_from(terminal: Terminal) -> None:
    tell(terminal, terminal.claude.path, 38, 2 * HOUR)

    told = doctor(terminal)
    text = terminal.run("doctor").out

    (profile,) = told["profiles"]
    assert profile["name"] == "claude"
    assert profile["used_percentage"] == 38
    assert not profile["is_account_known"]
    assert told["statusline"]["heard"] == 1
    assert "38 % used, told by Claude Code at 20" in text
    assert "heard 1 times, last at 20" in text


def test_it_tells_what_auto_has_learnt(terminal: Terminal) -> None:
    reset = int(time.time()) // 600 * 600 + 2 * HOUR
    began = time.gmtime(reset - 5 * HOUR + 7 * 60)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", began)
    terminal.claude.append(a_line(timestamp=stamp))
    left = reset - int(time.time() // 60 * 60)
    before = doctor(terminal)["window_rule"]
    tell(terminal, terminal.claude.path, 38, left)

    after = doctor(terminal)["window_rule"]
    text = terminal.run("doctor").out

    assert before == {"chosen": "auto", "learnt": []}
    (learnt,) = after["learnt"]
    assert (learnt["rule"], learnt["resets"]) == ("ten-minutes", 1)
    assert learnt["margin_seconds"] == 0
    assert "claude: ten-minutes, ±0 min, learnt from 1 resets" in text


def test_a_chosen_rule_is_named(terminal: Terminal) -> None:
    terminal.settings('window.rule = "hour"\n')

    assert "hour, as chosen" in terminal.run("doctor").out


def test_a_folder_that_nobody_follows_is_offered(
    terminal: Terminal,
    tmp_path: Path,
) -> None:
    other = tmp_path / ".claude-new"
    tell(terminal, other, 38, HOUR)

    answer = terminal.run("doctor")

    assert answer.status == 0
    assert f"{other}: sessions run there" in answer.out
    assert doctor(terminal)["folders_offered"] == [str(other)]


def test_it_counts_what_will_be_deleted_and_is_saved(
    terminal: Terminal,
) -> None:
    settings = terminal.claude.path / "settings.json"
    settings.write_text('{"cleanupPeriodDays": 90}')
    for name, days in (("a", 100), ("b", 88), ("c", 86)):
        path = terminal.claude.append(
            a_line(message=f"msg_{name}"),
            name=f"{name}.jsonl",
        )
        moment = time.time() - days * DAY
        os.utime(path, (moment, moment))

    told = doctor(terminal)["retention"]

    assert told["cleanup_days"] == {str(terminal.claude.path): 90}
    assert (told["files"], told["saved"]) == (2, 2)
    text = terminal.run("doctor").out
    assert "after 90 days: 2 go within 3 days, the numbers of 2" in text
    settings.write_text("{")
    assert "so it deletes nothing" in terminal.run("doctor").out


def test_what_is_torn_at_its_end_is_not_wholly_saved(
    terminal: Terminal,
) -> None:
    path = terminal.claude.append(a_line(), b'{"type": "assist')
    moment = time.time() - 29 * DAY
    os.utime(path, (moment, moment))

    answer = terminal.run("doctor")

    assert "the numbers of 0 are saved, the others end" in answer.out
    assert "! retention" not in answer.out


def test_settings_that_cannot_be_used_need_a_person(
    terminal: Terminal,
) -> None:
    terminal.settings("nonsense = 1\n")
    unknown = terminal.run("doctor")
    terminal.settings("nonsense\n")
    torn = terminal.run("doctor")

    assert (unknown.status, torn.status) == (1, 1)
    assert "Unknown setting: nonsense" in unknown.out
    assert "no valid TOML" in torn.out


def test_sync_is_told_with_where_it_goes(terminal: Terminal) -> None:
    off = doctor(terminal)["sync"]
    terminal.settings(
        '[sync]\nenabled = true\nurl = "https://stats.example.org"\n',
    )

    on = terminal.run("doctor").out

    assert not off["enabled"]
    assert "on, to https://stats.example.org" in on


def test_the_audit_lists_files_and_hosts_and_no_credentials(
    terminal: Terminal,
) -> None:
    path = terminal.claude.append(a_line())
    (terminal.claude.path / ".credentials.json").write_text("made up")
    (terminal.claude.path / ".claude.json").write_text(
        json.dumps({"oauthAccount": {"accountUuid": "a-1"}}),
    )

    told = doctor(terminal, "--audit")
    text = terminal.run("doctor", "--audit").out

    assert str(path) in told["files_opened"]
    assert str(terminal.claude.path / ".claude.json") in told["files_opened"]
    assert str(terminal.own / "data" / "usage.db") in told["files_opened"]
    assert told["hosts_contacted"] == []
    assert told["programs_started"] == []
    assert told["credentials_opened"] == []
    assert "No file with credentials of Claude was opened." in text
    assert str(terminal.own / "data" / "usage.db") in text
    short = terminal.run("doctor").out
    assert "usage.db-wal" not in short
    assert "--audit lists them" in short


def test_credentials_that_were_opened_need_a_person() -> None:
    path = "/home/ada/.claude/.credentials.json"
    audit = SimpleNamespace(
        files={path},
        hosts=set(),
        programs=set(),
        credentials=[path],
    )

    findings = {
        found.name: found
        for found in findings_of_audit(cast("Audit", audit), is_whole=True)
    }

    assert findings["credentials_opened"].hint


def test_a_clock_that_is_behind_is_told(terminal: Terminal) -> None:
    good = doctor(terminal)
    tell(terminal, terminal.claude.path, 38, 7 * HOUR)

    answer = terminal.run("doctor")

    assert good["clock_behind_minutes"] == 0
    assert answer.status == 1
    assert "119 min behind" in answer.out or "120 min behind" in answer.out
