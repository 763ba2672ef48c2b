from __future__ import annotations

import json
import math
from io import FileIO
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.cost_states import ModelCounts
from claude_tray.core.usage import SessionId, TokenCounts
from claude_tray.providers.base import Cursor, ScanResult, Transcript
from claude_tray.providers.claude_code.cost_states import read_cost_states
from claude_tray.providers.claude_code.reader import Scanner
from tests.support.builders import make_cost_state, make_line, ms

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.core.cost_states import CostState


MODEL = "claude-opus-5-5"
COUNTS = {
    "input": 110,
    "output": 500,
    "cache_read": 40_000,
    "write_5m": 1_000,
    "write_1h": 2_000,
    "searches": 3,
    "cost": 0.25,
}


def _scan(
    path: Path, *lines: bytes, cursor: Cursor | None = None
) -> ScanResult:
    with path.open("ab") as file:
        file.write(b"".join(lines))
    status = path.stat()
    transcript = Transcript(
        str(path), "-home-ada-notes", status.st_ino, status.st_size, 0
    )
    return Scanner().scan(transcript, cursor or Cursor())


def _read_state(path: Path, *lines: bytes) -> CostState:
    (state,) = _scan(path, *lines).cost_states
    return state


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session-a.jsonl"


def test_sums_are_read_by_model(path: Path) -> None:
    state = _read_state(
        path, make_line("09:05"), make_cost_state(models={MODEL: COUNTS})
    )

    assert state.session_id == "session-a"
    assert state.start_ms == ms("08:59")
    assert state.counts == {
        MODEL: ModelCounts(
            TokenCounts(110, 500, 1_000, 2_000, 40_000), 3, 250_000_000
        )
    }


def test_the_time_is_that_of_the_last_line_before(path: Path) -> None:
    late, last = make_line("09:07"), make_line("09:06", "msg_2")
    untimed = b'{"type":"mode","mode":"normal"}\n'
    nested = b'{"type":"x","data":{"timestamp":"2026-03-01T10:00:00.000Z"}}\n'
    broken = b'{"type":"x","timestamp":"2026-03-01T11:00:00.000Z"\n'
    numeric = b'{"type":"x","timestamp":5}\n'

    state = _read_state(
        path,
        *(late, last, untimed, nested, broken, numeric),
        make_cost_state(models={MODEL: COUNTS}),
        make_line("12:00", "msg_3"),
    )

    assert (state.at_ms, state.until_ms) == (ms("09:06"), ms("09:07"))


def test_lines_of_another_decade_give_no_time(path: Path) -> None:
    state = _read_state(
        path,
        make_line("09:07"),
        b'{"type":"user","timestamp":"2131-01-01T00:00:00.000Z"}\n',
        make_cost_state(models={MODEL: COUNTS}),
    )

    assert (state.at_ms, state.until_ms) == (ms("09:07"), ms("09:07"))


def test_a_line_read_alone_has_the_time_of_lines_read_before(
    path: Path,
) -> None:
    cursor = _scan(path, make_line("09:05")).cursor
    assert not _scan(path, cursor=cursor).cost_states

    result = _scan(
        path, make_cost_state(models={MODEL: COUNTS}), cursor=cursor
    )

    (state,) = result.cost_states
    assert state.at_ms == ms("09:05")
    assert list(result.origins) == ["session-a"]


def test_the_time_is_found_behind_long_lines(path: Path) -> None:
    blob = json.dumps({"type": "api-request-blob", "text": "x" * 70_000})

    state = _read_state(
        path,
        make_line("09:05"),
        f"{blob}\n".encode() * 2,
        make_cost_state(models={MODEL: COUNTS}),
    )

    assert state.at_ms == ms("09:05")


def test_without_any_time_the_start_counts(path: Path) -> None:
    state = _read_state(path, make_cost_state(models={MODEL: COUNTS}))

    assert state.at_ms == ms("08:59")


def test_without_time_and_start_sums_are_skipped(path: Path) -> None:
    line = make_cost_state(models={MODEL: COUNTS}, startTime=None)

    assert not _scan(path, line).cost_states


@pytest.mark.parametrize("name", [None, "", 5])
def test_the_file_names_the_session_if_the_line_does_not(
    path: Path, name: object
) -> None:
    line = make_cost_state(models={MODEL: COUNTS}, sessionId=name)

    assert _read_state(path, line).session_id == "session-a"


def test_flat_cache_writes_have_no_lifetime(path: Path) -> None:
    """Claude Code before 2.1.332 wrote only the flat count."""
    usage = {MODEL: {"inputTokens": 1, "cacheCreationInputTokens": 9_149}}
    line = make_cost_state(modelUsage=usage)

    (counts,) = _read_state(path, line).counts.values()

    assert counts == ModelCounts(
        TokenCounts(1, cache_write_5m=9_149), is_split=False
    )


@pytest.mark.parametrize("spaces", [(",", ":"), (", ", ": ")])
@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_sums_are_found_in_any_form(
    path: Path, spaces: tuple[str, str], end: bytes, *, is_reversed: bool
) -> None:
    line = json.loads(make_cost_state(models={MODEL: COUNTS}))
    if is_reversed:
        line = dict(reversed(line.items()))
    text = json.dumps(line, separators=spaces).encode() + end

    state = _read_state(path, make_line("09:05"), text)

    assert list(state.counts) == [MODEL]
    assert state.at_ms == ms("09:05")


@pytest.mark.parametrize(
    "value",
    [-1, True, "5", None, [], 1e300, 2**63, float("inf"), float("nan")],
)
def test_impossible_counts_are_zero(path: Path, value: Any) -> None:
    usage = {
        MODEL: {"inputTokens": 7, "outputTokens": value, "costUSD": value}
    }
    text = json.dumps(json.loads(make_cost_state(modelUsage=usage)))
    state = _scan(path, f"{text}\n".encode()).cost_states

    # JSON has neither infinity nor NaN: such a line is none.
    expected = [ModelCounts(TokenCounts(7))] if state else []
    assert [c for s in state for c in s.counts.values()] == expected
    assert state or not math.isfinite(value)


@pytest.mark.parametrize("start", [-5, True, "x", 1e30, 2**70])
def test_an_impossible_start_is_unknown(path: Path, start: Any) -> None:
    line = make_cost_state(models={MODEL: COUNTS}, startTime=start)

    assert _read_state(path, make_line(), line).start_ms == 0


@pytest.mark.parametrize(
    "usage", [None, [], "x", {}, {"": COUNTS}, {MODEL: 5}]
)
def test_sums_without_models_are_skipped(path: Path, usage: Any) -> None:
    result = _scan(path, make_line(), make_cost_state(modelUsage=usage))

    assert not result.cost_states
    assert not result.bad_lines


def test_lines_that_cannot_be_decoded_are_no_sums(path: Path) -> None:
    path.write_bytes(make_line("09:05"))
    lines = [
        (0, b'{"type":"cost-state",'),
        (0, b'{"type":"cost-state","modelUsage":5}'),
        (0, b'{"type":"mode","modelUsage":{"m":{}}}'),
    ]

    with path.open("rb", buffering=0) as file:
        assert read_cost_states(file, lines, SessionId("a")) == []


def test_a_line_of_33_megabytes_has_no_time_before_it(path: Path) -> None:
    """Further back nothing is searched: the start counts."""
    path.write_bytes(make_line("09:05") + b"x" * (34 << 20) + b"\n")
    line = make_cost_state(models={MODEL: COUNTS})

    with path.open("rb", buffering=0) as file:
        (state,) = read_cost_states(
            file, [(path.stat().st_size, line)], SessionId("a")
        )

    assert state.at_ms == ms("08:59")


def test_one_invalid_model_does_not_spoil_the_others(path: Path) -> None:
    good = {"inputTokens": 7}
    usage = {"": good, "x": 5, MODEL: good}

    state = _read_state(path, make_line(), make_cost_state(modelUsage=usage))

    assert list(state.counts) == [MODEL]


def test_a_session_has_a_limited_number_of_models(path: Path) -> None:
    models = {f"model-{number}": COUNTS for number in range(150)}

    state = _read_state(path, make_cost_state(models=models))

    assert len(state.counts) == 100


def test_other_lines_that_mention_sums_are_none(path: Path) -> None:
    line = make_cost_state(
        models={MODEL: COUNTS}, type="user", text='"cost-state"'
    )

    assert not _scan(path, line).cost_states


class CountingFile(FileIO):
    """A file that counts the bytes read from it."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size) or b""
        self.count += len(data)
        return data


def test_a_file_full_of_sums_is_read_once(path: Path) -> None:
    lines = [make_cost_state(models={MODEL: COUNTS}) for _ in range(2_000)]
    path.write_bytes(make_line() + b"".join(lines))
    offset = len(make_line())
    positions = []
    for line in lines:
        positions.append((offset, line))
        offset += len(line)

    with CountingFile(path) as file:
        states = read_cost_states(file, positions, SessionId("s"))

    assert len(states) == 2_000
    assert {state.at_ms for state in states} == {ms("09:00")}
    assert file.count <= path.stat().st_size


def test_a_file_of_hundreds_of_sessions_is_no_family(path: Path) -> None:
    lines = [
        part
        for n in range(40)
        for part in (
            make_line("09:00", f"msg_{n}", sessionId=f"session-{n}"),
            make_cost_state(session=f"session-{n}", models={MODEL: COUNTS}),
        )
    ]

    assert len(_scan(path, *lines[:4]).shared_until) == 2
    path.unlink()
    assert _scan(path, *lines).shared_until == {}
