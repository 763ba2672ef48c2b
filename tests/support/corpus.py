"""
Write a folder of invented transcripts with exactly known totals.

    python -m tests.support.corpus FOLDER [--size-mb 100] [--days 60]
        [--projects 20] [--seed 1] [--end 2026-07-01] [--profile 2.1.71]

Prints the totals as JSON. The same arguments write the same bytes. The
transcripts hold what a reader can get wrong: responses of several lines with
growing output, sessions that repeat another one's lines, subagents, usage that
is quoted or belongs to a tool, a change of model within a response, error
lines, lines of a megabyte and a torn last line.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.support.corpus_oracle import NANO_USD, Oracle, UsageLine
from tests.support.corpus_profile import (
    NEW_PROFILE,
    OLD_PROFILE,
    PROFILES,
    iter_request_lines,
)

if TYPE_CHECKING:
    from typing import BinaryIO


MODELS: Final = tuple(NANO_USD)
_DEFAULT_END: Final = datetime(2026, 7, 1, tzinfo=UTC)
_SESSION_BYTES: Final = 300_000
_MAX_CONTEXT: Final = 165_000
_SNIPPETS: Final = (
    "def load(path: Path) -> dict[str, int]:\n    return json.loads(path)\n",
    '  "name": "notes", "version": "1.4.2",\n',
    "src/app/parser.py:118: error: unexpected token\n",
    "C:\\work\\reports\\latest.txt\t0.318\n",
    "The config is read once; restart the service after a change. ",
    "│ ├── déjà vu ✓ 漢字 🚀\n",
    "SELECT day, sum(cost) FROM usage GROUP BY day;\n",
)
# Looks like a response where it is quoted in the output of a tool.
_DECOY: Final = json.dumps(
    {
        "type": "assistant",
        "requestId": "req_decoy",
        "message": {
            "id": "msg_decoy",
            "model": MODELS[0],
            "usage": {"input_tokens": 777_777, "output_tokens": 888_888},
        },
    },
    separators=(",", ":"),
)


class TextSource:
    """
    Draw texts and identifiers from one seeded generator.

    Attributes:
        rng: The only source of randomness.
    """

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self._pool = "".join(self.rng.choices(_SNIPPETS, k=40_000))

    def text(self, median: float, maximum: int = 40_000) -> str:
        """Return a text of a lognormal length."""
        drawn = self.rng.lognormvariate(math.log(median), 1.2)
        size = min(int(drawn) + 1, maximum)
        start = self.rng.randrange(len(self._pool) - size)
        return self._pool[start : start + size]

    def identifier(self, prefix: str) -> str:
        return f"{prefix}{self.rng.getrandbits(110):022x}"

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def happens(self, probability: float) -> bool:
        return self.rng.random() < probability


class WrittenLine(NamedTuple):
    """A line of a transcript, with its usage if it is one of a response."""

    data: bytes
    key: tuple[str, str] | None = None
    usage: UsageLine | None = None


class TranscriptWriter:
    """
    Write one transcript, of a session or a subagent.

    Args:
        source: Draws what is written.
        oracle: Counts it.
        path: The file.
        start: When the session begins.
        agent_id: Of a subagent, else empty.
        profile: Version of Claude Code whose mixture of lines to write.

    Attributes:
        lines: What was written.
        now: The time of the last line.
        size: Bytes, those of subagents included.
    """

    def __init__(
        self,
        source: TextSource,
        oracle: Oracle,
        path: Path,
        start: datetime,
        agent_id: str = "",
        profile: str = OLD_PROFILE,
    ) -> None:
        self.lines: list[WrittenLine] = []
        self.now = start
        self.size = 0
        self._source = source
        self._oracle = oracle
        self._path = path
        self._agent_id = agent_id
        self._profile = profile
        self._session_id = path.parents[1].name if agent_id else path.stem
        self._model = source.rng.choice(MODELS)
        self._context = source.rng.randint(14_000, 24_000)
        self._parent: str | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("wb")

    def write_turn(self) -> None:
        """Write a prompt and the responses and tool results that follow."""
        self._wait(60)
        prompt = {"role": "user", "content": self._source.text(180)}
        self._write("user", message=prompt)
        for _ in range(min(60, int(self._source.rng.lognormvariate(1.6, 1)))):
            if not self._agent_id and self._source.happens(0.02):
                self._write_subagent()
            else:
                self._write_tool_result(self._write_response())
            if self._source.happens(0.02):
                self._write_error()
        self._write_response(is_final=True)
        if self._source.happens(0.3):
            self._write("system", subtype="turn_duration", durationMs=1_200)

    def repeat(self, lines: list[WrittenLine], session_id: str) -> None:
        """Repeat the lines of the session that this one resumes."""
        old, new = session_id.encode(), self._session_id.encode()
        for line in lines:
            self._put(line._replace(data=line.data.replace(old, new)))

    def close(self, *, is_torn: bool = False) -> None:
        """Close the file, on request within a line that is not finished."""
        if is_torn:
            usage = UsageLine(self._model, 0, self._draw_tokens())
            message = self._build_message("msg_torn", usage, {}, None)
            data = self._encode("assistant", message=message)
            self._file.write(data[: len(data) // 2])
            self._oracle.size += len(data) // 2
        self._file.close()

    def _write_response(self, *, is_final: bool = False) -> str:
        """Write a line for each block; return the id of the last tool use."""
        source = self._source
        self._wait(7)
        if self._profile == NEW_PROFILE:
            for data in iter_request_lines(source, self._build_common("")):
                self._put(WrittenLine(data))
        key = (source.identifier("msg_01"), source.identifier("req_01"))
        tokens = self._draw_tokens()
        count = source.rng.randint(1, 4)
        switches_model = count > 1 and source.happens(0.01)
        tool_id = source.identifier("toolu_01")
        for number in range(1, count + 1):
            is_last = number == count
            output = tokens[1] if is_last else 1 + tokens[1] * number // 5
            line_tokens = (tokens[0], output, *tokens[2:])
            model = self._model
            if switches_model and not is_last:
                model = MODELS[1]
                line_tokens = (*line_tokens[:4], tokens[4] // 2)
            usage = UsageLine(model, self._now_ms(), line_tokens)
            block = self._build_block(tool_id if is_last else "")
            stop_reason = "end_turn" if is_final else "tool_use"
            message = self._build_message(
                key[0], usage, block, stop_reason if is_last else None
            )
            data = self._encode("assistant", message=message, requestId=key[1])
            self._put(WrittenLine(data, key, usage))
            self._wait(1)
        return tool_id

    def _write_tool_result(self, tool_id: str, result: Any = None) -> None:
        """Write a result, sometimes with a decoy or of a megabyte."""
        source = self._source
        text = source.text(1_500, 120_000)
        if source.happens(0.03):
            decoy = _DECOY if source.happens(0.5) else json.dumps(_DECOY)
            text += decoy
        if source.happens(0.005):
            text += source.identifier("") * source.rng.randint(5_000, 50_000)
        content = [
            {"type": "tool_result", "tool_use_id": tool_id, "content": text}
        ]
        self._wait(2)
        self._write(
            "user",
            message={"role": "user", "content": content},
            toolUseResult=result or {"stdout": text, "interrupted": False},
        )
        self._context += min(len(text) // 4, 25_000)

    def _write_subagent(self) -> None:
        """Write a subagent's file, then its progress and its result here."""
        tool_id = self._write_response()
        agent_id = self._source.identifier("")[:9]
        folder = self._path.with_suffix("") / "subagents"
        agent = TranscriptWriter(
            self._source,
            self._oracle,
            folder / f"agent-{agent_id}.jsonl",
            self.now,
            agent_id,
            self._profile,
        )
        agent.write_turn()
        agent.close()
        self.now = agent.now
        self.size += agent.size
        responses = [line for line in agent.lines if line.key]
        for line in responses[: self._source.rng.randint(0, 3)]:
            # The whole line, not escaped, in a line of another type.
            progress = {
                "type": "agent_progress",
                "message": json.loads(line.data),
            }
            self._write("progress", data=progress, parentToolUseID=tool_id)
        result = {
            "status": "completed",
            "agentId": agent_id,
            "usage": {"input_tokens": 111_111, "output_tokens": 222_222},
        }
        self._write_tool_result(tool_id, result)

    def _write_error(self) -> None:
        """Write the line that follows a failed request; it costs nothing."""
        message = {
            "id": self._source.uuid(),
            "role": "assistant",
            "model": "<synthetic>",
            "content": [{"type": "text", "text": "API Error: 529 overloaded"}],
            "usage": {"input_tokens": 0, "output_tokens": 0},
        }
        self._write("assistant", message=message, isApiErrorMessage=True)

    def _build_block(self, tool_id: str) -> dict[str, Any]:
        if not tool_id:
            text = self._source.text(300)
            return {"type": "thinking", "thinking": text, "signature": "c2ln"}
        arguments: dict[str, Any] = {"command": self._source.text(80)}
        if self._source.happens(0.05):
            # Not the response's usage.
            arguments["usage"] = {"input_tokens": 5, "output_tokens": 333_333}
        return {
            "type": "tool_use",
            "id": tool_id,
            "name": "Bash",
            "input": arguments,
        }

    def _build_message(
        self,
        message_id: str,
        usage: UsageLine,
        block: dict[str, Any],
        stop_reason: str | None,
    ) -> dict[str, Any]:
        given, output, cache_5m, cache_1h, cache_read = usage.tokens
        return {
            "model": usage.model,
            "id": message_id,
            "type": "message",
            "role": "assistant",
            "content": [block],
            "stop_reason": stop_reason,
            "usage": {
                "input_tokens": given,
                "cache_creation_input_tokens": cache_5m + cache_1h,
                "cache_read_input_tokens": cache_read,
                "cache_creation": {
                    "ephemeral_5m_input_tokens": cache_5m,
                    "ephemeral_1h_input_tokens": cache_1h,
                },
                "output_tokens": output,
                "service_tier": "standard",
            },
        }

    def _draw_tokens(self) -> tuple[int, int, int, int, int]:
        rng = self._source.rng
        if self._context > _MAX_CONTEXT:
            self._write("system", subtype="compact_boundary")
            self._context = rng.randint(18_000, 34_000)
        cached = rng.randint(self._context // 2, self._context)
        added = self._context - cached
        by_hour = added if rng.random() < 0.6 else 0
        output = 1 + int(rng.lognormvariate(5.2, 1))
        self._context += output
        return rng.randint(1, 12), output, added - by_hour, by_hour, cached

    def _write(self, kind: str, **fields: Any) -> None:
        self._put(WrittenLine(self._encode(kind, **fields)))

    def _encode(self, kind: str, **fields: Any) -> bytes:
        line = {**self._build_common(kind), **fields}
        self._parent = line["uuid"] = self._source.uuid()
        line["timestamp"] = line.pop("timestamp")
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        return text.encode() + b"\n"

    def _build_common(self, kind: str) -> dict[str, Any]:
        """Return what all lines have."""
        time = self.now.isoformat(timespec="milliseconds")
        return {
            "parentUuid": self._parent,
            "isSidechain": bool(self._agent_id),
            "cwd": f"/home/dev/{self._path.parent.name.rpartition('-')[2]}",
            "sessionId": self._session_id,
            "version": self._profile,
            "type": kind,
            **({"agentId": self._agent_id} if self._agent_id else {}),
            "timestamp": time.replace("+00:00", "Z"),
        }

    def _put(self, line: WrittenLine) -> None:
        self._file.write(line.data)
        self.lines.append(line)
        self.size += len(line.data)
        self._oracle.lines += 1
        self._oracle.size += len(line.data)
        if line.key and line.usage:
            self._oracle.add_usage(line.key, line.usage)

    def _wait(self, median: float) -> None:
        """Advance the clock by a lognormal time around so many seconds."""
        seconds = self._source.rng.lognormvariate(math.log(median), 1)
        self.now += timedelta(
            milliseconds=int(min(seconds, 40_000) * 1000) + 1
        )

    def _now_ms(self) -> int:
        return round(self.now.timestamp() * 1000)


def write_corpus(
    folder: Path,
    *,
    size_mb: float = 3,
    days: int = 20,
    projects: int = 4,
    seed: int = 1,
    end: datetime = _DEFAULT_END,
    profile: str = OLD_PROFILE,
) -> dict[str, Any]:
    """
    Write `projects/` into a folder.

    Args:
        folder: A Claude folder.
        size_mb: About as many million bytes.
        days: Sessions begin within so many days before `end`.
        projects: Number of projects.
        seed: Of all random choices.
        end: Sessions begin before.
        profile: Version of Claude Code whose mixture of lines to write.

    Returns:
        The exact totals; see `Oracle.summarize`.
    """
    source, oracle = TextSource(seed), Oracle()
    names = [f"-home-dev-project{number:03d}" for number in range(projects)]
    count = max(1, round(size_mb * 1e6 / _SESSION_BYTES))
    offsets = sorted(source.rng.random() * days for _ in range(count))
    # What the next session of a project resumes, with the session's id.
    resumable: dict[str, tuple[str, list[WrittenLine]]] = {}
    for number, offset in enumerate(offsets, 1):
        project, session_id = source.rng.choice(names), source.uuid()
        start = end + timedelta(seconds=round((offset - days) * 86_400))
        path = folder / "projects" / project / f"{session_id}.jsonl"
        transcript = TranscriptWriter(
            source, oracle, path, start, profile=profile
        )
        if earlier := resumable.pop(project, None):
            transcript.repeat(earlier[1], earlier[0])
        while oracle.size < size_mb * 1e6 * number / count:
            transcript.write_turn()
        if source.happens(0.2):
            resumable[project] = session_id, transcript.lines
        transcript.close(is_torn=source.happens(0.1))
    return oracle.summarize()


def main() -> int:
    """Write a corpus and print its totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size-mb", type=float, default=100)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--projects", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", choices=PROFILES, default=OLD_PROFILE)
    parser.add_argument("--end", default=f"{_DEFAULT_END:%F}")
    options = vars(parser.parse_args())
    end = datetime.fromisoformat(options.pop("end")).replace(tzinfo=UTC)
    totals = write_corpus(options.pop("folder"), end=end, **options)
    json.dump(totals, sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
