from __future__ import annotations

from typing import Any

import pytest

from claude_tray.config.option import OptionKind, OptionTable, Widget
from claude_tray.errors import SettingsError

CHOICE = Widget("Color", choices=(("red", "Red"), ("blue", "Blue")))
SWITCH = Widget("Left click", switch_values=("menu", "popup"))


def _declare() -> OptionTable:
    table = OptionTable()
    assert table.choice("a.color", "red", "The color", CHOICE) == "red"
    assert table.choice("a.click", "popup", "The click", SWITCH) == "popup"
    assert table.switch("a.on", "On", Widget("On"), default=False) is False
    assert table.integer("a.size", 3, (1, 5), "The size", Widget("Size")) == 3
    assert table.text("a.name", "ada", "It", Widget("Name")) == "ada"
    return table


def test_options_keep_the_order_of_their_declaration() -> None:
    options = _declare().options

    assert [
        (o.name, o.attribute, o.type_label, o.default) for o in options
    ] == [
        ("a.color", "a_color", "`red`, `blue`", "red"),
        ("a.click", "a_click", "`popup`, `menu`", "popup"),
        ("a.on", "a_on", "`true`, `false`", False),
        ("a.size", "a_size", "1 to 5", 3),
        ("a.name", "a_name", "string", "ada"),
    ]


def test_each_kind_of_option_has_its_field() -> None:
    assert [o.kind for o in _declare().options] == [
        OptionKind.CHOICE,
        OptionKind.SWITCH,
        OptionKind.SWITCH,
        OptionKind.NUMBER,
        OptionKind.TEXT,
    ]
    assert _declare().options[3].widget.limits == (1, 5)


@pytest.mark.parametrize(
    ("index", "good", "bad"),
    [
        (0, "blue", "green"),
        (1, "menu", "window"),
        (2, True, 1),
        (3, 5, 6),
        (4, "", 1),
    ],
)
def test_values_are_checked(index: int, good: Any, bad: Any) -> None:
    option = _declare().options[index]

    assert option.parse(option.name, good) == good
    with pytest.raises(SettingsError):
        option.parse(option.name, bad)
