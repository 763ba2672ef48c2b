"""
Steps of `partition` in this process; test_partitions.py runs it on PostgreSQL.
"""

from __future__ import annotations

import os
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.utils import timezone

from claude_tray.errors import StoreError, UsageError
from claude_tray.server.usage.models import Session, UsageSnapshot
from claude_tray.server.usage.partition_schema import LARGE_TABLES
from claude_tray.server.usage.partitions import (
    cancel_partitioning,
    partition_tables,
)
from tests.server.teams.usage_samples import store_usage
from tests.support.server_api import make_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from claude_tray.server.accounts.models import User


NOW = timezone.now()
ON_PARTITIONS = os.environ.get("CLAUDE_TRAY_TEST_PARTITIONS") == "1"
on_postgresql = pytest.mark.skipif(
    not ON_PARTITIONS, reason="run by test_partitions.py"
)
LEFTOVERS_SQL = """
    SELECT relname FROM pg_class
    WHERE relname ~ '^usage_.*_(new|old|partitioning|[0-9]+)$'
        OR relname = 'usage_partitioning'
    UNION SELECT proname FROM pg_proc WHERE proname LIKE 'usage_%%_mirror'
"""


class InterruptionError(Exception):
    """Ends a run where a kill would."""


def query(sql: str, *values: str | int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def interrupt_after(
    step: int, act: Callable[[], object]
) -> Callable[[str], None]:
    """Return a report that acts and interrupts after a number of steps."""
    steps: list[str] = []

    def report(sentence: str) -> None:
        steps.append(sentence)
        if len(steps) == step:
            act()
            raise InterruptionError

    return report


def change_everything(user: User) -> None:
    """Insert, change, move and delete rows of the originals."""
    store_usage(user, NOW, session="s-new", output_tokens=77)
    query("UPDATE usage_usagesnapshot SET output_tokens = 5 WHERE key > 0")
    query("UPDATE usage_usagecell SET cell = cell + 1000000")
    query(
        "DELETE FROM usage_usagesnapshot WHERE key IN"
        " (SELECT key FROM usage_usagesnapshot WHERE user_id = %s LIMIT 3)",
        user.pk,
    )


def read_all() -> dict[str, Any]:
    return {
        table: sorted(query(f"TABLE {table}"), key=repr)
        for table in LARGE_TABLES
    }


@on_postgresql
def test_a_migration_deletes_an_unfinished_copy() -> None:
    with pytest.raises(InterruptionError):
        partition_tables(4, interrupt_after(1, list))
    call_command("migrate", verbosity=0)
    kept = query(LEFTOVERS_SQL)
    query(
        "DELETE FROM django_migrations WHERE id IN (SELECT max(id)"
        " FROM django_migrations WHERE app = 'usage')"
    )
    call_command("migrate", "usage", fake=True, verbosity=0)

    assert len(kept) > 20
    assert query(LEFTOVERS_SQL) == []


@on_postgresql
def test_an_unfinished_run_can_be_canceled() -> None:
    with pytest.raises(InterruptionError):
        partition_tables(4, interrupt_after(2, list))
    output = StringIO()

    call_command("partition", cancel=True, stdout=output)
    call_command("partition", cancel=True, stdout=output)

    assert query(LEFTOVERS_SQL) == []
    assert output.getvalue().splitlines() == [
        "Deleted the unfinished copy.",
        "There is no unfinished copy.",
    ]


@on_postgresql
def test_changes_during_an_interrupted_run_are_in_the_partitions() -> None:
    first, second = make_user("ada"), make_user("ben")
    for number in range(20):
        store_usage(first, NOW, session=f"s{number}", output_tokens=number)
        store_usage(second, NOW, output_tokens=number)

    for step in (1, 3):
        with pytest.raises(InterruptionError):
            partition_tables(
                64, interrupt_after(step, lambda: change_everything(first))
            )
    with pytest.raises(UsageError, match="has 64 partitions"):
        partition_tables(7, print)
    query("DELETE FROM usage_session WHERE user_id = %s", second.pk)
    before = read_all()
    sentences: list[str] = []
    partition_tables(64, sentences.append)

    assert read_all() == before
    assert sentences[-2:] == ["The tables have partitions now.", "Done."]
    newest = max(pk for pk, *_ in query("SELECT id FROM usage_session"))
    store_usage(second, NOW, session="after")
    (after,) = Session.objects.filter(user=second, session_id="after")
    assert after.pk > newest
    names = {name for (name,) in query(LEFTOVERS_SQL)}
    assert names == {f"{t}_{n}" for t in LARGE_TABLES for n in range(64)}


@on_postgresql
def test_a_partitioned_database_says_that_it_is() -> None:
    sentences: list[str] = []

    partition_tables(64, sentences.append)

    assert sentences == ["The tables have partitions already."]
    assert not cancel_partitioning()


@on_postgresql
def test_later_migrations_change_partitioned_tables() -> None:
    field = models.IntegerField(null=True)
    field.set_attributes_from_name("later")
    index = models.Index(fields=["user", "output_tokens"], name="later_index")
    unique = models.UniqueConstraint(
        fields=["user", "id", "last_ms"], name="later_unique"
    )

    (old_index, _), (old_unique,) = (
        UsageSnapshot._meta.indexes,  # noqa: SLF001
        Session._meta.constraints,  # noqa: SLF001
    )

    with connection.schema_editor() as editor:
        editor.add_field(UsageSnapshot, field)
        editor.add_index(UsageSnapshot, index)
        editor.add_constraint(Session, unique)
    columns = query(
        "SELECT later FROM usage_usagesnapshot_1 UNION ALL"
        " SELECT later FROM usage_usagesnapshot_2 LIMIT 1"
    )
    with connection.schema_editor() as editor:
        editor.remove_constraint(Session, unique)
        editor.remove_index(UsageSnapshot, index)
        editor.remove_index(UsageSnapshot, old_index)
        editor.add_index(UsageSnapshot, old_index)
        editor.remove_constraint(Session, old_unique)
        editor.add_constraint(Session, old_unique)
        editor.remove_field(UsageSnapshot, field)

    assert columns in ([], [(None,)])
    assert query("SELECT count(*) FROM usage_usagesnapshot_1")


@pytest.mark.skipif(ON_PARTITIONS, reason="needs SQLite")
def test_sqlite_has_no_partitions() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite")

    with pytest.raises(StoreError, match="Only tables of PostgreSQL") as info:
        call_command("partition", stdout=StringIO())

    assert info.value.hint == "This server uses SQLite."
    assert not cancel_partitioning()
