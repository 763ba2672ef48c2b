from __future__ import annotations

import queue
from typing import TYPE_CHECKING

from claude_tray.config.live_settings import LiveSettings
from claude_tray.config.writer import save_settings

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.config.schema import Settings


def test_a_change_by_another_program_is_published(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    live = LiveSettings(path)
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
    live = LiveSettings(tmp_path / "settings.toml")
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
    live = LiveSettings(path)

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

    live = LiveSettings(path)

    assert live.current.icon_style == "pie"
    assert live.problem.startswith('The setting prices."x".input must be')
