from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.store.connection import transaction
from claude_tray.store.project_roots import save_reported_root
from tests.support.builders import make_record
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from claude_tray.store.connection import Writer


def test_the_first_reported_root_of_a_worktree_stays(writer: Writer) -> None:
    save_records(writer, make_record(project="/home/ada/shop-fix"))

    with transaction(writer):
        for root in ("/home/ada/shop", "/home/ada/other"):
            save_reported_root(writer, "/home/ada/shop-fix", root)

    query = "SELECT root FROM project WHERE path = '/home/ada/shop-fix'"
    assert writer.execute(query).fetchone() == ("/home/ada/shop",)
