from __future__ import annotations

from typing import Any

from claude_tray.config.option import OptionKind
from claude_tray.config.price_tables import PRICE_TABLES
from claude_tray.config.schema import OPTIONS, OPTIONS_BY_NAME, Settings


def test_every_field_is_declared_under_its_name() -> None:
    results = {"unknown_keys", "invalid"}
    fields = [name for name in Settings._fields if name not in results]

    assert [option.attribute for option in OPTIONS] == fields


def test_every_default_can_be_written_and_read() -> None:
    for option in OPTIONS:
        default = option.default
        assert getattr(Settings(), option.attribute) == default
        written = list(default) if isinstance(default, tuple) else default
        if option.name not in {"prices", "profiles"}:
            assert option.parse(option.name, written) == default


def test_every_choice_of_a_widget_can_be_written() -> None:
    for option in OPTIONS:
        widget = option.widget
        if option.kind is OptionKind.PARTS:
            parts = [value for value, _ in widget.choices]
            assert option.parse(option.name, parts) == tuple(parts)
            continue
        values: list[Any] = [value for value, _ in widget.choices]
        if option.kind is OptionKind.SWITCH:
            values += widget.switch_values
        for value in values:
            assert option.parse(option.name, value) == value


def test_the_bundled_price_tables_can_be_chosen() -> None:
    widget = OPTIONS_BY_NAME["cost.table"].widget

    assert tuple(value for value, _ in widget.choices) == PRICE_TABLES
