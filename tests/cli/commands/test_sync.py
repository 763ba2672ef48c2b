from __future__ import annotations

import io
import json
import re
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from claude_tray.cli.main import main
from claude_tray.platform.file_lock import FileLock
from tests.support.builders import make_line
from tests.support.fake_receiver import (
    TOKEN,
    FakeReceiver,
    FakeReceiverKind,
    build_response,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import CliResult, Terminal


@pytest.fixture(autouse=True)
def _isolated_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    for name in ("CLAUDE_USAGE_API_URL", "CLAUDE_USAGE_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    if find_spec("keyring") is None:
        # Without the extra, there is no keyring.
        yield
        return
    import keyring  # noqa: PLC0415 - there is one
    from keyring.backends.fail import Keyring  # noqa: PLC0415

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture
def receiver(
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[FakeReceiver]:
    terminal.claude.append(
        make_line("09:00", "msg_1"),
        make_line("09:01", "msg_2"),
    )
    with FakeReceiver() as receiver:
        monkeypatch.setenv("CLAUDE_USAGE_API_URL", receiver.url)
        monkeypatch.setenv("CLAUDE_USAGE_API_TOKEN", TOKEN)
        yield receiver


def _combined_output(result: CliResult) -> str:
    return result.out + result.err


def test_sync_prints_the_lines_that_cron_jobs_match(
    terminal: Terminal,
    receiver: FakeReceiver,
) -> None:
    result = terminal.run("sync")

    assert result.status == 0
    first, *rest = result.out.splitlines()
    stamp = r"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\] Starting Claude usage sync..."
    assert re.fullmatch(stamp, first)
    assert rest == [
        "✓ Sync successful: Synced 1 projects, 1 sessions, 2 snapshots",
        "  Projects: 1",
        "  Sessions: 1",
        "  Snapshots: 2",
    ]
    assert len(receiver.rows) == 2


def test_a_second_sync_sends_nothing(
    terminal: Terminal,
    receiver: FakeReceiver,
) -> None:
    terminal.run("sync")
    posts = len(receiver.posts)

    result = terminal.run("sync", "--json")

    assert result.json["message"] == (
        "Synced 0 projects, 0 sessions, 0 snapshots"
    )
    assert len(receiver.posts) == posts


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        (build_response(503, Retry_After="600"), 75, "503"),
        (build_response(401, {"detail": "no"}), 77, "Create a new token"),
        (build_response(302, Location="https://a.example/"), 78, "a.example"),
    ],
)
def test_each_failure_has_its_exit_status(
    terminal: Terminal,
    receiver: FakeReceiver,
    fault: bytes,
    status: int,
    text: str,
) -> None:
    receiver.fault_plan = lambda _: fault

    for args in ([], ["--json"]):
        result = terminal.run("sync", *args)

        assert result.status == status
        assert result.err.startswith(
            "✗ Sync failed: Usage could not be synced"
        )
        assert text in result.err
        assert TOKEN not in _combined_output(result)
    assert result.json["exit"] == status


def test_a_short_backoff_is_awaited(
    terminal: Terminal,
    receiver: FakeReceiver,
) -> None:
    left = [1]

    def plan(_: object) -> bytes | None:
        left[0] -= 1
        return build_response(503, Retry_After="0.2") if left[0] >= 0 else None

    receiver.fault_plan = plan

    assert terminal.run("sync").status == 0
    assert len(receiver.rows) == 2


def test_a_missing_address_names_the_setting(terminal: Terminal) -> None:
    result = terminal.run("sync")

    assert result.status == 78
    assert "CLAUDE_USAGE_API_URL" in result.err


def test_the_env_file_is_enough(
    terminal: Terminal,
    receiver: FakeReceiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CLAUDE_USAGE_API_URL")
    monkeypatch.delenv("CLAUDE_USAGE_API_TOKEN")
    path = terminal.app_home / "config" / ".env"
    path.parent.mkdir(parents=True)
    path.write_text(
        f"CLAUDE_USAGE_API_URL={receiver.url}\n"
        f"CLAUDE_USAGE_API_TOKEN=Bearer {TOKEN}\n",
    )

    result = terminal.run("sync")

    assert result.status == 0
    assert len(receiver.rows) == 2
    if sys.platform != "win32":
        assert "chmod 600" in result.err


def test_the_env_file_sets_the_claude_folder(
    terminal: Terminal,
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal.claude.append(make_line("09:00", "msg_1"))
    path = terminal.app_home / "config" / ".env"
    path.parent.mkdir(parents=True)
    path.write_text(f"CLAUDE_PATH={terminal.claude.path}\n")
    path.chmod(0o600)

    assert main(["stats", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["total_messages"] == 1


def test_an_unreadable_env_file_is_reported(terminal: Terminal) -> None:
    (terminal.app_home / "config" / ".env").mkdir(parents=True)

    result = terminal.run("stats")

    assert result.status == 0
    assert "Cannot read" in result.err


def test_a_dry_run_prints_the_requests_and_sends_nothing(
    terminal: Terminal,
    receiver: FakeReceiver,
) -> None:
    dry = terminal.run("sync", "--dry-run", "--json").json
    text = terminal.run("sync", "--dry-run").out
    assert receiver.requests == []

    terminal.run("sync")

    (request,) = dry
    sent = receiver.posts[0].json
    assert request["url"] == f"{receiver.url}/app/claude-usage/agent-sync/"
    assert request["body"]["projects"] == sent["projects"]
    times = ("sent_at", "as_of")
    agents = (request["body"]["agent"], sent["agent"])
    # Only values that the server sets may differ.
    for agent in agents:
        for name in times:
            del agent[name]
    assert agents[0] == agents[1]
    assert text.startswith(f"POST {receiver.url}/app/claude-usage/agent-sync/")
    assert '"msg_1"' in text
    assert "made up" not in text


@pytest.mark.parametrize(
    "kind", [FakeReceiverKind.OWN_SERVER, FakeReceiverKind.REPLACING]
)
def test_a_dry_run_without_pending_usage_reports_it(
    terminal: Terminal,
    receiver: FakeReceiver,
    kind: FakeReceiverKind,
) -> None:
    receiver.kind = kind
    terminal.run("sync")
    terminal.claude.append(make_line("09:05", "msg_3"))
    assert "msg_3" in terminal.run("sync", "--dry-run").out

    terminal.run("sync")

    assert "Nothing to send" in terminal.run("sync", "--dry-run").out


def test_the_sync_status_is_printed(
    terminal: Terminal,
    receiver: FakeReceiver,
) -> None:
    before = terminal.run("sync", "--status").out
    assert "unknown until the first sync" in before
    assert "never" in before
    assert re.search(r"Pending +2$", before, re.MULTILINE)

    terminal.run("sync")
    after = terminal.run("sync", "--status", "--json").json

    assert after["state"] == "ok"
    assert after["kind"] == "changes"
    assert after["waiting"] == 0
    assert after["url"] == receiver.url
    assert after["enabled"] is False
    assert "accepts changes" in terminal.run("sync", "--status").out


def test_the_sync_status_shows_the_failure(
    terminal: Terminal,
    receiver: FakeReceiver,
) -> None:
    receiver.fault_plan = lambda _: build_response(503, Retry_After="600")
    terminal.run("sync")

    status = terminal.run("sync", "--status").out

    assert "delayed: the server responded 503; next attempt at 20" in status


def test_the_sync_status_names_the_missing_setting(
    terminal: Terminal,
) -> None:
    result = terminal.run("sync", "--status")

    assert result.status == 0
    assert "CLAUDE_USAGE_API_URL" in result.out
    status = terminal.run("sync", "--status", "--json").json
    assert "CLAUDE_USAGE_API_URL" in status["problem"]


def test_quarantined_rows_are_listed_and_sent_on_request(
    terminal: Terminal,
    receiver: FakeReceiver,
) -> None:
    lines = [make_line("10:00", f"msg_bad{n}") for n in range(12)]
    terminal.claude.append(*lines)
    bad = build_response(400, {"code": "odd", "detail": "not this one"})
    receiver.fault_plan = lambda a: (
        bad if a.is_post and b"msg_bad" in a.decoded_body else None
    )
    terminal.run("sync")
    status = terminal.run("sync", "--status")
    assert "Quarantined: 12" in status.out
    assert "rejected the server responded 400 odd not this one" in status.out
    assert "and 2 more" in status.out
    quarantined = terminal.run("sync", "--status", "--json").json[
        "quarantined"
    ]
    assert {row["code"] for row in quarantined} == {"rejected"}

    receiver.fault_plan = lambda _: None
    assert terminal.run("sync", "--retry-quarantined").status == 0

    assert len(receiver.rows) == 14
    assert "Quarantined: 0" in terminal.run("sync", "--status").out


def test_the_sync_status_shows_a_clock_skew(
    terminal: Terminal,
    receiver: FakeReceiver,
) -> None:
    receipt = {
        "status": "success",
        "message": "",
        "projects_updated": 1,
        "sessions_updated": 1,
        "snapshots_created": 2,
        "snapshots_received": 2,
        "clock_skew_ms": -200_000,
    }
    receiver.fault_plan = lambda a: (
        build_response(200, receipt) if a.is_post else None
    )
    terminal.run("sync")

    status = terminal.run("sync", "--status").out

    assert "200 s behind the server: set it" in status


def test_a_concurrent_sync_is_no_failure(
    terminal: Terminal,
    receiver: FakeReceiver,
) -> None:
    terminal.run("stats")
    lock = FileLock(terminal.app_home / "data" / "sync.lock")
    assert lock.acquire()
    result = terminal.run("sync")
    status = terminal.run("sync", "--json").json
    lock.release()

    assert result.status == 0
    assert "Another claude-tray is syncing" in result.out
    assert status["status"] == "busy"
    assert receiver.requests == []


def test_the_token_is_saved_privately(
    terminal: Terminal,
    receiver: FakeReceiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CLAUDE_USAGE_API_TOKEN")
    path = terminal.app_home / "config" / ".env"
    path.parent.mkdir(parents=True)
    path.write_text("CLAUDE_PATH=/x\nCLAUDE_USAGE_API_TOKEN=old\nLAST=1")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{TOKEN}\n"))

    result = terminal.run("sync", "--save-token")

    assert result.status == 0
    assert TOKEN not in _combined_output(result)
    assert path.read_text() == (
        f"CLAUDE_PATH=/x\nLAST=1\nCLAUDE_USAGE_API_TOKEN='{TOKEN}'\n"
    )
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600
    assert terminal.run("sync").status == 0
    assert len(receiver.rows) == 2


def test_an_empty_token_is_rejected(
    terminal: Terminal,
    receiver: FakeReceiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))

    result = terminal.run("sync", "--save-token")

    assert result.status == 78
    assert receiver.requests == []


def test_only_aliases_of_projects_are_sent(
    terminal: Terminal,
    receiver: FakeReceiver,
) -> None:
    terminal.write_settings('[sync]\nprojects = "aliases"\n')

    terminal.run("sync")

    sent = json.dumps(receiver.posts[0].json)
    assert "notes" not in sent
    assert '"p-' in sent
    assert receiver.posts[0].json["agent"]["machine_name"] == ""


def test_the_status_command_shows_the_sync_state(
    terminal: Terminal, receiver: FakeReceiver
) -> None:
    terminal.write_settings("[sync]\nenabled = true\n")
    terminal.run("sync")

    status = terminal.run("status", "--json").json["sync"]

    assert status["state"] == "idle"
    assert status["waiting"] == status["quarantined"] == 0
    assert status["last_ok_at"].endswith("Z")
    assert len(receiver.rows) == 2


def test_the_status_command_shows_that_sync_is_off(terminal: Terminal) -> None:
    assert terminal.run("status", "--json").json["sync"]["state"] == "off"
