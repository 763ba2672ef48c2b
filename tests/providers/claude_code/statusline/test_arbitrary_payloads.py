"""Any payload yields a line, and its sample can be ingested."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.limit_samples import ingest_statusline_samples
from claude_tray.providers.claude_code.statusline.handler import (
    LineOptions,
    StatuslinePaths,
    build_output,
)
from claude_tray.providers.claude_code.statusline.render import DEFAULT_PARTS
from claude_tray.providers.claude_code.statusline_samples import read_samples
from claude_tray.providers.registry import AccountFolder
from claude_tray.store.connection import open_writer
from claude_tray.store.snapshot import SnapshotBuilder
from tests.support.builders import PRICES, at, ms
from tests.support.workload import scale_count

if TYPE_CHECKING:
    import pytest


texts = st.one_of(
    st.sampled_from(["\ud83d", "a\x00b", "", "\udcff", "x" * 5000, "ü"]),
    st.text(max_size=5),
)
numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([10**30, -1, 0, 10**11, ms("14:00") // 1000]),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(texts, inner, max_size=3),
    ),
    max_leaves=6,
)
windows = st.fixed_dictionaries(
    {},
    optional={
        "used_percentage": st.one_of(numbers, values),
        "resets_at": st.one_of(numbers, values),
    },
)
payloads = st.fixed_dictionaries(
    {},
    optional={
        "session_id": texts,
        "cwd": st.one_of(texts, values),
        "transcript_path": st.one_of(
            texts.map(lambda text: f"/{text}/projects/p/s.jsonl"),
            values,
        ),
        "model": values,
        "cost": st.one_of(
            values,
            st.fixed_dictionaries({"total_cost_usd": numbers}),
        ),
        "context_window": st.one_of(
            values,
            st.fixed_dictionaries({"used_percentage": numbers}),
        ),
        "rate_limits": st.one_of(
            values,
            st.dictionaries(
                st.one_of(texts, st.sampled_from(["five_hour", "seven_day"])),
                st.one_of(windows, values),
                max_size=3,
            ),
        ),
    },
)


@settings(max_examples=scale_count(60), deadline=None)
@given(st.lists(st.one_of(payloads, values), max_size=4))
def test_no_payload_stops_line_or_ingest(
    tmp_path_factory: pytest.TempPathFactory,
    given_: list[Any],
) -> None:
    root = tmp_path_factory.mktemp("any")
    context = StatuslinePaths(root / "spool", root / "memory.json")
    config = EngineConfig(
        (AccountFolder(root),), PRICES, spool_dir=root / "spool"
    )
    with closing(open_writer(root / "usage.db")) as writer:
        for number, payload in enumerate(given_):
            data = json.dumps(payload).encode()
            time_ns = ms("10:00") * 10**6 + number
            every = (*DEFAULT_PARTS, "model", "context", "project")
            assert build_output(
                data, time_ns, context, LineOptions(every)
            ).endswith(b"\n")
        ingest_statusline_samples(writer, config, ms("10:00"))

        assert read_samples(root / "spool") == []
        SnapshotBuilder(writer).build([], at("10:00"))
