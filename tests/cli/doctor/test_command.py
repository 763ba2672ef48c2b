from __future__ import annotations

import json
import os
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from claude_tray.cli.doctor.command import collect_audit_findings
from claude_tray.i18n.translator import ENGLISH
from claude_tray.providers.claude_code.statusline.handler import write_sample
from claude_tray.store import metadata
from claude_tray.store.connection import open_writer
from tests.support.builders import make_line

if TYPE_CHECKING:
    from claude_tray.platform.audit import AuditHook
    from tests.cli.conftest import Terminal


DAY = 86_400
HOUR = 3600


def feed_statusline(
    terminal: Terminal, folder: Path, percent: float, left: int
) -> None:
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
    write_sample(
        terminal.app_home / "state" / "statusline", payload, time.time_ns()
    )


def run_doctor(terminal: Terminal, *args: str) -> Any:
    return terminal.run("doctor", "--json", *args).json


def test_doctor_shows_the_source_of_limits(terminal: Terminal) -> None:
    feed_statusline(terminal, terminal.claude.path, 38, 2 * HOUR)

    report = run_doctor(terminal)
    text = terminal.run("doctor").out

    (profile,) = report["profiles"]
    assert profile["name"] == "claude"
    assert profile["used_percentage"] == 38
    assert not profile["is_account_known"]
    assert report["statusline"]["heard"] == 1
    assert "38% used (Claude Code, 20" in text
    assert "1 reports, last at 20" in text


def test_doctor_shows_the_inferred_window_rule(terminal: Terminal) -> None:
    reset = int(time.time()) // 600 * 600 + 2 * HOUR
    began = time.gmtime(reset - 5 * HOUR + 7 * 60)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", began)
    terminal.claude.append(make_line(timestamp=stamp))
    left = reset - int(time.time() // 60 * 60)
    before = run_doctor(terminal)["window_rule"]
    feed_statusline(terminal, terminal.claude.path, 38, left)

    after = run_doctor(terminal)["window_rule"]
    text = terminal.run("doctor").out

    assert before == {"chosen": "auto", "learnt": []}
    (learned,) = after["learnt"]
    assert (learned["rule"], learned["resets"]) == ("ten-minutes", 1)
    assert learned["margin_seconds"] == 0
    assert "claude: ten-minutes, ±0 min, inferred from 1 resets" in text


def test_doctor_shows_the_configured_window_rule(terminal: Terminal) -> None:
    terminal.write_settings('window.rule = "hour"\n')

    assert "hour (from the settings)" in terminal.run("doctor").out


def test_doctor_lists_unfollowed_folders(
    terminal: Terminal,
    tmp_path: Path,
) -> None:
    other = tmp_path / ".claude-new"
    feed_statusline(terminal, other, 38, HOUR)

    result = terminal.run("doctor")

    assert result.status == 0
    assert f"{other} has sessions" in result.out
    assert run_doctor(terminal)["folders_offered"] == [str(other)]


def test_doctor_counts_transcripts_before_deletion(
    terminal: Terminal,
) -> None:
    settings = terminal.claude.path / "settings.json"
    settings.write_text('{"cleanupPeriodDays": 90}')
    for name, days in (("a", 100), ("b", 88), ("c", 86)):
        path = terminal.claude.append(
            make_line(message=f"msg_{name}"),
            name=f"{name}.jsonl",
        )
        timestamp = time.time() - days * DAY
        os.utime(path, (timestamp, timestamp))

    report = run_doctor(terminal)["retention"]

    assert report["cleanup_days"] == {str(terminal.claude.path): 90}
    assert (report["files"], report["saved"]) == (2, 2)
    text = terminal.run("doctor").out
    assert "after 90 days. Within 3 days: 2 files, 2 of them saved." in text
    settings.write_text("{")
    assert "so it deletes nothing" in terminal.run("doctor").out


def test_a_transcript_with_an_incomplete_line_is_not_saved(
    terminal: Terminal,
) -> None:
    path = terminal.claude.append(make_line(), b'{"type": "assist')
    timestamp = time.time() - 29 * DAY
    os.utime(path, (timestamp, timestamp))

    result = terminal.run("doctor")

    assert "0 of them saved. The others end" in result.out
    assert "! Retention" not in result.out


def test_invalid_settings_require_action(
    terminal: Terminal,
) -> None:
    terminal.write_settings("nonsense = 1\n")
    unknown = terminal.run("doctor")
    terminal.write_settings("nonsense\n")
    result = terminal.run("doctor")

    assert (unknown.status, result.status) == (1, 1)
    assert "Unknown setting: nonsense" in unknown.out
    assert "is not valid TOML" in result.out


def test_doctor_shows_the_sync_address(terminal: Terminal) -> None:
    off = run_doctor(terminal)["sync"]
    terminal.write_settings(
        '[sync]\nenabled = true\nurl = "https://stats.example.org"\n',
    )

    on = terminal.run("doctor").out

    assert not off["enabled"]
    assert "on: https://stats.example.org" in on


def test_doctor_counts_what_the_server_ignored(terminal: Terminal) -> None:
    terminal.claude.append(make_line())
    before = run_doctor(terminal)["sync_ignored"]
    database = run_doctor(terminal)["store"]
    with closing(open_writer(Path(database))) as writer:
        metadata.increment(writer, metadata.SYNC_IGNORED, 1234)

    assert before == 0
    assert run_doctor(terminal)["sync_ignored"] == 1234
    assert "1,234 values about this computer" in terminal.run("doctor").out


def test_the_audit_lists_files_and_hosts_and_no_credentials(
    terminal: Terminal,
) -> None:
    path = terminal.claude.append(make_line())
    (terminal.claude.path / ".credentials.json").write_text("made up")
    (terminal.claude.path / ".claude.json").write_text(
        json.dumps({"oauthAccount": {"accountUuid": "a-1"}}),
    )

    report = run_doctor(terminal, "--audit")
    text = terminal.run("doctor", "--audit").out

    assert str(path) in report["files_opened"]
    assert str(terminal.claude.path / ".claude.json") in report["files_opened"]
    assert (
        str(terminal.app_home / "data" / "usage.db") in report["files_opened"]
    )
    assert report["hosts_contacted"] == []
    assert report["programs_started"] == []
    assert report["credentials_opened"] == []
    assert "Claude's credentials were not read." in text
    assert str(terminal.app_home / "data" / "usage.db") in text
    short = terminal.run("doctor").out
    assert "usage.db-wal" not in short
    assert "--audit lists them" in short


def test_opened_credentials_require_action() -> None:
    path = "/home/ada/.claude/.credentials.json"
    audit = SimpleNamespace(
        files={path},
        hosts=set(),
        programs=set(),
        credential_files=[path],
    )

    findings = {
        found.name: found
        for found in collect_audit_findings(
            cast("AuditHook", audit), ENGLISH, is_complete=True
        )
    }

    assert findings["credentials_opened"].hint


def test_a_slow_clock_requires_action(terminal: Terminal) -> None:
    good = run_doctor(terminal)
    feed_statusline(terminal, terminal.claude.path, 38, 7 * HOUR)

    result = terminal.run("doctor")

    assert good["clock_behind_minutes"] == 0
    assert result.status == 1
    assert "119 min behind" in result.out or "120 min behind" in result.out
