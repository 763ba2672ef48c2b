"""Usage that earlier versions stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from claude_tray.core.price_table import RULES_VERSION
from claude_tray.server.accounts.models import User
from claude_tray.server.pricing import get_price_table
from claude_tray.server.run_server import needs_repricing
from claude_tray.server.usage.day_models import UsageTotal
from claude_tray.server.usage.ingest import store_request
from claude_tray.server.usage.models import (
    LimitTold,
    Machine,
    Model,
    Session,
    SessionShare,
    UsageCell,
    UsageSnapshot,
)
from claude_tray.server.usage.repair import repair_stored_usage
from claude_tray.server.usage.server_identity import get_server
from tests.support.request_json import make_request, make_row
from tests.support.server_addresses import (
    EXTREME_ZONES,
    find_broken_addresses,
)
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
)
from tests.support.server_records import (
    assert_aggregates_match_snapshots,
    decode_request,
    load_snapshots,
)

NOW = datetime.now(UTC)
UNKNOWN = "claude-unheard-of-9"
FREE = "claude-unheard-of-8"


@pytest.fixture(scope="module", autouse=True)
def _no_other_users() -> None:
    """Delete the hundreds of users of other tests: a repair reads all."""
    User.objects.all().delete()


def _repair() -> None:
    """Repair as the first start of this version does."""
    server = get_server()
    server.repair_version = 0
    server.save()
    call_command("migrate", verbosity=0)


def test_messages_of_claude_code_itself_make_no_cost_unknown(
    ana: User,
) -> None:
    """As a third-party agent sends them after an API error."""
    synthetic = make_row(
        NOW, "b0f3", "<synthetic>", input_tokens=0, output_tokens=0
    )
    agent = ApiClient(create_device_token(ana))

    response = agent.post(
        "agent-sync/", make_request(make_row(NOW), synthetic)
    )

    assert response.body["status"] == "success"
    assert response.body["snapshots_received"] == 2
    assert response.body["snapshots_unchanged"] == 1
    stats = ApiClient(create_access_token(ana)).get("stats/").body
    assert stats["total_messages"] == 1
    assert stats["total_cost_usd"] is not None


def test_a_response_without_tokens_makes_no_cost_unknown(ana: User) -> None:
    free = make_row(NOW, "msg_2", UNKNOWN, input_tokens=0, output_tokens=0)
    agent = ApiClient(create_device_token(ana))

    agent.post("agent-sync/", make_request(make_row(NOW), free))

    stats = ApiClient(create_access_token(ana)).get("stats/").body
    assert stats["total_messages"] == 2
    assert stats["total_cost_usd"] is not None


def test_stored_messages_of_claude_code_itself_are_removed(ana: User) -> None:
    rows = [make_row(NOW, f"msg_{n}", UNKNOWN) for n in range(3)]
    free = make_row(NOW, "msg_9", FREE, input_tokens=0, output_tokens=0)
    store_request(
        ana, decode_request(make_request(make_row(NOW, "msg_7"), free)), NOW
    )
    store_request(ana, decode_request(make_request(*rows, session="s2")), NOW)
    _store_as_before(ana)
    assert_aggregates_match_snapshots(ana)

    _repair()

    assert_aggregates_match_snapshots(ana)
    assert len(load_snapshots(ana)) == 2
    assert {row.cost_nano is None for row in load_snapshots(ana)} == {False}
    assert Session.objects.get(user=ana, session_id="s2").messages == 0
    stats = ApiClient(create_access_token(ana)).get("stats/").body
    assert stats["total_cost_usd"] is not None
    _repair()
    assert len(load_snapshots(ana)) == 2


def _store_as_before(user: User) -> None:
    """Change usage to what earlier versions stored."""
    synthetic, _ = Model.objects.get_or_create(name="<synthetic>")
    unknown = Model.objects.get(name=UNKNOWN)
    for model in (UsageSnapshot, SessionShare, UsageCell, UsageTotal):
        model.objects.filter(user=user, model=unknown).update(model=synthetic)
    UsageSnapshot.objects.filter(user=user, model__name=FREE).update(
        cost_nano=None
    )
    for table in (SessionShare, UsageCell, UsageTotal):
        table.objects.filter(user=user, model__name=FREE).update(unpriced=1)
    Session.objects.filter(user=user, session_id="s1").update(unpriced=1)


def test_stored_values_without_bounds_are_repaired(ana: User) -> None:
    limit = {
        "name": "five_hour",
        "used_percentage": 5,
        "resets_at": (NOW + timedelta(hours=1)).isoformat(),
        "observed_at": NOW.isoformat(),
    }
    body = make_request(make_row(NOW), account="a", limits=[limit])
    store_request(ana, decode_request(body), NOW)
    _spoil(ana)
    assert find_broken_addresses(ana, *EXTREME_ZONES)

    _repair()

    assert find_broken_addresses(ana, *EXTREME_ZONES) == {}
    session = Session.objects.get(user=ana)
    assert session.session_id.startswith("a_b")
    machine = Machine.objects.get(user=ana)
    assert machine.name.isprintable()
    assert machine.as_of is None


def _spoil(user: User) -> None:
    first_year = datetime(1, 1, 1, tzinfo=UTC)
    Machine.objects.filter(user=user).update(
        as_of=first_year, name="n\x1b[31m", last_sync_at=NOW
    )
    Session.objects.filter(user=user).update(session_id="a/b")
    LimitTold.objects.filter(account__user=user).update(told_ms=-(10**14))


def test_a_repaired_database_is_not_searched_again(ana: User) -> None:
    store_request(ana, decode_request(make_request(make_row(NOW))), NOW)
    Session.objects.filter(user=ana).update(session_id="a/b")

    repair_stored_usage()

    assert Session.objects.get(user=ana).session_id == "a/b"


def test_repaired_costs_need_no_other_price_table() -> None:
    server, version = get_server(), get_price_table().version
    server.price_version = version.removesuffix(RULES_VERSION)
    server.save()

    _repair()

    assert not needs_repricing()
