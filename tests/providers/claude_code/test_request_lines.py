"""Check what transcripts say about requests, from the file to the window."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.accounts import Account
from claude_tray.core.time import from_epoch_ms
from claude_tray.core.windows import WindowRule
from claude_tray.ingest.config import (
    EngineConfig,
    cached_accounts,
    list_accounts,
)
from claude_tray.ingest.pipeline import Ingester, RunObserver, run_once
from claude_tray.providers.registry import AccountFolder
from claude_tray.store.connection import Writer, open_writer
from claude_tray.store.requests import MAX_RESPONSE_MS, count_unanswered
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.store.windows import find_current
from tests.support.builders import (
    PRICES,
    ClaudeFolder,
    at,
    make_limit_line,
    make_line,
    ms,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from claude_tray.core.windows import Window


ORIGINAL, FORK = "bbbbbbbb-original", "00000000-fork"


def dump(line: dict[str, Any]) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def make_request(
    clock: str,
    ref: str = "ref-1",
    model: str = "claude-fictive-1",
    **more: Any,
) -> bytes:
    return dump(
        {
            "type": "api-request",
            "sessionId": "session-a",
            "id": ref,
            "timestamp": at(clock).isoformat(),
            "querySource": "sdk",
            "params": {"model": model},
        }
        | more
    )


def make_prompt(clock: str, **more: Any) -> bytes:
    return dump(
        {
            "parentUuid": None,
            "type": "user",
            "message": {"role": "user", "content": "made up"},
            "uuid": f"user-{clock}",
            "timestamp": at(clock).isoformat(),
        }
        | more
    )


def make_reply(clock: str, ref: str = "ref-1", **more: Any) -> bytes:
    message = more.pop("message", f"msg_{ref}")
    return make_line(clock, message, requestRef=ref, **more)


def make_retry(clock: str, subtype: str = "api_error") -> bytes:
    return dump(
        {
            "type": "system",
            "subtype": subtype,
            "error": {"status": 529},
            "timestamp": at(clock).isoformat(),
        }
    )


class Machine:
    """A Claude folder and the store that it is read into."""

    def __init__(self, path: Path, writer: Writer) -> None:
        self.folder = ClaudeFolder(path)
        self.writer = writer
        self.now = at("12:00")
        self.account = Account("", "home", str(path), WindowRule.EXACT)
        folders = (AccountFolder(path),)
        self.ingester = Ingester(writer, folders, PRICES)
        self.config = EngineConfig(folders, PRICES)

    def read(self, *lines: bytes, **location: str) -> None:
        self.folder.append(*lines, **location)
        run_once(
            self.writer,
            self.ingester,
            self.config,
            lambda: self.now,
            RunObserver(),
        )

    def find_window(self, clock: str = "12:00") -> Window | None:
        return find_current(self.writer, self.account, ms(clock))

    def select(self, statement: str) -> list[tuple[Any, ...]]:
        return self.writer.execute(statement).fetchall()

    def count_incomplete(self) -> int:
        ((count,),) = self.select("SELECT sum(incomplete) FROM usage_project")
        return int(count)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield Machine(tmp_path / "claude", writer)


def read_at_once(machine: Machine, lines: Iterable[bytes]) -> None:
    machine.read(*lines)


def read_one_by_one(machine: Machine, lines: Iterable[bytes]) -> None:
    for line in lines:
        machine.read(line)


both_ways = pytest.mark.parametrize("read", [read_at_once, read_one_by_one])


@both_ways
def test_a_window_starts_with_the_request(
    machine: Machine, read: Callable[[Machine, Iterable[bytes]], None]
) -> None:
    lines = [
        make_prompt("08:04:20"),
        make_request("08:04:25"),
        make_reply("08:09:55"),
        make_reply("08:11:00"),
    ]
    read(machine, lines)

    window = machine.find_window()

    assert window is not None
    assert (window.start, window.totals.messages) == (at("08:04:25"), 1)
    assert count_unanswered(machine.writer, ms("12:00")) == 0


@both_ways
def test_a_response_without_a_request_was_sent_with_its_prompt(
    machine: Machine, read: Callable[[Machine, Iterable[bytes]], None]
) -> None:
    read(machine, [make_prompt("08:04:25"), make_line("08:09:55")])

    window = machine.find_window()

    assert window is not None
    assert window.start == at("08:04:25")


def test_the_time_of_sending_comes_before_that_of_writing(
    machine: Machine,
) -> None:
    prompt = make_prompt("08:04:25", sentAtMs=ms("08:04:24"))
    machine.read(prompt, make_line("08:09:55"))

    window = machine.find_window()

    assert window is not None
    assert window.start == at("08:04:24")


@pytest.mark.parametrize(
    "prompt",
    [
        make_prompt("06:04:25"),
        make_prompt("08:10"),
        make_prompt("08:04", timestamp="soon"),
        make_prompt("08:04", timestamp=None),
        make_prompt("08:04")[:-3] + b"\n",
        make_line("08:09", "msg_0")[:-20] + b"\n",
        b'{"type":"user","timestamp":5}\n',
    ],
)
def test_other_lines_are_no_prompts(machine: Machine, prompt: bytes) -> None:
    machine.read(prompt, make_line("08:09:55"))

    window = machine.find_window()

    assert window is not None
    assert window.start == at("08:09:55")


def test_a_prompt_is_not_sought_far_before_its_response(
    machine: Machine,
) -> None:
    others = [dump({"type": "summary", "number": n}) for n in range(30)]
    machine.read(make_prompt("08:04:25"), *others, make_line("08:09:55"))

    window = machine.find_window()

    assert window is not None
    assert window.start == at("08:09:55")


@both_ways
def test_an_interrupted_request_opens_a_window(
    machine: Machine, read: Callable[[Machine, Iterable[bytes]], None]
) -> None:
    lines = [
        make_prompt("08:00"),
        make_request("08:00", "ref-1"),
        make_prompt("08:10"),
        make_request("08:10", "ref-2"),
        make_reply("08:11", "ref-2"),
    ]
    read(machine, lines)

    window = machine.find_window()
    snapshot = SnapshotBuilder(machine.writer).build(
        [machine.account], at("12:00")
    )

    assert window is not None
    assert window.start == at("08:00")
    assert snapshot.unanswered_requests == 1
    assert snapshot.last_30_days.is_lower_bound
    assert snapshot.last_30_days.messages == 1


def test_a_request_may_be_answered_late(machine: Machine) -> None:
    machine.read(make_request("08:00"))
    sent_ms = ms("08:00")

    early = count_unanswered(machine.writer, sent_ms + MAX_RESPONSE_MS)
    lost = count_unanswered(machine.writer, sent_ms + MAX_RESPONSE_MS + 1)
    machine.read(make_reply("08:15"))

    assert (early, lost) == (0, 1)
    assert count_unanswered(machine.writer, ms("12:00")) == 0


@both_ways
@pytest.mark.parametrize(
    "error",
    [
        make_limit_line("You've hit your limit · resets 1pm (UTC)", "08:01"),
        make_limit_line("API Error: 400", "08:01", error="unknown"),
        make_retry("08:01"),
    ],
)
def test_a_refused_request_costs_nothing_and_opens_no_window(
    machine: Machine,
    read: Callable[[Machine, Iterable[bytes]], None],
    error: bytes,
) -> None:
    read(machine, [make_request("08:00"), error])

    assert machine.select("SELECT * FROM open_request") == []


@both_ways
@pytest.mark.parametrize("kind", ["compaction", "advisor_message"])
def test_a_response_of_several_passes_answers_its_request(
    machine: Machine,
    read: Callable[[Machine, Iterable[bytes]], None],
    kind: str,
) -> None:
    passes = [{"type": kind, "input_tokens": 3, "output_tokens": 4}]
    read(
        machine,
        [
            make_request("08:00"),
            make_reply("08:01", usage={"iterations": passes}),
        ],
    )

    assert machine.select("SELECT * FROM open_request") == []
    assert machine.select(
        "SELECT requested_ms FROM message WHERE message_id = 'msg_ref-1'"
    ) == [(ms("08:00"),)]


def test_a_request_without_a_session_is_of_that_of_its_file(
    machine: Machine,
) -> None:
    machine.read(make_request("08:00", sessionId=None), name="other.jsonl")

    assert machine.select("SELECT session FROM open_request") == [("other",)]


def test_a_request_without_a_model_is_of_its_own_session(
    machine: Machine,
) -> None:
    line = make_request("08:00", sessionId="session-x", params=None)
    machine.read(line, name="other.jsonl")

    assert machine.select("SELECT session, model FROM open_request") == [
        ("session-x", "")
    ]


def test_a_fallback_to_another_model_fails_the_request_before(
    machine: Machine,
) -> None:
    machine.read(
        make_request("08:00", "ref-1"),
        make_retry("08:00"),
        make_request("08:01", "ref-2"),
        make_request("08:02", "ref-3"),
        make_retry("08:02", "model_fallback"),
        make_reply("08:03", "ref-3"),
    )

    assert machine.select("SELECT * FROM open_request") == []


def test_a_lost_connection_leaves_a_request_without_a_response(
    machine: Machine,
) -> None:
    machine.read(
        make_request("08:00", "ref-1"),
        make_line("08:00", "msg_before", uuid="u1"),
        make_limit_line(
            "API Error: Connection lost",
            "08:01",
            error="server_error",
            streamCutCause="stream_truncated",
            parentUuid="elsewhere",
        ),
        make_request("08:02", "ref-2"),
        make_reply("08:03", "ref-2"),
    )

    assert count_unanswered(machine.writer, ms("12:00")) == 1
    assert machine.count_incomplete() == 0


def make_cut(parent: str) -> bytes:
    return make_limit_line(
        "API Error: Connection lost mid-response.",
        "08:01",
        error="server_error",
        apiError="connection_failed",
        streamCutCause="stream_truncated",
        parentUuid=parent,
    )


@both_ways
@pytest.mark.parametrize("name", ["msg_1", "other-1"])
def test_a_cut_response_is_incomplete(
    machine: Machine,
    read: Callable[[Machine, Iterable[bytes]], None],
    name: str,
) -> None:
    lines = [
        make_line("08:00", name, uuid="u1"),
        make_cut("u1"),
        make_line("08:05", "msg_after"),
    ]
    read(machine, lines)

    assert machine.count_incomplete() == 1


@both_ways
def test_an_interrupted_response_is_incomplete(
    machine: Machine, read: Callable[[Machine, Iterable[bytes]], None]
) -> None:
    lines = [
        make_line("08:00", "msg_1"),
        make_prompt("08:01", interruptedMessageId="msg_1"),
        make_line("08:05", "msg_after"),
    ]
    read(machine, lines)
    machine.read(make_line("08:00", "msg_1"), name="fork.jsonl")

    assert machine.count_incomplete() == 1


def make_cut_note(parent: str, **fields: object) -> bytes:
    """Build the line by which the client asks the model to go on."""
    return dump(
        {
            "type": "user",
            "parentUuid": parent,
            "isMeta": True,
            "message": {
                "role": "user",
                "content": "Your response above was cut off mid-stream."
                " Resume directly from where it stops.",
            },
            "timestamp": "2026-11-01T08:01:00Z",
            "ownNote": True,
            **fields,
        }
    )


@both_ways
def test_a_response_that_the_client_continues_is_incomplete(
    machine: Machine, read: Callable[[Machine, Iterable[bytes]], None]
) -> None:
    lines = [
        make_line("08:00", "msg_1", uuid="u1"),
        make_cut_note("u1"),
        make_line("08:05", "msg_after", uuid="u2"),
        # A user may write the same.
        make_cut_note("u2", ownNote=None),
        make_cut_note("u2", ownNote="true"),
    ]
    read(machine, lines)

    assert machine.count_incomplete() == 1


@both_ways
def test_the_line_that_was_cut_is_found_among_others_that_name_it(
    machine: Machine, read: Callable[[Machine, Iterable[bytes]], None]
) -> None:
    lines = [
        make_line("08:00", "msg_1", uuid="u1"),
        make_prompt("08:00:10", parentUuid="u1"),
        make_line("08:00:20", "msg_2", uuid="u2", parentUuid="u1"),
        b'{"type":"user","uuid":"u1","message":{"id":"msg_2"\n',
        make_cut("u1"),
    ]
    read(machine, lines)

    assert machine.select(
        "SELECT message_id FROM message WHERE flags & 16 = 0"
    ) == [("msg_2",)]


def test_a_cut_is_counted_once(machine: Machine) -> None:
    machine.read(make_line("08:00", "msg_1", uuid="u1"))
    for name in ("session-a.jsonl", "fork.jsonl"):
        machine.read(
            make_prompt("08:01", interruptedMessageId="msg_1"), name=name
        )
    unfinished = {"stop_reason": None}
    machine.read(
        make_line("08:02", "msg_2", inner=unfinished, uuid="u2"),
        make_cut("u2"),
    )

    assert machine.count_incomplete() == 2


@pytest.mark.parametrize("is_fork_first", [False, True])
def test_a_response_belongs_to_the_session_that_requested_it(
    machine: Machine, *, is_fork_first: bool
) -> None:
    def copy(session: str) -> list[bytes]:
        return [
            make_reply("08:01", "ref-1", sessionId=session),
            make_reply("08:02", "ref-2", sessionId=session),
        ]

    first, second = copy(ORIGINAL)
    original = [
        make_request("08:00", "ref-1", sessionId=ORIGINAL),
        first,
        make_request("08:02", "ref-2", sessionId=ORIGINAL),
        second,
    ]
    fork = [
        *copy(FORK),
        make_request("08:04", "ref-3", sessionId=FORK),
        make_reply("08:05", "ref-3", sessionId=FORK),
    ]
    files = [(original, f"{ORIGINAL}.jsonl"), (fork, f"{FORK}.jsonl")]
    for lines, name in reversed(files) if is_fork_first else files:
        machine.read(*lines, name=name)

    counts = machine.select(
        "SELECT uuid, count(*) FROM message"
        " JOIN session ON session.id = message.session GROUP BY 1 ORDER BY 1"
    )

    assert counts == [(FORK, 1), (ORIGINAL, 2)]


@pytest.mark.parametrize(
    "line",
    [
        make_request("08:00", id=None),
        make_request("08:00", id=5),
        make_request("08:00", timestamp="soon"),
        make_request("08:00", timestamp="9999-12-31T23:59:59Z"),
        make_request("08:00")[:-4] + b"}}\n",
        b'{"type":"api-request"}\n',
        b'{"type":"api-request","id":[[],"params":3}\n',
        make_request("08:00").replace(b"ref-1", b"ref-\xff"),
        dump({"type": "session-owner", "accountUuid": 5}),
        dump({"type": "session-owner", "accountUuid": "?"}).replace(
            b"?", b"\xff"
        ),
        dump({"type": "user", "interruptedMessageId": ["msg_1"]}),
        dump({"type": "system", "subtype": "api_error"}),
    ],
)
def test_damaged_lines_change_nothing(machine: Machine, line: bytes) -> None:
    machine.read(line, make_line("08:09:55"))

    window = machine.find_window()

    assert window is not None
    assert window.start == at("08:09:55")
    assert machine.select("SELECT * FROM open_request") == []
    assert machine.count_incomplete() == 0


LINES = [
    make_prompt("08:00"),
    make_request("08:00:05", "ref-1"),
    make_reply("08:01", "ref-1", uuid="u1"),
    make_cut("u1"),
    make_request("08:02", "ref-2"),
    make_request("08:03", "ref-3"),
    make_reply("08:04", "ref-3", uuid="u3"),
    make_prompt("08:05", interruptedMessageId="msg_ref-3"),
    make_request("08:06", "ref-4"),
    make_retry("08:06:30"),
    make_request("08:07", "ref-5"),
    make_prompt("08:19"),
    make_line("08:20", "msg_old"),
]


@settings(max_examples=20, deadline=None)
@given(
    cuts=st.lists(st.integers(0, len(LINES)), max_size=4).map(sorted),
    is_spaced=st.booleans(),
)
def test_the_result_does_not_depend_on_when_lines_are_read(
    tmp_path_factory: pytest.TempPathFactory,
    cuts: list[int],
    is_spaced: bool,  # noqa: FBT001 - hypothesis
) -> None:
    lines = LINES
    if is_spaced:
        lines = [json.dumps(json.loads(x)).encode() + b"\n" for x in LINES]
    path = tmp_path_factory.mktemp("machine")
    with closing(open_writer(path / "usage.db")) as writer:
        machine = Machine(path / "claude", writer)
        for start, stop in zip([0, *cuts], [*cuts, None], strict=True):
            machine.read(*lines[start:stop])

        times = machine.select(
            "SELECT message_id, requested_ms, flags & 16 FROM message ORDER BY 1"
        )
        assert times == [
            ("msg_old", ms("08:19"), 0),
            ("msg_ref-1", ms("08:00:05"), 16),
            ("msg_ref-3", ms("08:03"), 16),
        ]
        assert machine.select(
            "SELECT ref, is_last FROM open_request ORDER BY 1"
        ) == [("ref-2", 0), ("ref-5", 1)]
        assert machine.count_incomplete() == 2


def test_times_of_requests_are_times(machine: Machine) -> None:
    machine.read(make_request("08:00"), make_reply("08:01"))

    ((requested_ms,),) = machine.select("SELECT requested_ms FROM message")

    assert from_epoch_ms(requested_ms) == at("08:00")


def make_owner(account: str, session: str = "session-a") -> bytes:
    return dump(
        {
            "type": "session-owner",
            "accountUuid": account,
            "organizationUuid": "made-up",
            "sessionId": session,
        }
    )


SELECT_ACCOUNTS = """
    SELECT account, count(*) FROM message
    JOIN session ON session.id = message.session
    JOIN profile ON profile.id = session.profile GROUP BY 1 ORDER BY 1
"""


def sign_in(machine: Machine, account: str) -> None:
    text = json.dumps({"oauthAccount": {"accountUuid": account}})
    (machine.folder.path / ".claude.json").write_text(text)
    machine.account = machine.account._replace(key=account)


@both_ways
def test_usage_belongs_to_the_account_that_its_session_names(
    machine: Machine, read: Callable[[Machine, Iterable[bytes]], None]
) -> None:
    sign_in(machine, "present")
    lines = [
        make_line("09:00", "msg_1"),
        make_owner("earlier"),
        make_line("09:05", "msg_2"),
    ]
    read(machine, lines)
    before = machine.find_window()
    machine.read(
        make_line("11:00", "msg_3", sessionId="other"), name="other.jsonl"
    )
    machine.read(
        make_line("11:01", "msg_4", isSidechain=True),
        name="session-a/subagents/agent-1.jsonl",
    )
    after = machine.find_window()

    assert before is None
    assert machine.select(SELECT_ACCOUNTS) == [("earlier", 3), ("present", 1)]
    assert after is not None
    assert (after.start, after.totals.messages) == (at("11:00"), 1)


def test_an_account_without_a_session_is_of_that_of_its_file(
    machine: Machine,
) -> None:
    sign_in(machine, "present")
    machine.read(
        make_line("09:00", "msg_1", sessionId="other"),
        dump({"type": "session-owner", "accountUuid": "earlier"}),
        name="other.jsonl",
    )

    assert machine.select(SELECT_ACCOUNTS) == [("earlier", 1)]


@both_ways
def test_a_folder_without_an_account_has_that_of_its_sessions(
    machine: Machine, read: Callable[[Machine, Iterable[bytes]], None]
) -> None:
    machine.read(make_line("08:00", "msg_0"))
    read(machine, [make_line("09:00", "msg_1"), make_owner("token")])
    machine.read(make_line("10:00", "msg_2"))

    (account,) = list_accounts(cached_accounts(machine.writer, machine.config))
    machine.account = account
    window = machine.find_window()

    assert account.key == "token"
    assert machine.select(SELECT_ACCOUNTS) == [("token", 3)]
    assert window is not None
    assert window.totals.messages == 3


def test_each_account_keeps_its_part_of_a_session(machine: Machine) -> None:
    sign_in(machine, "first")
    machine.read(make_line("09:00", "msg_1"), make_owner("first"))
    machine.read(make_line("09:05", "msg_2"), make_owner("second"))
    machine.read(make_line("09:10", "msg_3"))

    assert machine.select(SELECT_ACCOUNTS) == [("first", 1), ("second", 2)]
