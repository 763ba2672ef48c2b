"""Whatever is stored, an export of it comes back as it was."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.domain.history import DaySum, History, Placed
from claude_tray.domain.usage import Terms, TokenCounts
from claude_tray.engine.importing import take_in
from claude_tray.history import own
from claude_tray.store import exports
from claude_tray.store.connection import open_writer
from claude_tray.wire.export_file import COLUMNS
from tests.support.builders import MODEL, PRICES, a_record
from tests.support.doses import dose

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from claude_tray.wire.export_file import ExportRow

names = st.text('ab ü",;\n\t\\=', min_size=1, max_size=6)
tokens = st.builds(TokenCounts, *[st.integers(0, (1 << 30) - 1)] * 5)
records = st.builds(
    a_record,
    clock=st.sampled_from(["09:00", "09:01", "23:00"]),
    message=st.sampled_from(["msg_1", "msg_2", "gate-1", ""]),
    tokens=tokens,
    model=st.sampled_from([MODEL, "nobody-knows"]),
    session=names,
    project=names,
    is_sidechain=st.booleans(),
    is_final=st.booleans(),
    is_message=st.booleans(),
    terms=st.builds(Terms, names, names, names, st.integers(0, 9)),
    counted=st.sampled_from(["", "10:00"]),
    request=names,
)
replies = st.lists(
    st.builds(
        Placed,
        records,
        st.sampled_from(["", "work"]),
        st.booleans(),
    ),
    max_size=5,
)
sums = st.lists(
    st.builds(
        DaySum,
        st.just("ccusage daily"),
        st.sampled_from([date(2026, 1, 2), date(2026, 1, 3)]),
        names,
        st.sampled_from([MODEL, "nobody-knows"]),
        tokens,
        st.sampled_from(["", "work"]),
    ),
    max_size=4,
)


@settings(max_examples=dose(40), deadline=None)
@given(replies, sums, st.sampled_from(["json", "csv"]))
def test_an_export_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    replies: list[Placed],
    sums: list[DaySum],
    form: str,
) -> None:
    folder = tmp_path_factory.mktemp("round")
    first = _stored(
        folder / "one.db",
        History("x", tuple(replies), tuple(sums)),
    )

    history = _read(first, form)

    assert history.left_out == ()
    assert _stored(folder / "two.db", history) == first


def _read(rows: list[ExportRow], form: str) -> History:
    if form == "json":
        text = json.dumps({"version": 1, "records": rows})
        return own.read(json.loads(text))
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in rows:
        values = row.values()
        table.writerow(int(v) if isinstance(v, bool) else v for v in values)
    return own.read_table(file.getvalue().encode())


def _stored(path: Path, history: History) -> list[ExportRow]:
    with closing(open_writer(path)) as writer:
        take_in(writer, history, "", PRICES)
        return list(exports.rows(writer))
