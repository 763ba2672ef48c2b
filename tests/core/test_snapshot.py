from __future__ import annotations

from decimal import Decimal

from claude_tray.core.limits import (
    LimitKind,
    LimitMoney,
    LimitSample,
    LimitSource,
)
from claude_tray.core.snapshot import (
    AccountSnapshot,
    Snapshot,
    build_limit_usage,
)
from tests.support.builders import at, ms
from tests.support.limits import make_limit_usage


def test_last_used_account_is_first() -> None:
    state = AccountSnapshot(name="work", path="/home/ada/.claude")

    assert Snapshot(at("09:00")).latest_account is None
    assert Snapshot(at("09:00"), accounts=(state,)).latest_account is state


def test_limits_are_found_by_kind() -> None:
    five_hour, week, opus = (
        make_limit_usage(name, 38, at("15:00"), at("10:00"))
        for name in ("five_hour", "seven_day", "seven_day_opus")
    )
    money = LimitMoney(Decimal("106.31"), None, "USD")
    extra = make_limit_usage(
        "extra_usage", None, None, at("10:00"), LimitSource.CACHE, money
    )
    limits = (five_hour, week, opus, extra)
    state = AccountSnapshot("work", "/w", limits=limits)

    assert state.used == five_hour
    assert state.weekly == (week, opus)
    assert AccountSnapshot("work", "/w", limits=(week,)).used is None
    assert (opus.kind, opus.scope) == (LimitKind.MODEL, "Opus")
    assert (extra.kind, extra.percent_or_zero) == (LimitKind.SPEND, 0)


def test_a_limit_without_a_reset_is_current() -> None:
    sample = LimitSample("", "seven_day", 5.0, None, ms("10:00"))
    usage = build_limit_usage(sample)

    assert (usage.percent, usage.resets_at) == (5, None)
    assert usage.is_current(at("11:00"))
    ended = make_limit_usage("seven_day", 5, at("11:00"), at("10:00"))
    assert not ended.is_current(at("11:00"))
