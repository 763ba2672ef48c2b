"""Mail the link of an invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.i18n.translator import load_translator
from claude_tray.server.teams import deliveries, invitations

if TYPE_CHECKING:
    from claude_tray.server.teams.models import Team


def send_invitation(team: Team, address: str, link: str) -> bool:
    """
    Mail the link of an invitation in the language of the team.

    Args:
        team: The team.
        address: Mail address of the new member.
        link: Complete address of the page.

    Returns:
        Whether the mail server has taken it.
    """
    if not address or not deliveries.has_mail():
        return False
    translator = load_translator(team.language)
    gettext = translator.gettext
    body = "\n\n".join(
        [
            gettext("Open this link to join the team {team}:", team=team.name),
            link,
            translator.ngettext(
                "It works once, within {n} day.",
                "It works once, within {n} days.",
                invitations.LIFETIME.days,
            ),
        ]
    )
    subject = gettext("Invitation to the team {team}", team=team.name)
    try:
        deliveries.send_mail(address, subject, body)
    except deliveries.DeliveryError:
        return False
    return True
