from __future__ import annotations

from claude_tray.config.env import EnvVars
from claude_tray.config.option_values import OptionSource, list_option_values
from claude_tray.config.schema import OPTIONS, Settings
from claude_tray.config.settings import parse_settings


def test_each_value_says_where_it_comes_from() -> None:
    settings = parse_settings(
        {
            "icon": {"style": "pie", "number": 5},
            "prices": {"a": {"input": 1}},
            "sync": {"url": "https://file.example"},
        }
    )
    environment = EnvVars(
        claude_path="/a, ,/b", api_url="https://variable.example"
    )
    names = {"icon.style", "icon.number", "prices", "sync.url"}

    values = {
        value.option.name: value
        for value in list_option_values(settings, environment, names)
    }

    assert list(values) == [option.name for option in OPTIONS]
    style = values["icon.style"]
    assert (style.value, style.source) == ("pie", OptionSource.FILE)
    assert values["icon.panel"].source is OptionSource.DEFAULT
    number = values["icon.number"]
    assert number.value == "time"
    assert number.error is not None
    assert values["prices"].error is not None
    paths = values["claude_paths"]
    assert paths.value == ("/a", "/b")
    assert (paths.source, paths.variable) == (
        OptionSource.ENVIRONMENT,
        "CLAUDE_PATH",
    )
    assert values["sync.url"].value == "https://variable.example"


def test_without_variables_the_file_applies() -> None:
    values = list_option_values(Settings(), EnvVars(), ())

    assert {value.source for value in values} == {OptionSource.DEFAULT}
    assert [v.value for v in values] == [o.default for o in OPTIONS]
