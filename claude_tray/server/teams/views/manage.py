"""Pages and forms that change a team: people, budgets, settings, log."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from claude_tray.i18n.translator import LANGUAGE_NAMES, list_languages
from claude_tray.server.dashboard.views.base import (
    ListPage,
    get_page_context,
    parse_page_number,
)
from claude_tray.server.teams import (
    access,
    audit,
    budgets,
    deliveries,
    invitation_mail,
    invitations,
    labels,
    limits,
    memberships,
    page_values,
    seats,
    webhooks,
)
from claude_tray.server.teams.models import (
    BudgetPeriod,
    BudgetScope,
    BudgetUnit,
    Membership,
    Role,
)
from claude_tray.server.teams.views.base import (
    render_team_page,
    report_success,
    team_action,
    team_page,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


_SECRET_BYTES: Final = 24
# More digits are no ID.
_MAX_ID_DIGITS: Final = 18


@team_page(access.Right.SEE_TEAM)
def people(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """List the members, and invitations for admins."""
    return _render_people(request, team_access)


def _render_people(
    request: HttpRequest, team_access: access.TeamAccess, new_link: str = ""
) -> HttpResponse:
    page, team = get_page_context(request), team_access.team
    members = Membership.objects.filter(team=team).select_related("user")
    list_page = ListPage(parse_page_number(request), members.count())
    ordered = members.order_by("user__username")[list_page.offset :]
    values: dict[str, Any] = {
        "members": [
            (member, page_values.format_role(member.role, page))
            for member in ordered[: list_page.size]
        ],
        "list_page": list_page,
        "roles": [
            (role, page_values.format_role(role, page)) for role in Role
        ],
        "invitations": [],
        "new_link": new_link,
        "has_mail": deliveries.has_mail(),
    }
    if team_access.has(access.Right.MANAGE):
        values["invitations"] = [
            (invitation, page_values.format_role(invitation.role, page))
            for invitation in invitations.list_open_invitations(team, page.now)
        ]
    return render_team_page(request, "team_people", team_access, page, values)


@team_action(access.Right.MANAGE, "teams:people")
def invite(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """Create an invitation; mail its link, or show it once."""
    page, team = get_page_context(request), team_access.team
    email = request.POST.get("email", "").strip()
    token = invitations.create_invitation(
        team_access.user, team, _parse_role(request), page.now, email
    )
    link = request.build_absolute_uri(reverse("teams:join", args=[token]))
    if not invitation_mail.send_invitation(team, email, link):
        return _render_people(request, team_access, link)
    text = page.translator.gettext(
        "The invitation was sent to {email}.", email=email
    )
    report_success(request, text)
    return redirect("teams:people", team.pk)


@team_action(access.Right.MANAGE, "teams:people")
def revoke_invitation(
    request: HttpRequest, team_access: access.TeamAccess, invitation_id: int
) -> HttpResponse:
    """Revoke an invitation."""
    page = get_page_context(request)
    if invitations.revoke_invitation(
        team_access.user, team_access.team, invitation_id, page.now
    ):
        report_success(
            request, page.translator.gettext("The invitation is revoked.")
        )
    return redirect("teams:people", team_access.team.pk)


@team_action(access.Right.MANAGE, "teams:people")
def change_role(
    request: HttpRequest, team_access: access.TeamAccess, user_id: int
) -> HttpResponse:
    """Change the role of a member."""
    member = access.require_visible_member(team_access, user_id)
    memberships.change_role(team_access.user, member, _parse_role(request))
    return redirect("teams:people", team_access.team.pk)


@team_action(access.Right.MANAGE, "teams:people")
def remove_member(
    request: HttpRequest, team_access: access.TeamAccess, user_id: int
) -> HttpResponse:
    """End the membership of a member."""
    del request
    member = access.require_visible_member(team_access, user_id)
    memberships.remove_member(team_access.user, member)
    return redirect("teams:people", team_access.team.pk)


@team_action(access.Right.SEE_TEAM, "teams:people")
def leave(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """End one's own membership."""
    del request
    memberships.remove_member(team_access.user, team_access.membership)
    return redirect("teams:list")


@team_action(access.Right.SEE_TEAM, "teams:people")
def change_own_choices(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """Share one's own sessions or not, and choose mails."""
    membership = team_access.membership
    is_shared = "shares_sessions" in request.POST
    if is_shared != membership.shares_sessions:
        memberships.share_sessions(membership, is_shared=is_shared)
    membership.gets_alerts = "gets_alerts" in request.POST
    membership.gets_reports = "gets_reports" in request.POST
    membership.save(update_fields=["gets_alerts", "gets_reports"])
    text = get_page_context(request).translator.gettext("Saved.")
    report_success(request, text)
    return redirect("teams:people", team_access.team.pk)


@team_page(access.Right.SEE_PLANS)
def budget_page(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """Show budgets and account names, with forms to change them."""
    page, team = get_page_context(request), team_access.team
    usage = page_values.load_team_usage(team_access, "", page)
    names = limits.load_account_names(team)
    view = page.build_view()
    user_ids = [int(row.key) for row in usage.people]
    keys = dict.fromkeys(
        key.account for key in limits.list_seat_keys(user_ids) if key.account
    )
    values = {
        "budgets": page_values.load_budgets(team_access, page),
        "people": usage.people,
        "projects": usage.projects[: page_values.MAX_CHOICES],
        "accounts": [
            (
                key,
                names.get(key, ""),
                labels.format_account_key(key, view),
            )
            for key in [*keys][: page_values.MAX_CHOICES]
        ],
    }
    return render_team_page(request, "team_budgets", team_access, page, values)


@team_action(access.Right.PLAN, "teams:budgets")
def set_budget(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """Set a budget; the target is "scope:value"."""
    page, form = get_page_context(request), request.POST
    scope, _, target = form.get("target", "").partition(":")
    period, unit = form.get("period", ""), form.get("unit", "")
    if (
        scope not in BudgetScope.values
        or period not in BudgetPeriod.values
        or unit not in BudgetUnit.values
    ):
        raise Http404
    member = None
    if scope == BudgetScope.MEMBER:
        is_id = target.isdecimal() and len(target) <= _MAX_ID_DIGITS
        user_id = int(target) if is_id else 0
        member = access.require_visible_member(team_access, user_id)
        target = ""
    draft = budgets.BudgetDraft(
        BudgetScope(scope),
        BudgetPeriod(period),
        BudgetUnit(unit),
        budgets.parse_amount(form.get("amount", ""), BudgetUnit(unit)),
        member,
        target,
    )
    budgets.set_budget(team_access.user, team_access.team, draft, page.now)
    return redirect("teams:budgets", team_access.team.pk)


@team_action(access.Right.PLAN, "teams:budgets")
def delete_budget(
    request: HttpRequest, team_access: access.TeamAccess, budget_id: int
) -> HttpResponse:
    """Delete a budget."""
    del request
    budgets.delete_budget(team_access.user, team_access.team, budget_id)
    return redirect("teams:budgets", team_access.team.pk)


@team_action(access.Right.PLAN, "teams:budgets")
def name_account(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """Name a Claude account; an empty name removes it."""
    seats.name_account(
        team_access.user,
        team_access.team,
        request.POST.get("key", ""),
        request.POST.get("name", ""),
    )
    return redirect("teams:budgets", team_access.team.pk)


@team_page(access.Right.MANAGE)
def settings_page(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """Show the settings of a team."""
    page = get_page_context(request)
    values = {
        "languages": {
            code: LANGUAGE_NAMES.get(code, code) for code in list_languages()
        },
        "has_mail": deliveries.has_mail(),
    }
    return render_team_page(
        request, "team_settings", team_access, page, values
    )


@team_action(access.Right.MANAGE, "teams:settings")
def change_settings(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """Change name, time zone, language, alerts and the webhook."""
    form, team = request.POST, team_access.team
    changes: dict[str, str | bool] = {
        "name": form.get("name", ""),
        "time_zone": form.get("time_zone", ""),
        "language": form.get("language", ""),
        "has_limit_alerts": "has_limit_alerts" in form,
    }
    url = form.get("webhook_url", "").strip()
    if url != team.webhook_url:
        if url:
            webhooks.parse_webhook_url(url, settings.ENVIRONMENT)
        changes["webhook_url"] = url
        # Another receiver must not learn the secret of the one before.
        changes["webhook_secret"] = (
            secrets.token_urlsafe(_SECRET_BYTES) if url else ""
        )
    memberships.change_team(team_access.user, team, changes)
    text = get_page_context(request).translator.gettext("Saved.")
    report_success(request, text)
    return redirect("teams:settings", team.pk)


@team_action(access.Right.MANAGE, "teams:settings")
def delete_team(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """Delete a team after its name is entered."""
    page, team = get_page_context(request), team_access.team
    if request.POST.get("name", "").strip() != team.name:
        raise memberships.TeamRuleError(memberships.NAME_DIFFERS)
    memberships.delete_team(team_access.user, team)
    report_success(request, page.translator.gettext("The team is deleted."))
    return redirect("teams:list")


@team_page(access.Right.MANAGE)
def log_page(
    request: HttpRequest, team_access: access.TeamAccess
) -> HttpResponse:
    """Show the audit log of a team."""
    page = get_page_context(request)
    entries = audit.list_team_entries(team_access.team)
    list_page = ListPage(parse_page_number(request), entries.count())
    rows = entries[list_page.offset :][: list_page.size]
    values = {"entries": list(rows), "list_page": list_page}
    return render_team_page(request, "team_log", team_access, page, values)


def _parse_role(request: HttpRequest) -> Role:
    text = request.POST.get("role", Role.MEMBER)
    if text not in Role.values:
        raise Http404
    return Role(text)
