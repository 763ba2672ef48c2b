"""
Trace how many of our files one appended line and one sync row pass.

    python -m tests.bench.trace [--files]

Prints the files and the hops between files that `sys.setprofile` sees, then
static counts of the source: modules that name a token kind, internal imports,
duplicate class names and retired words. `--files` also lists what was counted.
A hop is two successive calls that enter different files of ours.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from claude_tray.core.windows import WindowRule
from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.message_queue import FileChanged, MessageQueue, Stop
from claude_tray.ingest.snapshot_channel import SnapshotChannel
from claude_tray.ingest.worker import IngestWorker
from claude_tray.providers.registry import AccountFolder
from claude_tray.store.connection import open_writer
from tests.support.builders import PRICES, ClaudeFolder, at, make_line
from tests.support.source_code import (
    PACKAGE,
    ROOT,
    count_imports_per_kloc,
    find_duplicate_classes,
    find_retired_identifiers,
    list_source_files,
    list_token_kind_modules,
)
from tests.support.sync_harness import SyncHarness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from claude_tray.core.snapshot import Snapshot
    from claude_tray.ingest.message_queue import WorkerMessage


_PREFIX: Final = f"{PACKAGE}/"


class CallTrace:
    """
    Record the calls of the current thread into our own files.

    Attributes:
        files: Each file that was entered, relative to the package.
        functions: Each function that was entered, as file and name.
        hops: Number of changes of file between successive calls.
    """

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.functions: set[tuple[str, str]] = set()
        self.hops = 0
        self._last_file = ""

    def start(self) -> None:
        sys.setprofile(self._record)

    def stop(self) -> None:
        sys.setprofile(None)

    @contextmanager
    def record(self) -> Iterator[None]:
        self.start()
        try:
            yield
        finally:
            self.stop()

    def _record(self, frame: FrameType, event: str, _: Any) -> None:
        file = frame.f_code.co_filename
        if event != "call" or not file.startswith(_PREFIX):
            return
        self.files.add(file.removeprefix(_PREFIX))
        self.functions.add((file, frame.f_code.co_qualname))
        self.hops += bool(self._last_file) and file != self._last_file
        self._last_file = file


class TracedChannel(SnapshotChannel):
    """End a trace as soon as a snapshot is published."""

    def __init__(self, trace: CallTrace) -> None:
        super().__init__()
        self._trace = trace

    def publish(self, snapshot: Snapshot) -> None:
        super().publish(snapshot)
        self._trace.stop()


class ScriptedQueue(MessageQueue):
    """
    Hand out file changes; start a trace with the last of them.

    Args:
        claude: Where lines are appended.
        trace: Records how the last change is processed.
    """

    def __init__(self, claude: ClaudeFolder, trace: CallTrace) -> None:
        super().__init__()
        self._claude = claude
        self._trace = trace
        # The first change is not traced: it imports and caches.
        self._changes = ["09:01", "09:02"]

    def get(self, timeout: float | None = None) -> WorkerMessage | None:
        del timeout
        if not self._changes:
            return Stop()
        clock = self._changes.pop(0)
        path = self._claude.append(make_line(clock, f"msg_{clock}"))
        if not self._changes:
            self._trace.start()
        return FileChanged(str(path))


def trace_appended_line(folder: Path) -> CallTrace:
    """Trace from the watcher's event to the published snapshot."""
    claude = ClaudeFolder(folder / "claude")
    claude.append(*(make_line("08:00", f"msg_{n}") for n in range(20)))
    trace = CallTrace()
    worker = IngestWorker(
        folder / "usage.db",
        ScriptedQueue(claude, trace),
        TracedChannel(trace),
        EngineConfig((AccountFolder(claude.path),), PRICES, WindowRule.EXACT),
        lambda *_: "",
        lambda: at("10:00"),
    )
    worker.run()
    return trace


def trace_sync_row(folder: Path) -> CallTrace:
    """Trace one new record from the outbox to the server's receipt."""
    trace = CallTrace()
    store = folder / "usage.db"
    with (
        closing(open_writer(store)) as writer,
        SyncHarness(store, writer) as harness,
    ):
        harness.start_receiver()
        harness.add_records(20)
        harness.sync()
        harness.add_records(1)
        with trace.record():
            harness.sync()
    return trace


def print_trace(title: str, trace: CallTrace, *, is_verbose: bool) -> None:
    print(
        f"{title}: {len(trace.files)} files, {trace.hops} hops,"
        f" {len(trace.functions)} functions"
    )
    if is_verbose:
        print_list(sorted(trace.files))


def print_list(items: list[str]) -> None:
    for item in items:
        print(f"  {item}")


def main() -> int:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", action="store_true")
    is_verbose = parser.parse_args().files
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        line = trace_appended_line(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        row = trace_sync_row(Path(folder))
    print_trace(
        "appended line (25 files, 60 hops)", line, is_verbose=is_verbose
    )
    print_trace("sync row (18 files)", row, is_verbose=is_verbose)
    files = list_source_files()
    modules = list_token_kind_modules(files)
    print(f"modules that name a token kind (15): {len(modules)}")
    if is_verbose:
        print_list(modules)
    print(
        f"internal imports per 1,000 lines (30): "
        f"{count_imports_per_kloc(files):.1f}"
    )
    duplicates = find_duplicate_classes(files)
    print(f"class names defined twice (0): {len(duplicates)}")
    print_list(
        sorted(f"{name}: {paths}" for name, paths in duplicates.items())
    )
    retired = find_retired_identifiers(
        files
        + list_source_files(ROOT / "tests" / "support")
        + list_source_files(ROOT / "tests" / "bench")
    )
    print(f"identifiers with a retired word (0): {len(retired)}")
    if is_verbose:
        print_list([str(identifier) for identifier in retired])
    return 0


if __name__ == "__main__":
    sys.exit(main())
