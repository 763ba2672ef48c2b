"""
Fill a server's database with a user's long history, directly.

Import it in a process whose Django is set up. Three machines work at once,
all day, with six models and two accounts, for 400 days up to now: the most
aggregates that a history of that size has. Every window and week of both
accounts was reported, the open ones just now. Rows and aggregates are written
by the server's own code, without HTTP.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from claude_tray.core.cost import compute_request_cost
from claude_tray.core.limits import FIVE_HOUR, SEVEN_DAY
from claude_tray.core.usage import PricingTerms, TokenCounts
from claude_tray.core.windows import WINDOW_MS
from claude_tray.server.accounts.models import TokenScope, User
from claude_tray.server.pricing import get_price_table
from claude_tray.server.run_server import migrate_database
from claude_tray.server.usage.aggregates import UserAggregateDelta
from claude_tray.server.usage.bulk_sql import upsert
from claude_tray.server.usage.lookup_ids import ModelKey, get_model_pks
from claude_tray.server.usage.models import (
    ClaudeAccount,
    LimitTold,
    Machine,
    Project,
    Session,
    UsageSnapshot,
)
from claude_tray.server.usage.row_mapping import ROW_COLUMNS, UsageRow
from tests.support.server_api import create_token
from tests.support.server_process import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator


USER: Final = "ana"
MODELS: Final = (
    "claude-sonnet-4-20250514",
    "claude-opus-4-1-20250805",
    "claude-3-5-haiku-20241022",
    "claude-opus-4-5-20251101",
    "claude-sonnet-4-5-20250929",
    "claude-haiku-4-5-20251001",
)
MACHINES: Final = ("m0", "m1", "m2")
ACCOUNTS: Final = ("work", "work", "home")
DAYS: Final = 400
_PROJECT_COUNT: Final = 40
_SESSION_SIZE: Final = 120
_DAY_MS: Final = 86_400_000
_BATCH_SIZE: Final = 20_000


class _Keys(NamedTuple):
    """Primary keys of everything that the rows refer to."""

    user: int
    sessions: list[int]
    machines: list[int]
    accounts: list[int]
    models: list[int]


def main(records: int) -> None:
    """Create the tables and the history; print the user's access as JSON."""
    migrate_database()
    user = User.objects.get(pk=fill_database(records, datetime.now(UTC)))
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    access = {
        "cookie": f"{name}={client.cookies[name].value}",
        **{scope.value: create_token(user, scope) for scope in TokenScope},
    }
    if connection.vendor == "postgresql":
        # Otherwise it does so while requests are measured.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    print(json.dumps(access))


def fill_database(records: int, now: datetime) -> int:
    """Create the user with a history up to now; return the primary key."""

    keys = _create_names(records, now)
    now_ms = int(now.timestamp() * 1000)
    _create_limits(keys, now_ms)
    batch: list[UsageRow] = []

    def write() -> None:
        with transaction.atomic():
            delta = UserAggregateDelta(keys.user)
            for row in batch:
                delta.add(row)
            upsert(
                UsageSnapshot,
                ROW_COLUMNS,
                batch,
                "user_id, key",
                "cost_nano = excluded.cost_nano",
            )
            delta.apply()
        batch.clear()

    for row in _generate_rows(records, keys, now_ms):
        batch.append(row)
        if len(batch) == _BATCH_SIZE:
            write()
    write()
    return keys.user


def _create_names(records: int, now: datetime) -> _Keys:
    user = User.objects.create_user(USER, f"{USER}@example.org", PASSWORD)
    projects = Project.objects.bulk_create(
        Project(user=user, name=f"project {n}", path=f"~/project-{n}")
        for n in range(_PROJECT_COUNT)
    )
    sessions = Session.objects.bulk_create(
        Session(
            user=user,
            project=projects[n % _PROJECT_COUNT],
            session_id=f"session-{n:08d}",
            project_rank=0,
            first_ms=0,
            last_ms=0,
        )
        for n in range(records // _SESSION_SIZE + len(MACHINES))
    )
    machines = Machine.objects.bulk_create(
        Machine(
            user=user, machine_id=name, name=f"host {name}", last_sync_at=now
        )
        for name in MACHINES
    )
    accounts = ClaudeAccount.objects.bulk_create(
        ClaudeAccount(user=user, key=name) for name in sorted(set(ACCOUNTS))
    )
    account_pks = {account.key: account.pk for account in accounts}
    return _Keys(
        user.pk,
        [session.pk for session in sessions],
        [machine.pk for machine in machines],
        [account_pks[name] for name in ACCOUNTS],
        [
            *get_model_pks(
                ModelKey(name, "", "", "") for name in MODELS
            ).values()
        ],
    )


def _create_limits(keys: _Keys, now_ms: int) -> None:
    """Report the limits of all windows up to the ones that are open."""
    LimitTold.objects.bulk_create(
        LimitTold(
            user_id=keys.user,
            account_id=account,
            name=name,
            resets_ms=resets_ms,
            percent=resets_ms % 100,
            told_ms=min(resets_ms - 60_000, now_ms),
        )
        for account in set(keys.accounts)
        for name, length_ms in (
            (FIVE_HOUR, WINDOW_MS),
            (SEVEN_DAY, 7 * _DAY_MS),
        )
        for resets_ms in range(
            now_ms + length_ms // 2, now_ms - DAYS * _DAY_MS, -length_ms
        )
    )


def _generate_rows(
    records: int, keys: _Keys, now_ms: int
) -> Iterator[UsageRow]:
    rng, table, terms = random.Random(1), get_price_table(), PricingTerms()
    span_ms = DAYS * _DAY_MS
    # Bursts with pauses, sorted.
    times = sorted(
        now_ms - int(span_ms * rng.random()) for _ in range(records)
    )
    for number, at_ms in enumerate(times):
        session = number // _SESSION_SIZE + rng.randrange(len(MACHINES))
        machine = session % len(MACHINES)
        model = rng.randrange(len(MODELS))
        tokens = TokenCounts(
            rng.randrange(1, 4000),
            rng.randrange(1, 2000),
            rng.randrange(9000),
            0,
            rng.randrange(90_000),
        )
        yield UsageRow(
            keys.user,
            rng.getrandbits(63),
            keys.sessions[session],
            keys.machines[machine],
            keys.accounts[machine],
            keys.models[model],
            at_ms,
            None,
            None,
            rng.random() < 0.2,
            rng.random() < 0.9,
            1,
            *tokens,
            0,
            compute_request_cost(tokens, MODELS[model], terms, at_ms, table),
        )
