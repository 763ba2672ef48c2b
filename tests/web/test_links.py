from __future__ import annotations

import pytest

from claude_tray.web.links import PageAddress


def test_a_changed_query_starts_at_the_first_page() -> None:
    query = (("machine", "a b"), ("page", "3"), ("mark", "1.2"))

    link = PageAddress("/sessions/", query).change_query(account="ü", days=7)

    assert link == "?machine=a+b&account=%C3%BC&days=7"


def test_a_query_can_lose_keys_and_be_continued() -> None:
    address = PageAddress("/", (("days", "7"), ("machine", "m&1")))

    assert address.change_query(days=None) == "?machine=m%261"
    assert address.start_query("days") == "?machine=m%261&"
    assert address.start_query("days", "machine") == "?"
    assert address.list_fields("days") == [("machine", "m&1")]


@pytest.mark.parametrize(
    ("path", "target", "mark"),
    [
        ("/", "/", "page"),
        ("/projects/", "/projects/", "page"),
        ("/projects/shop/", "/projects/", "true"),
        ("/projects/", "/", ""),
        ("/projects/", "/sessions/", ""),
    ],
)
def test_a_link_to_this_page_or_above_it_is_marked(
    path: str, target: str, mark: str
) -> None:
    assert PageAddress(path).mark_link(target) == mark
    below = PageAddress(f"/team{path}", root="/team/")
    assert below.mark_link(f"/team{target}") == mark
