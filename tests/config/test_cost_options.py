from __future__ import annotations

from claude_tray.config import cost_options
from claude_tray.config.option import OptionKind, OptionTable
from claude_tray.config.settings import parse_settings


def test_options_of_costs_are_declared_with_their_forms() -> None:
    table = OptionTable()

    assert cost_options.declare_currency(table) == ""
    assert cost_options.declare_prices(table) == {}
    assert [option.kind for option in table.options] == [
        OptionKind.CURRENCY,
        OptionKind.PRICES,
    ]


def test_a_currency_is_read_and_written_in_one_form() -> None:
    settings = parse_settings({"cost": {"currency": " 0.920  EUR "}})

    assert settings.cost_currency == "0.920 EUR"
