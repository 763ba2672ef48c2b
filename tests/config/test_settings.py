from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude_tray.config.schema import OPTIONS_BY_NAME, Settings
from claude_tray.config.settings import (
    load_settings,
    load_settings_or_defaults,
    parse_settings,
    read_option_names,
    read_settings,
    unknown_key_error,
)
from claude_tray.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[window]\nrule = "hour"\n')

    assert read_settings(path).window_rule == "hour"


def test_a_pipe_is_rejected_without_blocking(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such pipes")
    path = tmp_path / "settings.toml"
    os.mkfifo(path)

    with pytest.raises(SettingsError, match="not a regular file"):
        read_settings(path)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"window = \n", "line 1"),
        (b"window.rule = 5\n", "window.rule"),
        (b"\xff\xfe", "Cannot read"),
    ],
)
def test_an_invalid_file_is_reported_with_the_position(
    tmp_path: Path,
    data: bytes,
    expected: str,
) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(data)

    with pytest.raises(SettingsError) as excinfo:
        read_settings(path)

    assert expected in excinfo.value.summary


def test_no_values_mean_the_defaults() -> None:
    assert parse_settings({}) == Settings()


def test_every_value_is_parsed() -> None:
    chosen = parse_settings(
        {
            "claude_paths": ["/a", "/b"],
            "window": {"rule": "hour"},
            "cost": {"table": "agent-sync"},
            "icon": {"panel": "dark", "week_bar": False},
            "profiles": {"~/.claude": {"name": " work "}},
            "limits": {"daily_budget_usd": 25},
            "notifications": {
                "quiet_hours": "22:00-08:00",
                "warn_percent": 60,
            },
            "statusline": {"parts": ["cost"]},
            "sync": {"url": "https://stats.example.org"},
            "prices": {"house": {"input": 1, "output": 2.5}},
        },
    )

    assert chosen == Settings(
        claude_paths=("/a", "/b"),
        window_rule="hour",
        cost_table="agent-sync",
        prices={"house": {"input": 1, "output": 2.5}},
        icon_panel="dark",
        icon_week_bar=False,
        profiles={"~/.claude": "work"},
        limits_daily_budget_usd=25.0,
        notifications_quiet_hours="22:00-08:00",
        notifications_warn_percent=60,
        statusline_parts=("cost",),
        sync_url="https://stats.example.org",
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"window": {"rule": "day"}}, "window.rule must be one of auto"),
        ({"window": {"rule": 5}}, "window.rule must be one of auto"),
        ({"claude_paths": "/a"}, "claude_paths must be a list of strings"),
        (
            {"statusline": {"parts": ["cost", "all"]}},
            "statusline.parts must be a list of left, used",
        ),
        ({"claude_paths": [1]}, "claude_paths must be a list of strings"),
        ({"prices": 1}, "prices must have a table for each model"),
        ({"sync": {"enabled": 1}}, "sync.enabled must be true or false"),
        ({"sync": {"url": 1}}, "sync.url must be a string"),
        (
            {"notifications": {"warn_percent": 5}},
            "notifications.warn_percent must be an integer from 10 to 99",
        ),
        ({"notifications": {"warn_percent": True}}, "an integer"),
        (
            {"notifications": {"quiet_hours": "22-8"}},
            "notifications.quiet_hours must be hours",
        ),
        ({"cost": {"currency": 0.92}}, "cost.currency must be what one"),
        ({"cost": {"currency": "0 EUR"}}, "cost.currency must be what one"),
        ({"limits": {"daily_budget_usd": True}}, "0 or more dollars"),
        ({"limits": {"daily_budget_usd": -1}}, "0 or more dollars"),
        ({"profiles": 1}, "profiles must have a table for each folder"),
        ({"profiles": {"~/.claude": {}}}, 'profiles."~/.claude" must be'),
    ],
)
def test_an_invalid_value_is_reported_with_its_key(
    values: dict[str, Any],
    expected: str,
) -> None:
    settings = parse_settings(values)

    (error,) = settings.invalid.values()
    assert expected in error.summary
    assert settings._replace(invalid={}) == Settings()


def test_a_typo_suggests_a_key_and_the_rest_applies() -> None:
    settings = parse_settings(
        {"cost": {"tabel": "x", "table": "agent-sync"}, "zzz": 1},
    )

    assert settings.cost_table == "agent-sync"
    assert settings.unknown_keys == ("cost.tabel", "zzz")
    assert [
        unknown_key_error(k).describe() for k in settings.unknown_keys
    ] == [
        "Unknown setting: cost.tabel. Did you mean cost.table?",
        "Unknown setting: zzz. See docs/settings.md.",
    ]


INF = float("inf")
_PRICE_RANGE = "must be from 0 to 1,000,000 dollars per million tokens"


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (1, 'prices."m" must be a table'),
        ({}, 'prices."m" must have input, output'),
        ({"input": 1}, 'prices."m" must have output'),
        ({"input": 1, "output": True}, f'prices."m".output {_PRICE_RANGE}'),
        ({"input": -1, "output": 1}, f'prices."m".input {_PRICE_RANGE}'),
        ({"input": INF, "output": 1}, f'prices."m".input {_PRICE_RANGE}'),
        (
            {"input": INF - INF, "output": 1},
            f'prices."m".input {_PRICE_RANGE}',
        ),
        ({"input": 1e15, "output": 1}, f'prices."m".input {_PRICE_RANGE}'),
        ({"input": "1", "output": 1}, f'prices."m".input {_PRICE_RANGE}'),
        ({"multiplier": 1e4}, 'prices."m".multiplier must be from 0 to 1,000'),
        ({"multiplier": -1}, 'prices."m".multiplier must be from 0 to 1,000'),
        ({"multiplier": 2, "output": 1}, 'prices."m" must have input'),
    ],
)
def test_an_invalid_price_is_reported_and_the_others_apply(
    price: Any, expected: str
) -> None:
    settings = parse_settings(
        {
            "prices": {"m": price, "house": {"input": 1, "output": 2}},
            "window": {"rule": "hour"},
        }
    )

    assert settings.prices == {"house": {"input": 1, "output": 2}}
    assert settings.window_rule == "hour"
    (problem,) = settings.invalid.values()
    assert expected in problem.summary


@pytest.mark.parametrize("name", ["cache_read", "multiplier", "typo"])
def test_a_price_without_an_optional_value_applies(name: str) -> None:
    settings = parse_settings(
        {"prices": {"m": {"input": 1, "output": 2, name: INF}}}
    )

    assert settings.prices == {"m": {"input": 1, "output": 2}}
    assert f'prices."m".{name}' in settings.invalid["prices.0"].summary


def test_a_multiplier_needs_no_price(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[prices."glm-*"]\nmultiplier = 1.1\n')

    assert read_settings(path).prices == {"glm-*": {"multiplier": 1.1}}


def test_an_invalid_price_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[prices."x"]\ninput = nan\noutput = 1\n')

    (problem,) = load_settings_or_defaults(path).invalid.values()

    assert problem.describe().endswith(f"Fix it in {path}.")


def test_the_option_itself_rejects_an_invalid_price() -> None:
    option = OPTIONS_BY_NAME["prices"]

    assert option.parse("prices", {}) == {}
    with pytest.raises(SettingsError, match="must be a table"):
        option.parse("prices", {"m": 1})


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbf[window]\nrule = 'hour'\n")

    assert read_settings(path).window_rule == "hour"


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5_000 + "]" * 5_000,
        "a = " + "9" * 5_000,
        "a = 1\n" * 200_000,
        "a." * 100_000 + "b = 1",
        "a = {" + "b." * 100_000 + "c = 1}",
    ],
)
def test_an_extreme_file_is_an_error_and_no_traceback(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)

    with pytest.raises(SettingsError) as excinfo:
        read_settings(path)

    assert len(excinfo.value.describe()) < 500


_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text()
    | st.sampled_from(["\0", "nan", "hour", "names", "aliases", "~/x"])
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(OPTIONS_BY_NAME)), _values)
def test_any_value_is_accepted_or_costs_only_its_own_option(
    name: str, value: object
) -> None:
    good = {"sync.projects": "hidden", "sync.exclude": ["*"]} | {
        "icon.style": "ring"
    }

    settings = parse_settings(good | {name: value})

    if name in settings.invalid:
        option = OPTIONS_BY_NAME[name]
        assert getattr(settings, option.attribute) == option.default
        assert len(settings.invalid[name].describe()) < 10_000
    if name != "icon.style":
        assert settings.icon_style == "ring"
    if name != "sync.projects":
        assert settings.sync_projects == "hidden"


def test_the_last_valid_file_is_kept_privately(tmp_path: Path) -> None:
    path, backup = tmp_path / "settings.toml", tmp_path / "state" / "b.toml"
    path.write_text('claude_paths = ["/only/here"]\n')
    assert load_settings(path, backup).errors == ()

    path.write_text('claude_paths = ["/only/here"]\n[sync\n')
    loaded = load_settings(path, backup)

    assert loaded.settings.claude_paths == ("/only/here",)
    assert loaded.file_error is not None
    assert not loaded.blocks_reading
    assert backup.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "text", ['claude_paths = "/only/here"\n', 'claude_paths = ["/only\n']
)
def test_lost_folders_block_reading(tmp_path: Path, text: str) -> None:
    path, backup = tmp_path / "settings.toml", tmp_path / "b.toml"
    path.write_text(text)

    loaded = load_settings(path, backup)

    assert loaded.blocks_reading
    assert loaded.settings.claude_paths == ()


def test_an_unreadable_file_may_have_limited_the_folders(
    tmp_path: Path,
) -> None:
    path = tmp_path / "settings.toml"
    path.mkdir()

    loaded = load_settings(path, tmp_path / "b.toml")

    assert loaded.file_error is not None
    assert loaded.blocks_reading


def test_a_damaged_backup_does_not_count_as_the_last_valid_file(
    tmp_path: Path,
) -> None:
    path, backup = tmp_path / "settings.toml", tmp_path / "b.toml"
    for file in (path, backup):
        file.write_text('claude_paths = ["/only\n')

    loaded = load_settings(path, backup)

    assert loaded.settings == Settings()
    assert loaded.file_error is not None
    assert loaded.blocks_reading


def test_a_deleted_file_means_the_defaults_for_good(tmp_path: Path) -> None:
    path, backup = tmp_path / "settings.toml", tmp_path / "b.toml"
    path.write_text('[sync]\nprojects = "hidden"\n')
    load_settings(path, backup)

    path.unlink()

    assert load_settings(path, backup).settings == Settings()
    assert not backup.exists()


def test_the_options_that_a_file_sets_are_named(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[icon]\nstyle = "pie"\n[prices.m]\nmultiplier = 2\n')
    broken = tmp_path / "broken.toml"
    broken.write_text("[icon")

    assert read_option_names(path) == {"icon.style", "prices"}
    assert read_option_names(broken) == frozenset()
    assert read_option_names(tmp_path / "missing.toml") == frozenset()
    assert load_settings_or_defaults(broken) == Settings()


def test_a_text_without_meaning_to_any_system_is_refused() -> None:
    settings = parse_settings({"sync": {"machine_name": "a\0b"}})

    assert "NUL" in settings.invalid["sync.machine_name"].summary
