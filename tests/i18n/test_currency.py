from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.i18n.currency import (
    Currency,
    list_currency_names,
    load_currency,
)
from claude_tray.i18n.translator import list_languages, load_translator

CENT = 10_000_000
SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("currency", "language", "cost", "text"),
    [
        ("0.92 EUR", "en", 100 * CENT, "€0.92"),
        ("0.92 eur", "de", 123_457 * CENT, f"1.135,80{SPACE}€"),
        ("0.92 €", "de", 100 * CENT, f"0,92{SPACE}€"),
        ("151.3 JPY", "en", 100 * CENT, "¥151"),
        ("151.3 JPY", "de", 0, f"0{SPACE}¥"),
        ("0.31 KWD", "en", 100 * CENT, f"KWD{SPACE}0.310"),
        ("0.9 CHF", "en", 100 * CENT, f"CHF{SPACE}0.90"),
        ("10 kr", "en", 100 * CENT, f"kr{SPACE}10.00"),
        ("1 USD", "en", 100 * CENT, "$1.00"),
    ],
)
def test_costs_are_converted_and_written_as_the_language_does(
    currency: str, language: str, cost: int, text: str
) -> None:
    translator = load_translator(language, currency=currency)

    assert translator.format_money(cost) == text


@pytest.mark.parametrize(
    ("currency", "cost", "text"),
    [
        # Half a cent of the dollar is 0.46 cents of the euro.
        ("0.92 EUR", CENT // 2, "<€0.01"),
        ("0.92 EUR", 6_000_000, "€0.01"),
        # One cent of the dollar is more than one yen.
        ("151.3 JPY", CENT, "¥2"),
        ("151.3 JPY", 3_000_000, "<¥1"),
    ],
)
def test_what_is_not_zero_is_not_shown_as_zero(
    currency: str, cost: int, text: str
) -> None:
    translator = load_translator("en", currency=currency)

    assert translator.format_money(cost) == text


@pytest.mark.parametrize("text", ["", "EUR", "0 EUR", "x"])
def test_the_dollar_stays_without_a_currency(text: str) -> None:
    assert load_currency(text, "en") is None
    translator = load_translator("en", currency=text)

    assert translator.format_money(942 * CENT) == "$9.42"


@given(
    st.integers(0, 10**18),
    st.integers(1, 10**12),
    st.integers(0, 9),
    st.integers(0, 3),
)
def test_a_conversion_is_exact(
    cost: int, numerator: int, decimals: int, digits: int
) -> None:
    currency = Currency("x", numerator, 10**decimals, digits)

    expected = (
        Decimal(cost).scaleb(-9)
        * Decimal(numerator).scaleb(-decimals)
        * Decimal(10) ** digits
    ).to_integral_value(ROUND_HALF_UP)
    assert currency.convert(cost) == expected


@pytest.mark.parametrize("language", list_languages())
def test_every_language_names_the_common_currencies(language: str) -> None:
    names = list_currency_names(language)

    assert {"EUR", "GBP", "JPY", "INR", "BRL"} <= {name.code for name in names}
    assert all(name.name and name.symbol for name in names)


def test_charts_write_amounts_in_the_form_of_the_language() -> None:
    assert load_translator("en").money_pattern == "${}"
    assert load_translator("en").money_rate == 1
    german = load_translator("de", currency="0.92 EUR")

    assert german.money_pattern == f"{{}}{SPACE}€"
    assert german.money_rate == 0.92
