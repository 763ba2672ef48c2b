"""
Convert option values to the texts of form controls, and back.

A control may hold any text until it is saved, so that a refusal loses
nothing: a form is drawn from these texts, whether they come from the settings
or from a browser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from claude_tray.config import option_text
from claude_tray.config.option import OptionKind
from claude_tray.core.price_table import MULTIPLIER_KEY
from claude_tray.core.usage import TOKEN_KINDS
from claude_tray.errors import SettingsError, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from claude_tray.config.option import Option

    # Texts by the name of their control.
    Inputs = Mapping[str, Sequence[str]]


PRICE_COLUMNS: Final = (*(kind.name for kind in TOKEN_KINDS), MULTIPLIER_KEY)
ON: Final = "on"
# In German, "12,50" are twelve dollars and a half; "1,000" is ambiguous.
_DECIMAL_COMMA: Final = re.compile(r"\d+,(?:\d{1,2}|\d{4,})|0,\d+")


def write_inputs(option: Option, value: Any) -> dict[str, list[str]]:
    """Return the texts of an option's controls for a value."""
    write = _WRITERS.get(option.kind)
    if write is not None:
        return write(option.name, value)
    if option.kind is OptionKind.SWITCH:
        is_on = value == option.widget.switch_values[1]
        return {option.name: [ON] if is_on else []}
    return {option.name: [option_text.format_option_text(value)]}


def read_inputs(option: Option, inputs: Inputs) -> object:
    """
    Return the value for the settings file; the option's parser checks it.

    Raises:
        SettingsError: The texts cannot be converted.
    """
    read = _READERS.get(option.kind)
    if read is not None:
        return read(inputs, option.name)
    if option.kind is OptionKind.SWITCH:
        return option.widget.switch_values[ON in inputs.get(option.name, ())]
    text = _normalize_number(get_text(inputs, option.name))
    return option_text.parse_scalar(option.default, text)


def _write_lines(name: str, value: Sequence[str]) -> dict[str, list[str]]:
    return {name: ["\n".join(value)]}


def _write_several(name: str, value: Sequence[str]) -> dict[str, list[str]]:
    return {name: list(value)}


def _write_hours(name: str, value: str) -> dict[str, list[str]]:
    start, _, end = value.partition("-")
    return {f"{name}.from": [start], f"{name}.to": [end]}


def _write_currency(name: str, value: str) -> dict[str, list[str]]:
    rate, _, currency = value.partition(" ")
    return {f"{name}.rate": [rate], f"{name}.name": [currency]}


def _write_accounts(
    name: str, value: Mapping[str, str]
) -> dict[str, list[str]]:
    return {
        f"{name}.folder": list(value),
        f"{name}.name": list(value.values()),
    }


def _write_prices(
    name: str, prices: Mapping[str, Mapping[str, float]]
) -> dict[str, list[str]]:
    return {
        f"{name}.model": list(prices),
        **{
            f"{name}.{column}": [
                option_text.format_option_text(price[column])
                if column in price
                else ""
                for price in prices.values()
            ]
            for column in PRICE_COLUMNS
        },
    }


def get_text(inputs: Inputs, name: str) -> str:
    """Return the text of a control with one; empty if it is missing."""
    texts = inputs.get(name, ())
    return texts[0] if texts else ""


def list_rows(inputs: Inputs, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rows of controls that are repeated; rows without text end."""
    columns = [inputs.get(name, ()) for name in names]
    count = max(map(len, columns), default=0)
    rows = [
        tuple(
            column[number].strip() if number < len(column) else ""
            for column in columns
        )
        for number in range(count)
    ]
    return [row for row in rows if any(row)]


def _normalize_number(text: str) -> str:
    is_number = _DECIMAL_COMMA.fullmatch(text.strip()) is not None
    return text.replace(",", ".") if is_number else text


def _read_command(inputs: Inputs, name: str) -> list[str]:
    # Browsers end lines with CR LF; spaces may belong to an argument.
    lines = get_text(inputs, name).replace("\r\n", "\n").split("\n")
    return [line for line in lines if line.strip()]


def _split_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _read_lines(inputs: Inputs, name: str) -> list[str]:
    return _split_lines(get_text(inputs, name))


def _read_folders(inputs: Inputs, name: str) -> list[str]:
    more = _split_lines(get_text(inputs, f"{name}.more"))
    return list(dict.fromkeys([*inputs.get(name, ()), *more]))


def _read_parts(inputs: Inputs, name: str) -> list[str]:
    return list(dict.fromkeys(filter(None, inputs.get(name, ()))))


def _read_hours(inputs: Inputs, name: str) -> str:
    start = get_text(inputs, f"{name}.from").strip()
    end = get_text(inputs, f"{name}.to").strip()
    if bool(start) != bool(end):
        raise SettingsError(
            gettext_noop("Enter both times, or none."),
        )
    return f"{start}-{end}" if start else ""


def _read_currency(inputs: Inputs, name: str) -> str:
    rate = _normalize_number(get_text(inputs, f"{name}.rate"))
    return f"{rate} {get_text(inputs, f'{name}.name')}".strip()


def _read_accounts(inputs: Inputs, name: str) -> dict[str, object]:
    rows = list_rows(inputs, (f"{name}.folder", f"{name}.name"))
    return {folder: {"name": account} for folder, account in rows if account}


def _read_prices(inputs: Inputs, name: str) -> dict[str, object]:
    columns = ("model", *PRICE_COLUMNS)
    prices: dict[str, object] = {}
    for model, *amounts in list_rows(inputs, [f"{name}.{c}" for c in columns]):
        if not model:
            raise SettingsError(
                gettext_noop("Enter the name of a model beside its price.")
            )
        if model in prices:
            raise SettingsError(
                gettext_noop("The model {name} has two prices."), name=model
            )
        prices[model] = option_text.parse_price(
            {
                column: _normalize_number(amount)
                for column, amount in zip(PRICE_COLUMNS, amounts, strict=True)
                if amount
            }
        )
    return prices


_WRITERS: Final[
    Mapping[OptionKind, Callable[[str, Any], dict[str, list[str]]]]
] = {
    OptionKind.LIST: _write_lines,
    OptionKind.COMMAND: _write_lines,
    OptionKind.PARTS: _write_several,
    OptionKind.FOLDERS: _write_several,
    OptionKind.HOURS: _write_hours,
    OptionKind.CURRENCY: _write_currency,
    OptionKind.ACCOUNTS: _write_accounts,
    OptionKind.PRICES: _write_prices,
}
_READERS: Final[Mapping[OptionKind, Callable[[Inputs, str], object]]] = {
    OptionKind.LIST: _read_lines,
    OptionKind.COMMAND: _read_command,
    OptionKind.PARTS: _read_parts,
    OptionKind.FOLDERS: _read_folders,
    OptionKind.HOURS: _read_hours,
    OptionKind.CURRENCY: _read_currency,
    OptionKind.ACCOUNTS: _read_accounts,
    OptionKind.PRICES: _read_prices,
}
