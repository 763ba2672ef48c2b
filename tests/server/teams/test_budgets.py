from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from claude_tray.server.teams import audit, budgets
from claude_tray.server.teams.budgets import BudgetDraft
from claude_tray.server.teams.memberships import TeamRuleError
from claude_tray.server.teams.models import (
    Budget,
    BudgetPeriod,
    BudgetScope,
    BudgetUnit,
    Membership,
)
from claude_tray.server.usage.ingest import store_request
from tests.server.teams.roster import add_member, make_team
from tests.server.teams.usage_samples import store_usage
from tests.support.request_json import make_request, make_row
from tests.support.server_api import make_user
from tests.support.server_records import decode_request

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User
    from claude_tray.server.teams.models import Team


NOW = datetime(2026, 3, 19, 12, tzinfo=UTC)
DAY, WEEK, MONTH = BudgetPeriod.DAY, BudgetPeriod.WEEK, BudgetPeriod.MONTH
USD, TOKENS = BudgetUnit.USD, BudgetUnit.TOKENS


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("250", USD, 250 * 10**9),
        (" 0.5 ", USD, 5 * 10**8),
        ("1,25", USD, 125 * 10**7),
        ("0.000000001", USD, 1),
        ("1000000000", USD, 10**18),
        ("7", TOKENS, 7),
        ("7.000", TOKENS, 7),
    ],
)
def test_amounts_are_exact(text: str, unit: BudgetUnit, amount: int) -> None:
    assert budgets.parse_amount(text, unit) == amount


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *[
            (text, USD)
            for text in ("", "0", "-1", "1e9", "nan", "\u0661", "1 000")
        ],
        *[(text, USD) for text in ("1000000001", "9" * 99, "1.2.3", "1" * 16)],
        *[(text, TOKENS) for text in ("0", "0.5", "1.1", "x")],
    ],
)
def test_other_texts_are_no_amounts(text: str, unit: BudgetUnit) -> None:
    with pytest.raises(TeamRuleError, match="not a valid budget"):
        budgets.parse_amount(text, unit)


@pytest.mark.parametrize(
    ("period", "first", "end"),
    [
        (DAY, datetime(2026, 3, 29), datetime(2026, 3, 30)),  # noqa: DTZ001
        (WEEK, datetime(2026, 3, 23), datetime(2026, 3, 30)),  # noqa: DTZ001
        (MONTH, datetime(2026, 3, 1), datetime(2026, 4, 1)),  # noqa: DTZ001
    ],
)
def test_periods_end_at_local_midnight(
    period: BudgetPeriod, first: datetime, end: datetime
) -> None:
    """The clocks change in Berlin on March 29."""
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 3, 29, 21, 59, tzinfo=UTC)

    found = budgets.compute_period(period, now, berlin)

    assert found.since_ms == first.replace(tzinfo=berlin).timestamp() * 1000
    assert found.until_ms == end.replace(tzinfo=berlin).timestamp() * 1000


def test_each_kind_of_budget_counts_what_it_is_for() -> None:
    team, ada, bob = make_team(), make_user("ada"), make_user("bob")
    member = add_member(team, ada)
    add_member(team, bob)
    outsider = make_user("eve")
    for user, project, account, tokens in (
        (ada, "shop", "a1", 1),
        (ada, "site", "a2", 10),
        (bob, "shop", "a1", 100),
        (outsider, "shop", "a1", 5000),
    ):
        store_usage(
            user,
            NOW,
            project=project,
            account=account,
            input_tokens=tokens,
            output_tokens=0,
        )
    store_usage(
        ada,
        NOW - timedelta(days=1),
        account="a1",
        input_tokens=1000,
        output_tokens=0,
    )
    drafts = [
        BudgetDraft(BudgetScope.TEAM, DAY, TOKENS, 1000),
        BudgetDraft(BudgetScope.MEMBER, DAY, TOKENS, 1000, member),
        BudgetDraft(BudgetScope.PROJECT, DAY, TOKENS, 1000, None, "shop"),
        BudgetDraft(BudgetScope.ACCOUNT, DAY, TOKENS, 1000, None, "a1"),
        BudgetDraft(BudgetScope.PROJECT, DAY, TOKENS, 1000, None, "none"),
        BudgetDraft(BudgetScope.MEMBER, MONTH, TOKENS, 10_000, member),
    ]
    for draft in drafts:
        budgets.set_budget(ada, team, draft, NOW)

    found = budgets.load_progress(team, budgets.list_budgets(team), NOW)

    assert [p.used for p in found] == [111, 11, 101, 101, 0, 1011]
    assert found[0].percent == pytest.approx(11.1)
    assert found[0].resets_at == datetime(2026, 3, 20, tzinfo=UTC)
    assert found[5].resets_at == datetime(2026, 4, 1, tzinfo=UTC)


def test_an_unknown_price_makes_the_cost_a_minimum() -> None:
    team, ada = make_team(), make_user("ada")
    add_member(team, ada)
    store_usage(ada, NOW, input_tokens=100_000, output_tokens=0)
    store_usage(ada, NOW, model="made-up-model")
    budgets.set_budget(
        ada, team, BudgetDraft(BudgetScope.TEAM, WEEK, USD, 6 * 10**8), NOW
    )

    (found,) = budgets.load_progress(team, budgets.list_budgets(team), NOW)

    assert (found.used, found.is_minimum) == (3 * 10**8, True)
    assert found.percent == 50


def test_setting_it_again_changes_the_amount() -> None:
    team, ada = make_team(), make_user("ada")
    draft = BudgetDraft(BudgetScope.PROJECT, DAY, USD, 10, None, "shop")
    budgets.set_budget(ada, team, draft, NOW)
    budgets.set_budget(ada, team, draft._replace(amount=20), NOW)
    budgets.set_budget(ada, team, draft._replace(period=WEEK), NOW)

    assert [b.amount for b in budgets.list_budgets(team)] == [20, 10]
    other = make_team("Other")
    first = budgets.list_budgets(team)[0]
    assert not budgets.delete_budget(ada, other, first.pk)
    assert budgets.delete_budget(ada, team, first.pk)
    assert len(budgets.list_budgets(team)) == 1
    assert [e.action for e in audit.list_team_entries(team)] == [
        *("budget.deleted", "budget.set", "budget.set", "budget.set"),
    ]


def test_a_budget_needs_a_target_of_its_team() -> None:
    team, ada = make_team(), make_user("ada")
    stranger = add_member(make_team("Other"), make_user("eve"))
    member = add_member(team, ada)
    wrong = [
        BudgetDraft(BudgetScope.MEMBER, DAY, USD, 1),
        BudgetDraft(BudgetScope.MEMBER, DAY, USD, 1, stranger),
        BudgetDraft(BudgetScope.MEMBER, DAY, USD, 1, member, "shop"),
        BudgetDraft(BudgetScope.PROJECT, DAY, USD, 1),
        BudgetDraft(BudgetScope.PROJECT, DAY, USD, 1, None, "a\0"),
        BudgetDraft(BudgetScope.PROJECT, DAY, USD, 1, None, "x" * 256),
        BudgetDraft(BudgetScope.TEAM, DAY, USD, 1, None, "shop"),
        BudgetDraft(BudgetScope.TEAM, DAY, USD, 1, member),
    ]
    for draft in wrong:
        with pytest.raises(TeamRuleError, match="needs a member"):
            budgets.set_budget(ada, team, draft, NOW)
    assert not Budget.objects.filter(team=team).exists()


def test_a_budget_ends_with_its_member() -> None:
    team = make_team()
    member = add_member(team, make_user("ada"))
    budgets.set_budget(
        None, team, BudgetDraft(BudgetScope.MEMBER, DAY, USD, 1, member), NOW
    )
    Membership.objects.filter(pk=member.pk).delete()

    assert budgets.list_budgets(team) == []


def test_a_team_has_at_most_100_budgets() -> None:
    team = make_team()
    for number in range(100):
        draft = BudgetDraft(
            BudgetScope.PROJECT, DAY, USD, 1, None, f"p{number}"
        )
        budgets.set_budget(None, team, draft, NOW)

    with pytest.raises(TeamRuleError, match="at most 100 budgets"):
        budgets.set_budget(
            None, team, BudgetDraft(BudgetScope.TEAM, DAY, USD, 1), NOW
        )


FOLDER, LABEL = "-home-ana-shop", "shop"


def set_project_budget(team: Team, target: str) -> Budget:
    return Budget.objects.create(
        team=team,
        scope=BudgetScope.PROJECT,
        target=target,
        period=MONTH,
        unit=TOKENS,
        amount=100,
        created_at=NOW,
    )


def send_project(user: User, name: str) -> None:
    body = make_request(make_row(NOW, f"msg_{name}"), project=name)
    body["projects"][0]["path"] = f"~/.claude/projects/{FOLDER}"
    store_request(user, decode_request(body), NOW)


@pytest.mark.parametrize(
    ("others", "budgeted", "after"),
    [
        ((), (FOLDER,), [LABEL]),
        ((), ("other",), ["other"]),
        # Another member's project still has the name.
        ((FOLDER,), (FOLDER,), [FOLDER]),
        # The new name has a budget of its own.
        ((), (FOLDER, LABEL), [FOLDER, LABEL]),
    ],
)
def test_a_budget_follows_its_project_to_a_new_name(
    others: tuple[str, ...], budgeted: tuple[str, ...], after: list[str]
) -> None:
    user, other = make_user("ana"), make_user("bob")
    team, unrelated = make_team(), make_team("Other")
    add_member(team, user)
    add_member(team, other)
    send_project(user, FOLDER)
    for name in others:
        store_usage(other, NOW, project=name)
    for name in budgeted:
        set_project_budget(team, name)
    set_project_budget(unrelated, FOLDER)

    send_project(user, LABEL)

    targets = Budget.objects.filter(team=team).values_list("target", flat=True)
    assert sorted(targets) == after
    assert Budget.objects.get(team=unrelated).target == FOLDER
