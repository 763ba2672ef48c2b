from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.domain.price import Rate
from claude_tray.domain.price_list import Prices, PriceTable
from claude_tray.store import reprice
from tests.support.builders import MODEL, PRICES, a_record
from tests.support.keeping import contents, keep

if TYPE_CHECKING:
    import pytest

    from claude_tray.store.connection import Writer

DEARER = PriceTable(
    "fictive 2",
    {
        MODEL: (Prices(0, Rate(2, 20, 200, 2_000, 20_000)),),
        "nobody-knew": (Prices(0, Rate(1, 1, 1, 1, 1)),),
    },
)


def test_a_new_table_prices_all_that_is_stored(
    writer: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reprice, "_SOME", 2)
    records = [a_record() for _ in range(4)] + [a_record(model="nobody-knew")]
    keep(writer, *records)
    assert reprice.is_priced_by(writer, PRICES)
    assert not reprice.is_priced_by(writer, DEARER)

    steps = list(reprice.reprice(writer, DEARER))

    assert len(steps) == 3
    assert reprice.is_priced_by(writer, DEARER)
    for table in ("cell", "usage_session", "usage_project"):
        sums = contents(writer)[table]
        assert [row[-3:-1] for row in sums] == [(480, 0), (15, 0)]


def test_pricing_again_changes_nothing(writer: Writer) -> None:
    keep(writer, a_record())
    before = contents(writer)

    list(reprice.reprice(writer, PRICES))

    assert contents(writer) == before
