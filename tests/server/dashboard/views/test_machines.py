from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.server.dashboard.page_client import fetch_text, make_browser, upload
from tests.support.request_json import make_request, make_row
from tests.support.server_api import ApiClient, create_access_token

if TYPE_CHECKING:
    from claude_tray.server.accounts.models import User


BODY = make_request(make_row(datetime.now(UTC)), machine_id="m<1>")


def test_a_machine_is_revoked_and_allowed_again(ana: User) -> None:
    upload(ana, BODY)
    client, api = make_browser(ana), ApiClient(create_access_token(ana))
    form = {"machine_id": "m<1>"}

    revoked = client.post("/machines/revoke/", form, follow=True)
    refused = api.post("agent-sync/", BODY)
    page = fetch_text(client, "/machines/")
    allowed = client.post("/machines/allow/", form, follow=True)
    accepted = api.post("agent-sync/", BODY)

    assert "can no longer sync" in revoked.content.decode()
    assert refused.body["code"] == "machine_revoked"
    assert 'action="/machines/allow/"' in page
    assert 'value="m&lt;1&gt;"' in page
    assert "can sync again" in allowed.content.decode()
    assert accepted.status == 200


@pytest.mark.parametrize("action", ["revoke", "allow"])
@pytest.mark.parametrize("machine_id", ["m<1>", "none", "", "\0"])
def test_only_own_machines_are_changed(
    ana: User, bob: User, action: str, machine_id: str
) -> None:
    upload(ana, BODY)

    response = make_browser(bob).post(
        f"/machines/{action}/", {"machine_id": machine_id}
    )

    assert response.status_code == 404
    assert (
        ApiClient(create_access_token(ana)).post("agent-sync/", BODY).status
        == 200
    )
