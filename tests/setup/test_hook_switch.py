"""Turn the hook in several folders, and back byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claude_tray.errors import SettingsError
from claude_tray.setup.hook_switch import load_hook_state, turn_hook
from claude_tray.setup.switches import SetupTarget

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = '{\n  "model": "opus"\n}\n'


@pytest.fixture
def target(tmp_path: Path) -> SetupTarget:
    """Two folders; a third one does not exist."""
    folders = tuple(tmp_path / name for name in ("one", "two", "three"))
    for folder in folders[:2]:
        folder.mkdir()
    (folders[0] / "settings.json").write_text(SETTINGS)
    (tmp_path / "config").mkdir()
    return SetupTarget(tmp_path / "config" / "settings.toml", folders)


def test_it_changes_what_it_says_and_back(target: SetupTarget) -> None:
    one, two, three = (f / "settings.json" for f in target.folders)
    before = load_hook_state(target)

    turn_hook(target, is_on=True)

    on, text = load_hook_state(target), one.read_text()
    assert not before.is_on
    assert [change.path for change in before.changes] == [str(one), str(two)]
    assert all(line in text for line in before.changes[0].added)
    assert before.changes[1].removed == ()
    assert on.is_on
    assert on.changes[0].removed == before.changes[0].added
    assert on.changes[0].added == before.changes[0].removed
    assert not three.parent.exists()

    turn_hook(target, is_on=False)

    assert load_hook_state(target) == before
    assert one.read_text() == SETTINGS
    assert not two.exists()


def test_a_folder_that_fails_leaves_the_others(target: SetupTarget) -> None:
    one, two, _ = (f / "settings.json" for f in target.folders)
    two.write_text("[]")

    with pytest.raises(SettingsError):
        turn_hook(target, is_on=True)

    assert one.read_text() == SETTINGS
    assert two.read_text() == "[]"
