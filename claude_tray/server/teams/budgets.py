"""Set budgets of people, projects and accounts, and sum what is spent."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from claude_tray.core.calendar import (
    compute_bucket_start,
    compute_first_bucket,
)
from claude_tray.core.cost import NANO_USD_PER_USD, ZERO_TOTALS, Totals
from claude_tray.errors import gettext_noop
from claude_tray.server.teams import audit, memberships, sums
from claude_tray.server.teams.models import (
    MAX_KEY_LENGTH,
    AlertState,
    Budget,
    BudgetPeriod,
    BudgetScope,
    BudgetUnit,
    Membership,
    Team,
)
from claude_tray.server.usage.models import Project

if TYPE_CHECKING:
    from collections.abc import Iterable

    from claude_tray.server.accounts.models import User


MAX_BUDGETS: Final = 100
# A billion dollars in nano-dollars still fits into 64 bits.
_MAX_AMOUNTS: Final = {
    BudgetUnit.USD: 10**9 * NANO_USD_PER_USD,
    BudgetUnit.TOKENS: 10**15,
}
# Dollars with up to nine decimals, which are nano-dollars.
_AMOUNT: Final = re.compile(r"([0-9]{1,15})(?:[.,]([0-9]{1,9}))?")


class BudgetDraft(NamedTuple):
    """
    A budget to set; fields as in `models.Budget`.

    It replaces the budget of the same scope, member or target, period and
    unit.
    """

    scope: BudgetScope
    period: BudgetPeriod
    unit: BudgetUnit
    amount: int
    member: Membership | None = None
    target: str = ""


class BudgetProgress(NamedTuple):
    """
    A budget and what was used of it in the current period.

    Attributes:
        budget: The budget; `member.user` is loaded.
        totals: Usage since the start of the period.
        resets_at: End of the period.
    """

    budget: Budget
    totals: Totals
    resets_at: datetime

    @property
    def used(self) -> int:
        """Nano-dollars, or input and output tokens."""
        if self.budget.unit == BudgetUnit.USD:
            return self.totals.priced_cost
        return self.totals.tokens.input + self.totals.tokens.output

    @property
    def is_minimum(self) -> bool:
        """The price of a part is unknown."""
        return self.budget.unit == BudgetUnit.USD and self.totals.unpriced > 0

    @property
    def percent(self) -> float:
        return 100 * self.used / self.budget.amount


def parse_amount(text: str, unit: BudgetUnit) -> int:
    """
    Parse an amount of dollars or tokens.

    Raises:
        TeamRuleError: It is no positive number, or too large.
    """
    match = _AMOUNT.fullmatch(text.strip())
    decimals = (match[2] or "") if match else ""
    amount = 0
    if match and unit == BudgetUnit.USD:
        amount = int(match[1]) * NANO_USD_PER_USD + int(decimals.ljust(9, "0"))
    elif match and not decimals.strip("0"):
        amount = int(match[1])
    if not 0 < amount <= _MAX_AMOUNTS[unit]:
        raise memberships.TeamRuleError(
            gettext_noop("{text} is not a valid budget."),
            hint=gettext_noop("Enter a positive number, such as 250."),
            text=text,
        )
    return amount


def set_budget(
    actor: User | None, team: Team, draft: BudgetDraft, now: datetime
) -> Budget:
    """
    Set a budget, or change the amount of an existing one.

    Raises:
        TeamRuleError: The target is invalid, or there are too many budgets.
    """
    _check_target(team, draft)
    key = {
        "scope": draft.scope,
        "member": draft.member,
        "target": draft.target,
        "period": draft.period,
        "unit": draft.unit,
    }
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        budgets = Budget.objects.filter(team=team)
        budget = budgets.filter(**key).first()
        if budget is not None and budget.amount != draft.amount:
            # Its alerts may be sent again for the new amount.
            AlertState.objects.filter(budget=budget).delete()
        if budget is None:
            if budgets.count() >= MAX_BUDGETS:
                raise memberships.TeamRuleError(
                    gettext_noop("A team can have at most {count} budgets."),
                    count=MAX_BUDGETS,
                )
            budget = Budget(team=team, created_at=now, **key)
        budget.amount = draft.amount
        budget.save()
        _record_change(actor, budget, audit.Action.BUDGET_SET)
    return budget


def delete_budget(actor: User | None, team: Team, budget_id: int) -> bool:
    """Delete a budget; return whether there was one."""
    budget = Budget.objects.filter(team=team, pk=budget_id).first()
    if budget is None:
        return False
    with transaction.atomic():
        _record_change(actor, budget, audit.Action.BUDGET_DELETED)
        budget.delete()
    return True


def _record_change(
    actor: User | None, budget: Budget, action: audit.Action
) -> None:
    detail = f"{budget.scope}, {budget.period}, {budget.amount} {budget.unit}"
    audit.record(
        actor,
        action,
        budget.member.user if budget.member else budget.target,
        detail,
        team=budget.team,
    )


def list_budgets(team: Team) -> list[Budget]:
    """List the budgets of a team, oldest first."""
    budgets = Budget.objects.filter(team=team).select_related("member__user")
    return list(budgets.order_by("pk")[:MAX_BUDGETS])


def load_progress(
    team: Team, budgets: Iterable[Budget], now: datetime
) -> list[BudgetProgress]:
    """
    Sum what was used of budgets in their current periods.

    Runs one query over buckets for each kind of period, and two over sessions
    if a project has a budget.
    """
    zone = ZoneInfo(team.time_zone)
    user_ids = Membership.objects.filter(team=team).values_list(
        "user_id", flat=True
    )
    members = list(user_ids)
    found: dict[int, BudgetProgress] = {}
    budgets = list(budgets)
    for period in BudgetPeriod:
        current = [budget for budget in budgets if budget.period == period]
        if current:
            buckets = compute_period(period, now, zone)
            totals = _sum_targets(members, current, buckets)
            for budget in current:
                found[budget.pk] = BudgetProgress(
                    budget,
                    totals.get(_get_target(budget), ZERO_TOTALS),
                    compute_bucket_start(buckets.end),
                )
    return [found[budget.pk] for budget in budgets]


def compute_period(
    period: BudgetPeriod, now: datetime, zone: ZoneInfo
) -> sums.BucketRange:
    """Return the current day, week (from Monday) or month of a time zone."""
    today = now.astimezone(zone).date()
    if period == BudgetPeriod.MONTH:
        return sums.Month(today.year, today.month).to_range(zone)
    if period == BudgetPeriod.WEEK:
        first, days = today - timedelta(days=today.weekday()), 7
    else:
        first, days = today, 1
    return sums.BucketRange(
        compute_first_bucket(first, zone),
        compute_first_bucket(_add_days(first, days), zone),
    )


def _add_days(day: date, days: int) -> date:
    return day + timedelta(days=days)


_Target = tuple[str, str | int]


def _get_target(budget: Budget) -> _Target:
    if budget.member is not None:
        return BudgetScope.MEMBER, budget.member.user_id
    return budget.scope, budget.target


def _sum_targets(
    members: list[int], budgets: list[Budget], buckets: sums.BucketRange
) -> dict[_Target, Totals]:
    """Sum usage by all that the budgets of one period are for."""
    rows: list[tuple[_Target, Totals]] = []
    scopes = {budget.scope for budget in budgets}
    if scopes - {BudgetScope.PROJECT}:
        for user_id, account, _, totals in sums.load_usage(members, buckets):
            rows += [
                ((BudgetScope.TEAM, ""), totals),
                ((BudgetScope.MEMBER, user_id), totals),
                ((BudgetScope.ACCOUNT, account), totals),
            ]
    if BudgetScope.PROJECT in scopes:
        rows += [
            ((BudgetScope.PROJECT, project), totals)
            for _, project, totals in sums.load_project_usage(members, buckets)
        ]
    return sums.sum_groups(rows)


def rename_project(user_id: int, old: str, new: str, **signal: object) -> None:
    """
    Let budgets follow a project that a member's computer renamed.

    Unless another member still has a project of that name, or the new name
    has a budget of its own.
    """
    del signal
    teams = Membership.objects.filter(user=user_id).values("team")
    stale = Budget.objects.filter(
        team__in=teams, scope=BudgetScope.PROJECT, target=old
    )
    for budget in stale:
        others = Membership.objects.filter(team=budget.team_id).values("user")
        is_used = Project.objects.filter(user__in=others, name=old).exists()
        has_own = Budget.objects.filter(
            team=budget.team_id,
            scope=budget.scope,
            target=new,
            period=budget.period,
            unit=budget.unit,
        ).exists()
        if not is_used and not has_own:
            budget.target = new
            budget.save(update_fields=["target"])


def _check_target(team: Team, draft: BudgetDraft) -> None:
    needs_member = draft.scope == BudgetScope.MEMBER
    is_own = draft.member is not None and draft.member.team_id == team.pk
    needs_target = draft.scope in {BudgetScope.PROJECT, BudgetScope.ACCOUNT}
    target = draft.target
    is_text = len(target) <= MAX_KEY_LENGTH and target.isprintable()
    if needs_member != is_own or needs_target != bool(target) or not is_text:
        raise memberships.TeamRuleError(
            gettext_noop("The budget needs a member, project or account."),
            hint=gettext_noop("Choose one from the list."),
        )
