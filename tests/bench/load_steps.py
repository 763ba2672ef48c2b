"""
Count the steps of a first load, and fail if they have become more.

    python -m tests.bench.load_steps

Three counts over invented transcripts, by profile: bytecode instructions, calls
of functions in C, and steps of SQLite's VM. They are the same on a busy
machine: a second count differs by less than 0.1 %. Exit status 1: one is 5 %
above the recorded count. If one is 5 % below, record it, so that the gain is
not lost again.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.pipeline import Ingester, RunObserver, run_once
from claude_tray.providers.registry import AccountFolder
from claude_tray.store.connection import open_writer
from tests.support.builders import PRICES
from tests.support.corpus import write_corpus
from tests.support.corpus_profile import NEW_PROFILE, OLD_PROFILE

if TYPE_CHECKING:
    from types import FrameType

    from claude_tray.store.connection import Writer


_TOLERANCE: Final = 1.05
_SIZE_MB: Final = 6
_VM_STEPS: Final = 10
# Bytecode differs between versions of Python; the other counts do not.
_RECORDED_PYTHON: Final = (3, 11)
_NOW: Final = datetime(2026, 7, 2, tzinfo=UTC)
# Long before: a last line without a newline rests.
_WRITTEN: Final = datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp()


class StepCounts(NamedTuple):
    """
    Steps of a first load.

    Attributes:
        instructions: Bytecode instructions of Python.
        calls: Calls of functions in C.
        vm_steps: Steps of SQLite's VM, in tens.
    """

    instructions: int
    calls: int
    vm_steps: int


_RECORDED: Final = {
    OLD_PROFILE: StepCounts(529_151, 17_416, 6_904),
    NEW_PROFILE: StepCounts(198_275, 7_316, 1_903),
}


class _StepCounter:
    """Counts the steps of the current thread."""

    def __init__(self) -> None:
        self.instructions = self.calls = self.vm_steps = 0

    def start(self, writer: Writer) -> None:
        writer.set_progress_handler(self._count_vm_steps, _VM_STEPS)
        sys.setprofile(self._count_call)
        sys.settrace(self._trace_frame)

    def stop(self) -> None:
        sys.settrace(None)
        sys.setprofile(None)

    def _trace_frame(self, frame: FrameType, _: str, __: object) -> Any:
        if frame.f_code.co_filename == __file__:
            # Its own, which SQLite calls.
            return None
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return self._count_instruction

    def _count_instruction(self, _: FrameType, event: str, __: object) -> Any:
        self.instructions += event == "opcode"
        return self._count_instruction

    def _count_call(self, _: FrameType, event: str, __: object) -> None:
        self.calls += event == "c_call"

    def _count_vm_steps(self) -> int:
        self.vm_steps += 1
        return 0


def main() -> int:
    """Print the counts next to the recorded ones."""
    has_recorded_bytecode = sys.version_info[:2] == _RECORDED_PYTHON
    print("| profile | steps | counted | recorded | ratio |")
    print("|---|---|---|---|---|")
    has_more = False
    with tempfile.TemporaryDirectory() as name:
        for profile, recorded in _RECORDED.items():
            counts = count_first_load(Path(name) / profile, profile)
            for label, counted, expected in zip(
                StepCounts._fields, counts, recorded, strict=True
            ):
                ratio = counted / expected
                print(
                    f"| {profile} | {label} | {counted} | {expected} "
                    f"| {ratio:.3f} |"
                )
                if label != "instructions" or has_recorded_bytecode:
                    has_more |= ratio > _TOLERANCE
    if has_more:
        print("A first load takes more steps than recorded.")
    return int(has_more)


def count_first_load(folder: Path, profile: str) -> StepCounts:
    """
    Write transcripts into a new folder and count the steps of loading them.

    Args:
        folder: Where to write transcripts and databases.
        profile: Version of Claude Code whose mixture of lines to write.
    """
    claude = folder / "claude"
    write_corpus(claude, size_mb=_SIZE_MB, profile=profile)
    for number, path in enumerate(sorted(claude.rglob("*.jsonl"))):
        # Files are read in the order of their times.
        os.utime(path, (_WRITTEN - number, _WRITTEN - number))
    # The first run imports modules and fills caches.
    _load(claude, folder / "first.db", None)
    counter = _StepCounter()
    _load(claude, folder / "second.db", counter)
    return StepCounts(counter.instructions, counter.calls, counter.vm_steps)


def _load(claude: Path, database: Path, counter: _StepCounter | None) -> None:
    folders = (AccountFolder(claude),)
    with closing(open_writer(database)) as writer:
        ingester = Ingester(writer, folders, PRICES)
        config = EngineConfig(folders, PRICES)
        if counter is not None:
            counter.start(writer)
        try:
            run_once(writer, ingester, config, lambda: _NOW, RunObserver())
        finally:
            if counter is not None:
                counter.stop()


if __name__ == "__main__":
    sys.exit(main())
