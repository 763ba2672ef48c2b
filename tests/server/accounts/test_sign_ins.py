from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import override_settings
from django.utils import timezone
from rest_framework_simplejwt.tokens import RefreshToken

from claude_tray.server.accounts import sign_ins
from claude_tray.server.accounts.api_tokens import revoke_token
from claude_tray.server.accounts.models import ApiToken, TokenScope, User
from claude_tray.server.accounts.sign_ins import (
    end_sign_ins,
    list_sign_ins,
    start_sign_in,
)
from tests.support.server_api import ApiClient, create_device_token
from tests.support.server_process import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable


NOW = timezone.now()
NEW_PASSWORD = "brand new battery staple"


def sign_in(user: User, agent: str = "prometheus/2.42") -> dict[str, str]:
    credentials = {"username": user.username, "password": PASSWORD}
    response = ApiClient().post("/api/token/", credentials, User_Agent=agent)
    assert response.status == 200
    return dict(response.body)


def refresh(token: str) -> Any:
    return ApiClient().post("/api/token/refresh/", {"refresh": token})


def change_password(user: User) -> None:
    user.set_password(NEW_PASSWORD)
    user.save()


def change_password_in_the_database(user: User) -> None:
    User.objects.filter(pk=user.pk).update(
        password=make_password(NEW_PASSWORD)
    )


def deactivate(user: User) -> None:
    user.is_active = False
    user.save()


def deactivate_in_the_database(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def revoke(user: User) -> None:
    (program,) = list_sign_ins(user, timezone.now())
    assert revoke_token(user, program.jti, timezone.now())


def revoke_all(user: User) -> None:
    assert end_sign_ins(user, timezone.now()) == 1


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (change_password, "password_changed"),
        (change_password_in_the_database, "password_changed"),
        (deactivate, "user_inactive"),
        (deactivate_in_the_database, "user_inactive"),
        (revoke, "token_revoked"),
        (revoke_all, "token_revoked"),
    ],
)
@pytest.mark.parametrize("is_made_in_shell", [False, True])
def test_a_signed_in_program_ends_with_all_its_tokens(
    ana: User,
    end: Callable[[User], None],
    code: str,
    *,
    is_made_in_shell: bool,
) -> None:
    if is_made_in_shell:
        token = str(RefreshToken.for_user(ana))
    else:
        token = sign_in(ana)["refresh"]
    access = refresh(token).body["access"]
    assert ApiClient(access).get("stats/").status == 200

    end(ana)

    refused = refresh(token)
    assert (refused.status, refused.body["code"]) == (401, code)
    stats = ApiClient(access).get("stats/")
    assert (stats.status, stats.body["code"]) == (401, code)
    assert list_sign_ins(User.objects.get(pk=ana.pk), NOW) == () or (
        end is deactivate_in_the_database
    )


@pytest.mark.parametrize("end", [change_password, deactivate])
def test_an_unused_token_of_the_shell_ends_too(
    ana: User, end: Callable[[User], None]
) -> None:
    token = RefreshToken.for_user(ana)

    end(ana)

    assert refresh(str(token)).status == 401
    assert ApiClient(str(token.access_token)).get("stats/").status == 401
    assert not ApiToken.objects.filter(user=ana).exists()


def test_an_access_token_of_the_shell_is_listed_and_can_be_revoked(
    ana: User,
) -> None:
    token = str(RefreshToken.for_user(ana).access_token)
    assert ApiClient(token).get("stats/").status == 200

    revoke(ana)

    assert ApiClient(token).get("stats/").body["code"] == "token_revoked"


def test_tokens_of_the_new_password_work_at_once(ana: User) -> None:
    change_password(ana)

    token = str(RefreshToken.for_user(ana))

    assert refresh(token).status == 200


def test_a_reactivated_user_signs_programs_in_again(ana: User) -> None:
    used, unused = sign_in(ana)["refresh"], RefreshToken.for_user(ana)
    deactivate(ana)

    ana.is_active = True
    ana.save()

    assert refresh(used).body["code"] == "token_revoked"
    assert refresh(str(unused)).body["code"] == "token_revoked"
    assert refresh(sign_in(ana)["refresh"]).status == 200


def test_deactivation_ends_programs_each_time(ana: User) -> None:
    for _ in range(2):
        token = sign_in(ana)["refresh"]
        ana.is_active = False
        ana.save(update_fields=["is_active"])
        ana.is_active = True
        ana.save(update_fields=["is_active"])

        assert refresh(token).body["code"] == "token_revoked"


def test_saving_an_inactive_user_again_changes_nothing(ana: User) -> None:
    deactivate(ana)
    first = ana.deactivated_at

    ana.save()

    assert ana.deactivated_at == first


def test_a_deleted_user_has_no_valid_tokens(ana: User) -> None:
    listed, unlisted = sign_in(ana)["refresh"], RefreshToken.for_user(ana)

    ana.delete()

    assert refresh(listed).body["code"] == "user_not_found"
    assert refresh(str(unlisted)).body["code"] == "user_not_found"


def test_programs_stay_signed_in_when_the_hash_is_renewed(
    ana: User,
) -> None:
    token = sign_in(ana)["refresh"]
    hasher = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    User.objects.filter(pk=ana.pk).update(unlisted_token_key=ana.password_key)

    with override_settings(
        PASSWORD_HASHERS=[hasher, *settings.PASSWORD_HASHERS]
    ):
        sign_in(ana)

    before = ana.password_key
    ana.refresh_from_db()
    assert ana.password_key != before
    assert ana.unlisted_token_key == ana.password_key
    assert refresh(token).status == 200


def test_device_tokens_survive_a_new_password(ana: User) -> None:
    agent = ApiClient(create_device_token(ana))

    change_password(ana)

    assert agent.get("agent-sync/").status == 200


def test_programs_are_listed_by_user_agent_and_last_use(ana: User) -> None:
    sign_in(ana, "curl/8.5\x07")
    sign_in(ana, "x" * 300)
    ApiToken.objects.filter(user=ana).update(
        last_used_at=NOW - timedelta(hours=1)
    )
    program = list_sign_ins(ana, NOW)[0]
    token = RefreshToken.for_user(ana)
    refresh(str(token))

    names = [program.name for program in list_sign_ins(ana, NOW)]

    assert names[0] == "unknown program"
    assert names[1] == "x" * 255 == program.name
    assert names[2].startswith("curl/8.5")
    assert "\x07" not in names[2]


def test_each_use_of_a_refresh_token_counts_as_use(ana: User) -> None:
    token = sign_in(ana)["refresh"]
    long_ago = NOW - timedelta(days=3)
    ApiToken.objects.filter(user=ana).update(last_used_at=long_ago)

    refresh(token)

    (program,) = list_sign_ins(ana, NOW)
    assert program.last_used_at is not None
    assert program.last_used_at > NOW - timedelta(minutes=1)


def test_the_number_of_programs_is_limited(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins, "MAX_PROGRAMS", 3)
    used = str(start_sign_in(ana, "used", NOW - timedelta(hours=9)))
    for n in range(5):
        start_sign_in(ana, f"p{n}", NOW - timedelta(hours=8 - n))
        refresh(used)

    names = {program.name for program in list_sign_ins(ana, NOW)}

    assert names == {"used", "p3", "p4"}


def test_expired_programs_are_deleted_after_a_week(ana: User) -> None:
    start_sign_in(ana, "old", NOW)
    expired_at = NOW - timedelta(days=8)
    ApiToken.objects.filter(user=ana).update(expires_at=expired_at)

    start_sign_in(ana, "new", NOW)

    programs = ApiToken.objects.filter(user=ana, scope=TokenScope.REFRESH)
    assert [program.name for program in programs] == ["new"]


def test_a_token_without_a_user_is_refused() -> None:
    assert refresh(str(RefreshToken())).body["code"] == "user_not_found"
