from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claude_tray.engine.choices import Choices, Folder
from claude_tray.engine.upkeep import Upkeep, last_known
from claude_tray.errors import StoreCorruptError
from claude_tray.store.connection import open_writer
from tests.support.builders import PRICES, a_record, at
from tests.support.keeping import keep

if TYPE_CHECKING:
    from pathlib import Path


def test_a_store_is_looked_through_at_first_and_once_a_day(
    tmp_path: Path,
) -> None:
    path = tmp_path / "usage.db"
    with closing(open_writer(path)) as writer:
        keep(writer, a_record())
        upkeep = Upkeep(path, writer)
        upkeep.check(at("09:00"))
        writer.execute("UPDATE message SET input = input + 1")

        upkeep.check(at("23:59"))
        with pytest.raises(StoreCorruptError):
            upkeep.check(at("00:00", day=2))


def test_a_store_is_not_looked_through_on_the_day_it_was_made(
    tmp_path: Path,
) -> None:
    path = tmp_path / "usage.db"
    with closing(open_writer(path)) as writer:
        upkeep = Upkeep(path, writer)
        keep(writer, a_record())
        writer.execute("UPDATE message SET input = input + 1")

        upkeep.check(at("09:00"))
        with pytest.raises(StoreCorruptError):
            upkeep.check(at("00:00", day=2))


def test_what_is_known_of_a_store_is_shown_or_nothing(tmp_path: Path) -> None:
    choices = Choices((Folder(tmp_path / "claude"),), PRICES)
    path = tmp_path / "usage.db"
    nothing = last_known(path, choices, at("10:00"))
    with closing(open_writer(path)) as writer:
        keep(writer, a_record("09:00"))

    known = last_known(path, choices, at("10:00"))

    assert (nothing.profiles, nothing.today.messages) == ((), 0)
    assert known.today.messages == 1


def test_another_store_in_its_place_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "usage.db"
    with closing(open_writer(path)) as writer:
        upkeep = Upkeep(path, writer)
        assert not upkeep.is_gone()

        path.replace(tmp_path / "elsewhere.db")

        assert upkeep.is_gone()
