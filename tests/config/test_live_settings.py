from __future__ import annotations

import queue
from typing import TYPE_CHECKING

from claude_tray.config.live_settings import LiveSettings
from claude_tray.config.writer import save_settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from claude_tray.config.schema import Settings


def test_a_change_by_another_program_is_published(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    live = LiveSettings(path, tmp_path / "backup.toml")
    published: queue.Queue[Settings] = queue.Queue()
    live.subscribe(published.put)
    live.start()
    try:
        save_settings(path, {"icon.style": "ring"})

        assert published.get(timeout=30).icon_style == "ring"
    finally:
        live.stop()
    assert live.current.icon_style == "ring"


def test_an_unchanged_file_publishes_nothing(tmp_path: Path) -> None:
    live = LiveSettings(tmp_path / "settings.toml", tmp_path / "backup.toml")
    published: list[Settings] = []
    live.subscribe(published.append)

    live.reload_if_changed()

    assert published == []
    live.stop()


def test_an_invalid_file_keeps_the_last_valid_settings(
    tmp_path: Path,
) -> None:
    path = tmp_path / "settings.toml"
    save_settings(path, {"icon.style": "ring"})
    live = LiveSettings(path, tmp_path / "backup.toml")

    path.write_text("[icon\n")
    live.reload_if_changed()

    assert live.current.icon_style == "ring"
    assert "line 1" in live.problem

    path.write_text('[icon]\nstyle = "pie"\ncolor = "red"\n')
    live.reload_if_changed()

    assert live.current.icon_style == "pie"
    assert live.problem == ""


def test_an_invalid_price_is_a_problem_and_the_rest_applies(
    tmp_path: Path,
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        '[icon]\nstyle = "pie"\n[prices."x"]\ninput = inf\noutput = 1\n'
    )

    live = LiveSettings(path, tmp_path / "backup.toml")

    assert live.current.icon_style == "pie"
    assert live.problem.startswith('The setting prices."x".input must be')


def test_one_invalid_value_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    save_settings(path, {"icon.style": "ring", "sync.projects": "hidden"})
    live = LiveSettings(path, tmp_path / "backup.toml")

    path.write_text('[icon]\nstyle = "pie"\n[sync]\nprojects = "hiden"\n')
    live.reload_if_changed()

    assert live.current.icon_style == "pie"
    assert live.current.sync_projects == "hidden"
    assert "sync.projects" in live.problem
    assert live.loaded.sync_error is not None


def test_a_restart_with_an_invalid_file_keeps_the_last_valid_settings(
    tmp_path: Path,
) -> None:
    path, backup = tmp_path / "settings.toml", tmp_path / "backup.toml"
    save_settings(path, {"sync.projects": "hidden"})
    LiveSettings(path, backup)
    path.write_text("[sync\n")

    live = LiveSettings(path, backup)

    assert live.current.sync_projects == "hidden"
    assert live.loaded.sync_error is not None
    assert backup.stat().st_mode & 0o077 == 0


def test_thousands_of_unknown_keys_are_logged_as_a_count(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("".join(f"k{n} = 1\n" for n in range(2_000)))

    LiveSettings(path, tmp_path / "backup.toml")

    assert len(caplog.records) == 6
    assert "count=2000" in caplog.text
