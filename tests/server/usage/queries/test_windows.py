from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.domain.limit import FIVE_HOUR
from claude_tray.domain.span import Reckoning, Span, officials, span_begun_by
from claude_tray.domain.window import Rule, Source
from claude_tray.server.usage.models import ClaudeAccount, LimitTold
from claude_tray.server.usage.queries import windows
from claude_tray.server.usage.queries.spans import reckoning, spans
from claude_tray.server.usage.receive import receive
from tests.support.sending import a_request, a_row
from tests.support.sent import decoded
from tests.support.server import a_user

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = 3_600_000
NOW_MS = int(NOW.timestamp() * 1000)


def send(user: User, *times: datetime, **agent: Any) -> None:
    rows = [
        a_row(at, f"msg_{agent.get('machine_id', '')}{at.timestamp()}")
        for at in times
    ]
    receive(user, decoded(a_request(*rows, **agent)), NOW)


def account_of(user: User) -> int:
    return int(ClaudeAccount.objects.get(user=user).pk)


def plain_loop(times: list[int], how: Reckoning) -> list[Span]:
    """Return the windows as one who reads every reply finds them."""
    found: list[Span] = []
    last_end = 0
    for at in sorted(times):
        if at >= last_end:
            found.append(span_begun_by(at, last_end, how))
            last_end = found[-1].end_ms
    return found


@pytest.mark.parametrize("rule", Rule)
@pytest.mark.parametrize("told", [0, 3])
def test_windows_are_those_of_a_loop_over_every_reply(
    rule: Rule,
    told: int,
) -> None:
    chance = random.Random(5)
    for _ in range(20):
        user = a_user("loop")
        at, times = NOW_MS - 300 * HOUR, []
        for _ in range(chance.randrange(1, 60)):
            gaps = [chance.randrange(1, HOUR), chance.randrange(1, 6 * HOUR)]
            at += chance.choice([*gaps, 5 * HOUR, 5 * HOUR - 1])
            times.append(at)
        times = [at for at in times if at <= NOW_MS]
        send(user, *[windows.moment(at) for at in times])
        ends = [chance.choice(times) + 2 * HOUR for _ in range(told)]
        how = Reckoning(rule, officials(ends))

        found = list(spans(account_of(user), how, NOW_MS))

        assert found == plain_loop(times, how)


def test_machines_of_one_account_share_its_window(ana: User) -> None:
    send(ana, NOW - timedelta(hours=2), machine_id="m1", account="a")
    send(ana, NOW - timedelta(hours=1), machine_id="m2", account="a")
    send(ana, NOW - timedelta(hours=4), machine_id="m2", account="b")

    state = windows.state(ana.pk, NOW, None)

    assert state is not None
    assert state.key == "a"
    assert state.profile.window is not None
    assert state.profile.window.start == NOW - timedelta(hours=2)
    assert state.profile.window.totals.messages == 2
    assert [each.key for each in windows.states(ana.pk, NOW)] == ["a", "b"]


def test_late_news_of_another_machine_moves_the_start(ana: User) -> None:
    send(
        ana,
        NOW - timedelta(hours=1),
        machine_id="m1",
        as_of=NOW.isoformat(),
    )
    behind = (NOW - timedelta(hours=3)).isoformat()
    send(ana, machine_id="m2", as_of=behind)

    before = windows.state(ana.pk, NOW, None)
    send(
        ana,
        NOW - timedelta(hours=2),
        machine_id="m2",
        as_of=NOW.isoformat(),
    )
    after = windows.state(ana.pk, NOW, None)

    assert before is not None
    assert after is not None
    assert before.profile.is_provisional
    assert not after.profile.is_provisional
    assert after.profile.window is not None
    assert after.profile.window.start == NOW - timedelta(hours=2)


def test_what_claude_code_told_wins_while_it_lasts(ana: User) -> None:
    resets = NOW + timedelta(hours=2)
    told = {
        "name": FIVE_HOUR,
        "used_percentage": 41.5,
        "resets_at": resets.isoformat(),
        "observed_at": NOW.isoformat(),
    }
    send(ana, NOW - timedelta(hours=1), account="a", limits=[told])

    state = windows.state(ana.pk, NOW, "a")
    later = windows.state(ana.pk, resets + timedelta(seconds=1), "a")

    assert state is not None
    assert state.profile.window is not None
    assert state.profile.window.end == resets
    assert state.profile.window.source is Source.OFFICIAL
    assert state.profile.used is not None
    assert state.profile.used.percent == 41.5
    assert later is not None
    assert later.profile.window is None


def test_the_rule_is_learnt_from_resets_that_were_told(ana: User) -> None:
    starts = [NOW - timedelta(hours=h) for h in (60, 40, 20)]
    send(ana, *[start + timedelta(minutes=7) for start in starts])
    account = account_of(ana)
    for start in starts:
        LimitTold.objects.create(
            account_id=account,
            name=FIVE_HOUR,
            resets_ms=windows.millis(start + timedelta(hours=5)),
            percent=10,
            told_ms=windows.millis(start + timedelta(hours=1)),
        )

    how = reckoning(account, None, NOW_MS)

    assert how.source is Source.LEARNT
    assert how.rule in {Rule.HOUR, Rule.TEN_MINUTES}


def test_a_clock_that_is_fast_opens_no_window(ana: User) -> None:
    send(ana, NOW + timedelta(minutes=6))

    state = windows.state(ana.pk, NOW, None)

    assert state is not None
    assert state.profile.window is None


def test_without_usage_there_is_no_account(ana: User) -> None:
    assert windows.state(ana.pk, NOW, None) is None
