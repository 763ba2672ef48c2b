from __future__ import annotations

import io
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from claude_tray.popup.compose import view_of
from claude_tray.popup.controller import Controller
from claude_tray.popup.drawn.picture import draw_popup
from claude_tray.popup.drawn.sheet import Look
from claude_tray.popup.host import WARM_SECONDS, Host
from claude_tray.popup.order import Ask, Show, Volatile, ask_of, line_of
from claude_tray.popup.place import Area
from tests.support.desktop import until
from tests.support.popups import a_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 24, 12, 13, tzinfo=UTC)
SHOW = Show("popup", "store", "settings", "state", (), (1, 2, 3, 4))


class Still:
    """A surface that shows the same for ever."""

    is_framed = False
    title = "Claude Code: 2h 47m"
    clipboard = ""

    def __init__(self, wish: Callable[[Ask], None]) -> None:
        self.heard: list[Volatile] = []
        self.is_closed = False
        view = view_of(a_moment("pace"))
        self.control = Controller(
            lambda look: draw_popup(view, look),
            lambda name: wish(Ask(name)),
            Look(),
            ("projects",),
        )

    def look_again(self, now: datetime) -> None:
        assert now == NOW

    def hear(self, state: Volatile) -> None:
        self.heard.append(state)

    def elsewhere(self) -> Ask | None:
        return Ask("notify", self.title)

    def close(self) -> None:
        self.is_closed = True


class Post:
    """Hands in orders as the tray does, and reads the wishes."""

    def __init__(self, orders: TextIO) -> None:
        self.orders = orders
        self.out = io.StringIO()
        self.seconds = 0.0
        self.surfaces: list[Still] = []
        self.host = Host(
            self._make, self.out, (lambda: NOW, lambda: self.seconds)
        )

    def send(self, order: Show | Volatile | str) -> None:
        self.orders.write(line_of(order))
        self.orders.flush()

    @property
    def wishes(self) -> list[Ask]:
        return [ask_of(line) for line in self.out.getvalue().splitlines()]

    def ticked_until(self, holds: Callable[[], bool]) -> None:
        def tick() -> bool:
            self.host.tick()
            return holds()

        until(tick)

    def _make(self, show: Show, wish: Callable[[Ask], None]) -> Still:
        assert show._replace(anchor=None) == SHOW._replace(anchor=None)
        self.surfaces.append(Still(wish))
        return self.surfaces[-1]


@contextmanager
def _post() -> Iterator[Post]:
    read, write = os.pipe()
    with os.fdopen(write, "w") as orders, os.fdopen(read) as source:
        post = Post(orders)
        thread = post.host.listen(source)
        try:
            yield post
        finally:
            orders.close()
            thread.join()


def test_it_is_shown_beside_the_icon_when_it_is_told_to() -> None:
    with _post() as post:
        post.send(SHOW)
        post.ticked_until(lambda: post.host.is_shown)

        assert post.host.anchor == Area(1, 2, 3, 4)
        assert post.surfaces[0].heard == [Volatile()]


def test_it_hears_what_is_not_in_the_store_before_and_after() -> None:
    with _post() as post:
        post.send(Volatile(0.1))
        post.send(SHOW)
        post.send(Volatile(0.2))
        post.ticked_until(
            lambda: len(post.surfaces) == 1 and len(post.surfaces[0].heard) > 1
        )

        assert post.surfaces[0].heard == [Volatile(0.1), Volatile(0.2)]


def test_wishes_are_passed_on_and_the_wish_to_close_obeyed() -> None:
    with _post() as post:
        post.send(SHOW)
        post.ticked_until(lambda: post.host.is_shown)
        post.surfaces[0].control.act("refresh")
        post.surfaces[0].control.act("close")

        assert post.wishes == [Ask("refresh"), Ask("hidden")]


def test_closed_by_the_hand_it_is_hidden_and_stays_warm() -> None:
    with _post() as post:
        post.send(SHOW)
        post.ticked_until(lambda: post.host.is_shown)
        post.surfaces[0].control.key("Escape")
        post.host.tick()
        assert post.wishes == [Ask("hidden")]

        ended = []
        for post.seconds in (WARM_SECONDS - 1, WARM_SECONDS + 1):
            post.host.tick()
            ended.append(post.host.has_ended)
        assert ended == [False, True]
        assert post.surfaces[0].is_closed


def test_while_it_is_shown_it_does_not_grow_cold() -> None:
    with _post() as post:
        post.send(SHOW)
        post.ticked_until(lambda: post.host.is_shown)

        post.seconds = 10 * WARM_SECONDS
        post.host.tick()

        assert not post.host.has_ended


def test_hidden_by_the_tray_it_can_be_shown_again() -> None:
    with _post() as post:
        post.send(SHOW)
        post.send("hide")
        post.send(SHOW._replace(anchor=None))
        post.ticked_until(lambda: len(post.surfaces) == 2)

        assert post.surfaces[0].is_closed
        assert post.host.is_shown


def test_a_second_click_on_the_icon_closes_it() -> None:
    with _post() as post:
        post.send(SHOW)
        post.ticked_until(lambda: post.host.is_shown)
        post.send(SHOW)
        post.ticked_until(lambda: not post.host.is_shown)

        assert post.wishes == [Ask("hidden")]


def test_a_click_that_took_the_focus_does_not_open_it_again() -> None:
    with _post() as post:
        post.send(SHOW)
        post.ticked_until(lambda: post.host.is_shown)
        post.surfaces[0].control.is_open = False
        post.host.tick()
        post.seconds = 0.2
        post.send(SHOW)
        post.ticked_until(lambda: len(post.wishes) == 2)
        assert not post.host.is_shown

        post.seconds = 1.2
        post.send(SHOW)
        post.ticked_until(lambda: post.host.is_shown)


def test_it_ends_when_it_is_told_to_and_when_the_tray_is_gone() -> None:
    with _post() as post:
        post.send("quit")
        post.ticked_until(lambda: post.host.has_ended)
    with _post() as post:
        post.orders.close()
        post.ticked_until(lambda: post.host.has_ended)


def test_a_wish_that_nobody_hears_ends_it() -> None:
    read, write = os.pipe()
    os.close(read)
    # Line by line, so that nothing is left to be written at the end.
    with os.fdopen(write, "wb", buffering=0) as raw:
        out = io.TextIOWrapper(raw, write_through=True)
        host = Host(
            lambda _, wish: Still(wish), out, (lambda: NOW, lambda: 0.0)
        )
        host.say(Ask("refresh"))
        assert host.has_ended
        out.detach()


def test_without_a_window_each_showing_is_notified() -> None:
    with _post() as post:
        post.send(SHOW)
        post.send("quit")
        post.host.run_without_window()

        assert post.wishes == [
            Ask("notify", "Claude Code: 2h 47m"),
            Ask("hidden"),
        ]
