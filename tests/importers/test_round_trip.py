"""Check that an export of any stored usage imports without loss."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_tray.core.usage import (
    ImportedDayTotal,
    ImportedHistory,
    ImportedRecord,
    PricingTerms,
    TokenCounts,
)
from claude_tray.importers import claude_tray_export
from claude_tray.ingest.history_import import import_history
from claude_tray.protocol.export_file import EXPORT_COLUMNS
from claude_tray.store import export
from claude_tray.store.connection import open_writer
from tests.support.builders import MODEL, PRICES, make_record
from tests.support.workload import scale_count

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from claude_tray.protocol.export_file import ExportRow


names = st.text('ab ü",;\n\t\\=', min_size=1, max_size=6)
tokens = st.builds(TokenCounts, *[st.integers(0, (1 << 30) - 1)] * 5)
records = st.builds(
    make_record,
    clock=st.sampled_from(["09:00", "09:01", "23:00"]),
    message=st.sampled_from(["msg_1", "msg_2", "gate-1", ""]),
    tokens=tokens,
    model=st.sampled_from([MODEL, "nobody-knows"]),
    session=names,
    project=names,
    is_sidechain=st.booleans(),
    is_final=st.booleans(),
    is_message=st.booleans(),
    terms=st.builds(PricingTerms, names, names, names, st.integers(0, 9)),
    counted=st.sampled_from(["", "10:00"]),
    request=names,
)
imported_records = st.lists(
    st.builds(
        ImportedRecord,
        records,
        st.sampled_from(["", "work"]),
        st.booleans(),
    ),
    max_size=5,
)
day_totals = st.lists(
    st.builds(
        ImportedDayTotal,
        st.just("ccusage daily"),
        st.sampled_from([date(2026, 1, 2), date(2026, 1, 3)]),
        names,
        st.sampled_from([MODEL, "nobody-knows"]),
        tokens,
        st.sampled_from(["", "work"]),
    ),
    max_size=4,
)


@settings(max_examples=scale_count(40), deadline=None)
@given(imported_records, day_totals, st.sampled_from(["json", "csv"]))
def test_export_survives_the_round_trip(
    tmp_path_factory: pytest.TempPathFactory,
    replies: list[ImportedRecord],
    sums: list[ImportedDayTotal],
    form: str,
) -> None:
    folder = tmp_path_factory.mktemp("round")
    first = _store_history(
        folder / "one.db",
        ImportedHistory("x", tuple(replies), tuple(sums)),
    )

    history = _read_export(first, form)

    assert history.skipped == ()
    assert _store_history(folder / "two.db", history) == first


def _read_export(rows: list[ExportRow], form: str) -> ImportedHistory:
    if form == "json":
        text = json.dumps({"version": 1, "records": rows})
        return claude_tray_export.parse_export(json.loads(text))
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\n")
    table.writerow(EXPORT_COLUMNS)
    for row in rows:
        values = row.values()
        table.writerow(int(v) if isinstance(v, bool) else v for v in values)
    return claude_tray_export.parse_csv_export(file.getvalue().encode())


def _store_history(path: Path, history: ImportedHistory) -> list[ExportRow]:
    with closing(open_writer(path)) as writer:
        import_history(writer, history, "", PRICES)
        return list(export.iter_export_rows(writer))
