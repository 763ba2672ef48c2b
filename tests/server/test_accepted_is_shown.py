"""Whatever POST agent-sync/ accepts, every address shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.request_json import make_request, make_row
from tests.support.server_addresses import (
    EXTREME_ZONES,
    ZONES,
    find_broken_addresses,
)
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    make_user,
)
from tests.support.workload import scale_count

NOW = datetime.now(UTC)
SOON = (NOW + timedelta(hours=2)).isoformat()
TIMES = [
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"),
    *("0001-01-01T00:00:00-12:00", "9999-12-31T23:59:59Z"),
    *("9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999999+14:00"),
    *("1969-12-31T23:59:59Z", "1970-01-01", "2019-12-31T23:59:59Z"),
    *("2020-01-01T00:00:00+23:59", "2199-12-31T23:59:59-23:59"),
    *("2100-01-01", "2026-W48-7", "20261129T060000Z", "1764396000", ""),
    *(NOW.isoformat(), SOON, "2026-02-30T00:00:00Z", "yesterday"),
]
NAMES = [
    *("<b>x", '"><img src=x onerror=alert(1)>', "{{7*7}}{% debug %}"),
    *("abc\u202egnp.exe", "a\u200b\u200db", "\ufeffx", "a\u2028b\u2029c"),
    *("\U0001f469\u200d\U0001f469\U0001f389", "e\u0301", "\u00e9", "\u00a0"),
    *(".", "..", "...", " ", "x ", "%2F%00", "a?b=c&d#e", "a;b", "-", "/"),
    *("a/b", "../x", "..\\x", "';DROP TABLE usage_project;--", "=1+1"),
    *("a\0b", "a\x1b[31mb", "a\r\nb", "\x7f", "a\u0085b\u009bc", "\ud800"),
    *('n"}\n# x 1\r\nclaude_x 1', "W" * 255, "W" * 256, "\U0001f389" * 255),
    *("read-here", "tokens", "", "null", "\uffff", "\U0010ffff"),
]
COUNTS: list[Any] = [
    *(0, 1, -1, 2**31 - 1, 2**31, 2**40, 2**63, 10**30, 1.5, -0.0, 1e300),
    *("5", True, None, [], {}),
]
PERCENTS = [-0.0, 0, 1, 99.5, 100, 250, 10_000, 10_001, -1, 1e308, "5", None]

names = st.one_of(st.sampled_from(NAMES), st.text(max_size=260))
times = st.sampled_from(TIMES)
counts = st.sampled_from(COUNTS)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Requests of which each field may be anything that JSON can have."""

    def pick(usual: Any, odd: st.SearchStrategy[Any]) -> Any:
        return usual if draw(st.integers(0, 9)) else draw(odd)

    rows = []
    for number in range(draw(st.integers(1, 3))):
        row = make_row(NOW - timedelta(minutes=number), f"msg_{number}")
        row["timestamp"] = pick(row["timestamp"], times)
        row["requestId"] = pick("r", names)
        row["isSidechain"] = pick(None, st.sampled_from([True, 0]))
        row["message"]["model"] = pick("claude-sonnet-4-20250514", names)
        row["message"]["id"] = pick(f"msg_{number}", names)
        usage = row["message"]["usage"]
        for field in ("output_tokens", "cache_read_input_tokens"):
            usage[field] = pick(1, counts)
        usage["speed"] = pick(None, names)
        usage["server_tool_use"] = pick(
            None, st.builds(lambda n: {"web_search_requests": n}, counts)
        )
        rows.append(row)
    body = make_request(*rows)
    (project,) = body["projects"]
    project["name"] = pick("shop", names)
    project["path"] = pick("/home/ana/shop", names)
    session = project["sessions"][0]
    session["session_id"] = pick("s1", names)
    session["account"] = pick("", names)
    body["agent"] = {
        "machine_id": pick("m1", names),
        "machine_name": pick("laptop", names),
        "store_id": pick("", names),
        "version": pick("1", names),
        "account": pick("a", names),
        "sent_at": pick(NOW.isoformat(), times),
        "as_of": pick(NOW.isoformat(), times),
        "to_seq": pick(0, counts),
        "limits": [
            {
                "name": pick(name, names),
                "used_percentage": pick(5, st.sampled_from(PERCENTS)),
                "resets_at": pick(SOON, times),
                "observed_at": pick(NOW.isoformat(), times),
                "account": pick("a", names),
            }
            for name in ("five_hour", "seven_day")
        ],
        "absent_limits": [
            {
                "name": pick("seven_day_opus", names),
                "observed_at": pick(NOW.isoformat(), times),
            }
        ],
    }
    return body


def _make_limit(**changes: Any) -> dict[str, Any]:
    return {
        "name": "five_hour",
        "used_percentage": 1,
        "resets_at": SOON,
        "observed_at": NOW.isoformat(),
    } | changes


def _send(**agent: Any) -> dict[str, Any]:
    return make_request(make_row(NOW), **{"account": "a"} | agent)


ODD_REQUESTS = {
    "as_of year 1": _send(as_of="0001-01-01T00:00:00Z"),
    "as_of year 0": _send(as_of="0001-01-01T00:00:00+14:00"),
    "sent_at year 10000": _send(sent_at="9999-12-31T23:59:59-14:00"),
    "sent_at year 1": _send(sent_at="0001-01-01T00:00:00Z"),
    "control characters": _send(machine_id="m\n\x1b[31m"),
    "injected metric": _send(machine_name='n"}\n# x 1\r\nclaude_x 1'),
    "NUL": _send(machine_id="m\0", store_id="s\0", version="v\0"),
    "limit NUL": _send(limits=[_make_limit(name="x\0y")]),
    "limit percent": _send(limits=[_make_limit(used_percentage=9999.0)]),
    "limit -0": _send(limits=[_make_limit(used_percentage=-0.0)]),
    "limit year 10000": _send(
        limits=[_make_limit(resets_at="9999-12-31T23:59:59-14:00")]
    ),
    "limit year 0": _send(
        limits=[_make_limit(observed_at="0001-01-01T00:00:00+14:00")]
    ),
    "week year 0": _send(
        limits=[
            _make_limit(
                name="seven_day", observed_at="0001-01-01T00:00:00+14:00"
            )
        ]
    ),
    "absent year 0": _send(
        absent_limits=[
            {"name": "x", "observed_at": "0001-01-01T00:00:00+14:00"}
        ]
    ),
    "account": _send(account="a\x1b"),
    "session": make_request(make_row(NOW), session="a/b"),
    "session ..": make_request(make_row(NOW), session=".."),
    "project ..": make_request(make_row(NOW), project=".."),
    "project bidi": make_request(make_row(NOW), project="a\u202eb"),
}


@pytest.mark.parametrize("zone", [*EXTREME_ZONES, "Asia/Kathmandu"])
def test_odd_values_break_no_address(zone: str) -> None:
    user = make_user("odd")
    agent = ApiClient(create_access_token(user))

    statuses = {
        name: agent.post("agent-sync/", json.dumps(body).encode()).status
        for name, body in ODD_REQUESTS.items()
    }

    assert set(statuses.values()) == {200, 400}
    assert find_broken_addresses(user, zone) == {}


@pytest.mark.timeout(600)
@settings(
    deadline=None,
    max_examples=scale_count(8),
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(bodies(), min_size=1, max_size=5),
    st.sampled_from(ZONES + EXTREME_ZONES * 5),
)
def test_every_address_shows_what_was_accepted(
    sent: list[dict[str, Any]], zone: str
) -> None:
    user = make_user("any")
    agent = ApiClient(create_access_token(user))

    for body in sent:
        response = agent.post("agent-sync/", json.dumps(body).encode())
        assert response.status in (200, 400), response.body

    assert find_broken_addresses(user, zone) == {}
    later = agent.post("agent-sync/", _send(machine_id="other"))
    assert later.body["status"] == "success"


@pytest.mark.parametrize("name", ["\U0001f389" * 255, "\U0010ffff" * 255])
def test_the_longest_names_fit_every_index(name: str) -> None:
    user = make_user("long")
    row = make_row(NOW, "msg_1", name, speed=name, inference_geo=name)
    row["message"]["usage"]["service_tier"] = name

    response = ApiClient(create_access_token(user)).post(
        "agent-sync/", make_request(row, project=name, session=name)
    )

    assert response.status == 200
    assert find_broken_addresses(user, "UTC") == {}
