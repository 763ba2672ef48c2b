from __future__ import annotations

from claude_tray.providers.claude_code.limit_values import (
    MAX_LIMITS,
    parse_limit_table,
)


def test_many_unknown_limits_displace_no_usual_one() -> None:
    usage = {"used_percentage": 10, "resets_at": 1_800_000_000}
    table = {f"window_{number}": usage for number in range(100)}
    table |= {"seven_day": usage, "five_hour": usage}

    reported = parse_limit_table(table)

    names = [limit.name for limit in reported.limits]
    assert names[:2] == ["five_hour", "seven_day"]
    assert len(names) == MAX_LIMITS
    assert reported.ignored == len(table) - MAX_LIMITS
