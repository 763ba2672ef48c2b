from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.core.price_table import ModelPrices, PriceTable
from claude_tray.core.usage import Rate
from claude_tray.store import reprice
from tests.support.builders import MODEL, PRICES, make_record
from tests.support.store_records import dump_store, save_records

if TYPE_CHECKING:
    import pytest

    from claude_tray.store.connection import Writer


HIGHER_PRICES = PriceTable(
    "fictive 2",
    {
        MODEL: (ModelPrices(0, Rate(2, 20, 200, 2_000, 20_000)),),
        "nobody-knew": (ModelPrices(0, Rate(1, 1, 1, 1, 1)),),
    },
)


def test_new_price_table_reprices_everything(
    writer: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reprice, "_CHUNK_ROWS", 2)
    records = [make_record() for _ in range(4)] + [
        make_record(model="nobody-knew")
    ]
    save_records(writer, *records)
    assert reprice.is_priced_with(writer, PRICES)
    assert not reprice.is_priced_with(writer, HIGHER_PRICES)

    steps = list(reprice.reprice(writer, HIGHER_PRICES))

    assert len(steps) == 3
    assert reprice.is_priced_with(writer, HIGHER_PRICES)
    for table in ("cell", "usage_session", "usage_project"):
        sums = dump_store(writer)[table]
        assert [row[-3:-1] for row in sums] == [(480, 0), (15, 0)]


def test_repricing_is_idempotent(writer: Writer) -> None:
    save_records(writer, make_record())
    before = dump_store(writer)

    list(reprice.reprice(writer, PRICES))

    assert dump_store(writer) == before
