from __future__ import annotations

import pytest

from claude_tray.settings.environment import Environment, environment_of


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANGUAGE": "de_AT:en", "LANG": "fr_FR"}, "de_AT"),
        ({"LC_ALL": "C.UTF-8", "LANG": "fr_FR"}, "C.UTF-8"),
        ({"LANG": "fr_FR.UTF-8"}, "fr_FR.UTF-8"),
    ],
)
def test_the_environment_tells_the_language(
    variables: dict[str, str],
    language: str,
) -> None:
    assert environment_of(variables).language == language


def test_the_environment_tells_where_things_are() -> None:
    variables = {
        "CLAUDE_TRAY_HOME": "/own",
        "CLAUDE_PATH": "/claude",
        "CLAUDE_CONFIG_DIR": "/config",
        "PATH": "/bin",
    }

    assert environment_of(variables) == Environment(
        "/own",
        "/claude",
        "/config",
    )
    assert environment_of({}) == Environment()


def test_the_environment_tells_where_usage_is_forwarded_to() -> None:
    variables = {
        "CLAUDE_USAGE_API_URL": " https://usage.example ",
        "CLAUDE_USAGE_API_TOKEN": "abc\n",
    }

    told = environment_of(variables)

    assert (told.api_url, told.api_token) == ("https://usage.example", "abc")
    assert "abc" not in repr(told)
