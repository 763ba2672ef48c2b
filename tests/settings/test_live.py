from __future__ import annotations

import queue
from typing import TYPE_CHECKING

from claude_tray.settings.live import LiveSettings
from claude_tray.settings.save import save

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.settings.parse import Settings


def test_a_change_by_another_program_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    live = LiveSettings(path)
    told: queue.Queue[Settings] = queue.Queue()
    live.tell(told.put)
    live.start()
    try:
        save(path, {"icon.style": "ring"})

        assert told.get(timeout=30).icon_style == "ring"
    finally:
        live.stop()
    assert live.current.icon_style == "ring"


def test_a_look_at_what_is_as_it_was_tells_nothing(tmp_path: Path) -> None:
    live = LiveSettings(tmp_path / "settings.toml")
    told: list[Settings] = []
    live.tell(told.append)

    live.look()

    assert told == []
    live.stop()


def test_a_file_that_does_not_parse_keeps_the_last_good_ones(
    tmp_path: Path,
) -> None:
    path = tmp_path / "settings.toml"
    save(path, {"icon.style": "ring"})
    live = LiveSettings(path)

    path.write_text("[icon\n")
    live.look()

    assert live.current.icon_style == "ring"
    assert "line 1" in live.problem

    path.write_text('[icon]\nstyle = "pie"\ncolor = "red"\n')
    live.look()

    assert live.current.icon_style == "pie"
    assert live.problem == ""
