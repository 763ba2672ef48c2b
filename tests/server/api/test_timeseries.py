from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.time import format_iso
from claude_tray.server.usage.queries.series import MAX_SERIES
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
)

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


NOW = datetime.now(UTC).replace(minute=20, second=0, microsecond=0)
SONNET, OPUS = "claude-sonnet-4-20250514", "claude-opus-4-20250514"
SUMS = (
    "input_tokens",
    "output_tokens",
    "cache_creation_tokens",
    "cache_read_tokens",
    "messages",
    "total_tokens_with_cache",
    "unpriced_messages",
)


@pytest.fixture
def client(ana: User) -> ApiClient:
    """Ana's client, after two days on two machines."""
    for number, (machine, project, account, model, hours) in enumerate(
        [
            ("m1", "shop", "a", SONNET, 1),
            ("m1", "shop", "a", OPUS, 2),
            ("m2", "site", "b", OPUS, 26),
            ("m2", "shop", "b", "acme-1", 27),
        ]
    ):
        rows = [
            make_row(
                NOW - timedelta(hours=hours, minutes=minutes),
                f"msg_{number}_{minutes}",
                model,
                input_tokens=100,
                output_tokens=50,
                cache_creation_input_tokens=30,
                cache_read_input_tokens=20,
            )
            for minutes in (0, 5)
        ]
        body = make_request(
            *rows,
            project=project,
            session=f"s{number}",
            machine_id=machine,
            machine_name="pi",
            account=account,
        )
        sender = ApiClient(create_device_token(ana, machine))
        assert sender.post("agent-sync/", body).status == 200
    return ApiClient(create_access_token(ana))


def read(client: ApiClient, path: str, **query: str) -> Any:
    response = client.get(path, **query)
    assert response.status == 200, response.body
    return response.body


def add(items: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(item[name] for item in items) for name in SUMS}


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("model", {SONNET, OPUS, "acme-1"}),
        ("project", {"shop", "site"}),
        ("account", {"a", "b"}),
        ("machine", {"m1", "m2"}),
    ],
)
def test_series_add_up_to_the_whole(
    client: ApiClient, by: str, keys: set[str]
) -> None:
    body = read(client, "timeseries/", by=by)

    assert {s["key"] for s in body["series"]} == keys
    parts = [p for series in body["series"] for p in series["points"]]
    assert add(parts) == add(body["points"]) == add(body["series"])
    assert sum(p["messages"] for p in parts) == 8
    for series in body["series"]:
        starts = [point["start"] for point in series["points"]]
        assert starts == sorted(set(starts))
        assert set(starts) <= {point["start"] for point in body["points"]}


def test_kinds_add_up_with_their_costs(client: ApiClient) -> None:
    body = read(client, "timeseries/", by="kind", model=SONNET)

    series = {s["key"]: s for s in body["series"]}
    # 200 at $3, 100 at $15, 60 at $3.75, 40 at $0.30 a million.
    assert {key: s["cost_usd"] for key, s in series.items()} == {
        "input": "0.0006",
        "output": "0.0015",
        "cache_write": "0.000225",
        "cache_read": "0.000012",
    }
    assert series["cache_write"]["cache_creation_tokens"] == 60
    assert series["input"]["total_tokens_with_cache"] == 200
    assert {s["messages"] for s in series.values()} == {0}


def test_a_kind_with_an_unknown_price_has_no_cost(client: ApiClient) -> None:
    body = read(client, "timeseries/", by="kind")

    for series in body["series"]:
        assert series["cost_usd"] is None
        assert series["unpriced_messages"] == 2


def test_machines_of_one_name_are_two_series(client: ApiClient) -> None:
    body = read(client, "timeseries/", by="machine")

    assert [s["name"] for s in body["series"]] == ["pi", "pi"]


def test_filters_apply_to_series(client: ApiClient) -> None:
    body = read(client, "timeseries/", by="project", machine="m2")

    assert {s["key"]: s["messages"] for s in body["series"]} == {
        "shop": 2,
        "site": 2,
    }


def test_many_parts_are_summed_as_the_rest(ana: User) -> None:
    rows = [
        make_row(NOW - timedelta(hours=1), f"m{n}", f"model-{n:02}")
        for n in range(MAX_SERIES + 5)
    ]
    ApiClient(create_device_token(ana)).post(
        "agent-sync/", make_request(*rows)
    )
    body = read(ApiClient(create_access_token(ana)), "timeseries/", by="model")

    assert len(body["series"]) == MAX_SERIES + 1
    assert (body["series"][-1]["is_rest"], body["series"][-1]["key"]) == (
        True,
        "",
    )
    assert body["series"][-1]["messages"] == 5


def test_without_by_there_are_no_series(client: ApiClient) -> None:
    body = read(client, "timeseries/")

    assert (body["by"], body["series"]) == (None, [])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"by": "color"}, "by"),
        ({"by": ""}, "by"),
    ],
    ids=str,
)
def test_impossible_series_are_rejected(
    client: ApiClient, query: dict[str, str], name: str
) -> None:
    response = client.get("timeseries/", **query)

    assert response.status == 400
    assert list(response.body["errors"]) == [name]


def test_a_period_is_compared_with_the_one_before(client: ApiClient) -> None:
    body = read(
        client,
        "comparison/",
        since=format_iso(NOW - timedelta(hours=24)),
        until=format_iso(NOW),
        machine="m1",
    )
    both = read(
        client,
        "comparison/",
        since=format_iso(NOW - timedelta(hours=24)),
        until=format_iso(NOW),
        model=OPUS,
    )

    assert body["current"]["total_messages"] == 4
    assert body["current"]["total_sessions"] == 2
    assert body["previous"]["total_messages"] == 0
    assert body["previous"]["until"] == body["current"]["since"]
    # Nothing before: no percentage.
    assert set(body["change_percent"].values()) == {None}
    # Two responses of Opus on each day.
    assert both["change_percent"]["total_tokens_with_cache"] == 0
    assert both["change_percent"]["total_cost_usd"] == 0


def test_a_change_is_a_percentage(client: ApiClient) -> None:
    body = read(
        client,
        "comparison/",
        since=format_iso(NOW - timedelta(hours=2, minutes=2)),
        until=format_iso(NOW),
    )

    # Three responses after one: the one five minutes earlier.
    assert body["current"]["total_messages"] == 3
    assert body["change_percent"]["total_messages"] == pytest.approx(200)


def test_without_times_the_last_week_is_compared(client: ApiClient) -> None:
    body = read(client, "comparison/")

    since, until = (
        datetime.fromisoformat(body["current"][name])
        for name in ("since", "until")
    )
    assert until - since == timedelta(days=7)


def test_a_period_that_ends_before_it_starts_is_empty(
    client: ApiClient,
) -> None:
    body = read(
        client,
        "comparison/",
        since=format_iso(NOW),
        until=format_iso(NOW - timedelta(days=3)),
    )

    assert body["current"]["total_messages"] == 0
    assert body["current"]["since"] == body["current"]["until"]


@pytest.mark.parametrize(
    ("query", "steps"), [({}, 10_000), ({"by": "model"}, 1_000)], ids=str
)
def test_of_too_many_steps_the_last_are_returned(
    client: ApiClient, query: dict[str, str], steps: int
) -> None:
    body = read(client, "timeseries/", since="1999-01-01", **query)
    short = read(client, "timeseries/")

    since, until = map(datetime.fromisoformat, (body["since"], body["until"]))
    assert until - since == timedelta(hours=steps)
    assert (body["is_truncated"], short["is_truncated"]) == (True, False)
    assert add(body["points"]) == add(short["points"])
