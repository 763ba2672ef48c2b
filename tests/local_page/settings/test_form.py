from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.config.env import EnvVars
from claude_tray.config.option import OptionKind
from claude_tray.config.option_values import list_option_values
from claude_tray.config.settings import parse_settings
from claude_tray.i18n.translator import ENGLISH, load_translator
from claude_tray.local_page.settings.form import (
    FormChoice,
    FormContext,
    FormField,
    build_groups,
    read_form,
)
from claude_tray.local_page.settings.inputs import write_inputs
from claude_tray.local_page.settings.sections import (
    SECTIONS,
    SYNC_SECTION,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claude_tray.config.option_values import OptionValue

NO_VARIABLES = EnvVars()
ALL = (*SECTIONS, SYNC_SECTION)
CONTEXT = FormContext(
    ENGLISH,
    ("en", "de"),
    (FormChoice("~/.claude", "~/.claude", note="2 projects"),),
    ("~/.claude",),
    hidden=("icon.text_beside",),
)


def make_values(
    file: dict[str, Any] | None = None, environment: EnvVars = NO_VARIABLES
) -> dict[str, OptionValue]:
    settings = parse_settings(file or {})
    names = [
        f"{table}.{name}"
        for table, values in (file or {}).items()
        if isinstance(values, dict)
        for name in values
    ]
    listed = list_option_values(settings, environment, names)
    values = {value.option.name: value for value in listed}
    paths = values["claude_paths"]
    if not paths.value:
        values["claude_paths"] = paths._replace(value=("~/.claude",))
    return values


def make_fields(
    values: dict[str, OptionValue],
    form_context: FormContext = CONTEXT,
    inputs: Mapping[str, list[str]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> dict[str, FormField]:
    return {
        field.name: field
        for section in ALL
        for group in build_groups(
            section, values, form_context, inputs, errors
        )
        for field in group.fields
    }


def make_inputs(values: dict[str, OptionValue]) -> dict[str, list[str]]:
    """Return what a browser sends without any change."""
    inputs: dict[str, list[str]] = {}
    for value in values.values():
        inputs.update(write_inputs(value.option, value.value))
    return inputs


def test_every_field_has_a_label_and_shows_its_value() -> None:
    values = make_values(
        {
            "icon": {"style": "pie"},
            "general": {"left_click": "menu"},
            "notifications": {"week_percent": 60},
        }
    )

    fields = make_fields(values)

    assert set(values) - set(fields) == {"icon.text_beside"}
    assert all(field.label for field in fields.values())
    style = fields["icon.style"]
    assert [c.value for c in style.choices if c.is_selected] == ["pie"]
    assert style.note == "Default: Countdown"
    assert style.element_id == "icon-style"
    click = fields["general.left_click"]
    assert (click.is_on, click.note) == (False, "Default: on")
    percent = fields["notifications.warn_percent"]
    assert (percent.text, percent.unit, percent.note) == ("75", "%", "")
    assert fields["notifications.week_percent"].note == "Default: 80"
    assert fields["limits.daily_budget_usd"].unit == "USD"
    assert fields["general.look_every_seconds"].unit == "seconds"
    assert fields["sync.exclude"].text == ""


def test_fields_with_several_controls_have_rows() -> None:
    values = make_values(
        {
            "prices": {"m": {"input": 3, "output": 15}},
            "profiles": {"~/old": {"name": "Old"}},
            "statusline": {"parts": ["cost"]},
            "notifications": {"quiet_hours": "22:00-08:00"},
            "claude_paths": ["~/gone"],
            "cost": {"currency": "0.92 EUR"},
        }
    )

    fields = make_fields(values)

    prices = fields["prices"].rows
    assert prices[0] == ("m", "3", "15", "", "", "", "")
    assert prices[1] == ("",) * 7
    assert fields["profiles"].rows == (("~/.claude", ""), ("~/old", "Old"))
    assert fields["statusline.parts"].rows == (("cost",), *(("",),) * 6)
    assert fields["notifications.quiet_hours"].rows == (("22:00", "08:00"),)
    currency = fields["cost.currency"]
    assert currency.rows == (("0.92", "EUR"),)
    assert FormChoice("GBP", "British Pound (£)") in currency.choices
    folders = fields["claude_paths"].choices
    assert [(c.value, c.is_selected, c.note) for c in folders] == [
        ("~/.claude", False, "2 projects"),
        ("~/gone", True, ""),
    ]


def test_languages_are_listed_in_their_own_words() -> None:
    field = make_fields(make_values())["general.language"]

    assert field.kind is OptionKind.LANGUAGE
    assert [(c.value, c.label) for c in field.choices] == [
        ("system", "System"),
        ("en", "English"),
        ("de", "Deutsch"),
    ]


def test_a_value_that_no_choice_has_is_kept() -> None:
    values = make_values({"limits": {"plan": "max5"}})

    field = make_fields(values)["limits.plan"]
    result = read_form(["limits.plan"], values, CONTEXT, make_inputs(values))

    assert [c.value for c in field.choices if c.is_selected] == ["max5"]
    assert result == ({}, {})


def test_a_variable_locks_its_field() -> None:
    values = make_values(
        environment=EnvVars(claude_path="/a", api_url="https://v.example")
    )
    sent = {"sync.url": ["https://other.example"]}

    url = make_fields(values, inputs=sent)["sync.url"]
    result = read_form(["sync.url"], values, CONTEXT, sent)

    assert url.is_locked
    assert url.text == "https://v.example"
    assert url.note == "Set by CLAUDE_USAGE_API_URL."
    assert result == ({}, {})
    locked = CONTEXT._replace(locked={"claude_paths": "--claude-path"})
    field = make_fields(make_values(), locked)["claude_paths"]
    assert field.note == "Set by --claude-path."


def test_an_unchanged_form_changes_nothing() -> None:
    values = make_values(
        {
            "prices": {"m": {"input": 3, "output": 15}},
            "profiles": {"~/.claude": {"name": "Work"}},
            "icon": {"style": "pie"},
        }
    )

    for section in ALL:
        names = [n for n in section.names if n in values]
        assert read_form(names, values, CONTEXT, make_inputs(values)) == (
            {},
            {},
        )


@pytest.mark.parametrize(
    ("name", "sent", "changes"),
    [
        ("icon.style", {"icon.style": ["ring"]}, {"icon.style": "ring"}),
        ("icon.style", {"icon.style": ["meter"]}, {"icon.style": None}),
        ("sync.enabled", {"sync.enabled": ["on"]}, {"sync.enabled": True}),
        (
            "prices",
            {
                "prices.model": ["n"],
                "prices.multiplier": ["0.5"],
            },
            {("prices", "m"): None, ("prices", "n"): {"multiplier": 0.5}},
        ),
        (
            "prices",
            {
                "prices.model": ["m"],
                "prices.input": ["4"],
                "prices.output": ["15"],
            },
            {("prices", "m"): {"input": 4, "output": 15}},
        ),
        (
            "claude_paths",
            {"claude_paths": ["~/.claude", "~/b"]},
            {"claude_paths": ["~/.claude", "~/b"]},
        ),
    ],
)
def test_only_what_was_changed_is_saved(
    name: str, sent: dict[str, list[str]], changes: dict[Any, Any]
) -> None:
    values = make_values(
        {
            "prices": {"m": {"input": 3, "output": 15}},
            "icon": {"style": "pie"},
        }
    )

    assert read_form([name], values, CONTEXT, sent) == (changes, {})


def test_the_default_folders_need_no_option() -> None:
    values = make_values({"claude_paths": ["~/b"]})
    sent = {"claude_paths": ["~/.claude"]}

    result = read_form(["claude_paths"], values, CONTEXT, sent)

    assert result.changes == {"claude_paths": None}


def test_a_refusal_names_the_field_and_keeps_the_text() -> None:
    values = make_values()
    sent = {
        **make_inputs(values),
        "notifications.warn_percent": ["a lot"],
        "claude_paths": [],
        "claude_paths.more": [""],
    }
    names = ["notifications.warn_percent", "claude_paths"]

    result = read_form(names, values, CONTEXT, sent)
    fields = make_fields(values, inputs=sent, errors=result.errors)

    assert result.changes == {}
    assert result.errors == {
        "notifications.warn_percent": (
            "The setting “Warn at” must be an integer from 10 to 99."
        ),
        "claude_paths": "Choose at least one folder.",
    }
    assert fields["notifications.warn_percent"].text == "a lot"
    assert "Warn at" in fields["notifications.warn_percent"].error
    assert not fields["icon.style"].error


def test_an_invalid_value_of_the_file_is_shown_and_replaced() -> None:
    values = make_values({"icon": {"style": "square", "number": "time"}})

    field = make_fields(values)["icon.style"]
    result = read_form(["icon.style"], values, CONTEXT, make_inputs(values))

    assert "one of meter, ring, pie, text" in field.error
    assert result.changes == {"icon.style": "meter"}


def test_texts_are_in_the_language_of_the_user() -> None:
    german = CONTEXT._replace(translator=load_translator("de"))

    assert make_fields(make_values(), german)["icon.style"].label == "Stil"
