from __future__ import annotations

import io
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from claude_tray.errors import SettingsError, StoreError
from claude_tray.server.teams import data_export
from claude_tray.server.teams.users import delete_user
from claude_tray.server.usage import (
    archive,
    maintenance,
    parquet_files,
    row_mapping,
)
from claude_tray.server.usage.models import (
    Horizon,
    Session,
    SessionShare,
    UsageCell,
    UsageDay,
    UsageSnapshot,
    UsageTotal,
)
from tests.support.request_json import make_request, make_row
from tests.support.server_api import (
    ApiClient,
    create_access_token,
    create_device_token,
    make_user,
)

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.server.accounts.models import User


SUMS = (Session, SessionShare, UsageCell, UsageTotal, UsageDay)
# Ten, nine and eight months ago, and yesterday.
NOW = timezone.now()
OLD = [
    (NOW - timedelta(days=30 * months)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    for months in (10, 9, 8)
]
EDGE = timedelta(milliseconds=1)
TIMES = [
    OLD[0],
    OLD[0] + timedelta(days=3),
    OLD[1] - EDGE,
    OLD[1],
    OLD[2] - EDGE,
    NOW - timedelta(days=1),
]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_TRAY_HOME", str(tmp_path))


@pytest.fixture
def agent(ana: User) -> ApiClient:
    return ApiClient(create_device_token(ana))


def make_body() -> dict[str, Any]:
    rows = [
        make_row(at, f"msg_{n}", output_tokens=10**n, input_tokens=n)
        for n, at in enumerate(TIMES)
    ]
    return make_request(*rows, account="a")


def send(agent: ApiClient) -> dict[str, Any]:
    response = agent.post("agent-sync/", make_body())
    assert response.status == 200
    body: dict[str, Any] = response.body
    return body


def run(*args: str) -> str:
    output = StringIO()
    call_command("archive", *args, stdout=output)
    return output.getvalue().strip()


def read_rows(user: User) -> set[tuple[Any, ...]]:
    rows = UsageSnapshot.objects.filter(user=user)
    return set(rows.values_list(*row_mapping.ROW_COLUMNS))


def read_sums(user: User) -> dict[str, list[Any]]:
    return {
        model.__name__: sorted(
            model._default_manager.filter(user=user).values_list()  # noqa: SLF001
        )
        for model in SUMS
    }


def count_output(api: ApiClient) -> int:
    count: int = api.get("stats/").body["total_output_tokens"]
    return count


def test_archived_records_stay_in_all_sums_and_come_back_exactly(
    ana: User, agent: ApiClient, api: ApiClient
) -> None:
    send(agent)
    assert count_output(api) == 111_111
    api.get("timeseries/?bucket=day")
    rows, sums = read_rows(ana), read_sums(ana)

    said = run("--older-than", "60", "--user", ana.username)
    left, archived_sums = read_rows(ana), read_sums(ana)
    restored = run("--restore", "--user", ana.username)

    assert said == "Archived 5 records in 2 files."
    assert {row[6] for row in left} == {max(row[6] for row in rows)}
    assert archived_sums == sums
    assert count_output(api) == 111_111
    assert restored == "Restored 5 records."
    assert read_rows(ana) == rows
    assert read_sums(ana) == sums
    assert run("--restore", "--user", ana.username) == "Restored 0 records."


def test_records_that_are_sent_again_are_not_counted_twice(
    ana: User, agent: ApiClient, api: ApiClient
) -> None:
    send(agent)
    run("--older-than", "60", "--user", ana.username)

    after_archiving = send(agent)
    run("--restore", "--month", f"{OLD[0]:%Y-%m}", "--user", ana.username)
    after_restoring = send(agent)

    for receipt in (after_archiving, after_restoring):
        assert receipt["snapshots_created"] + receipt["snapshots_updated"] == 0
    assert UsageSnapshot.objects.filter(user=ana).count() == 4
    assert count_output(api) == 111_111
    assert api.get("stats/").body["total_messages"] == len(TIMES)


def test_files_are_private_and_readable_without_this_program(
    ana: User, agent: ApiClient
) -> None:
    from pyarrow import parquet  # noqa: PLC0415

    send(agent)
    run("--older-than", "60", "--user", ana.username)

    first, second = archive.list_archives(ana.pk)
    table = parquet.read_table(first).to_pydict()

    assert (first.stem, second.stem) == (f"{OLD[0]:%Y-%m}", f"{OLD[1]:%Y-%m}")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    assert sorted(table["time"]) == TIMES[:3]
    assert sorted(table["output_tokens"]) == [1, 10, 100]
    assert set(table["project"]) == {"shop"}
    assert set(table["session"]) == {"s1"}
    assert set(table["machine"]) == {"m1"}
    assert set(table["account"]) == {"a"}
    assert set(table["model"]) == {"claude-sonnet-4-20250514"}


def test_a_run_killed_before_deleting_is_repeated_without_a_loss(
    ana: User, agent: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(agent)
    rows = read_rows(ana)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        # After the file is written, within the transaction.
        patched.setattr(maintenance, "set_horizon", fail)
        with pytest.raises(KeyboardInterrupt):
            run("--older-than", "60", "--user", ana.username)
    assert read_rows(ana) == rows
    assert len(archive.list_archives(ana.pk)) == 1

    run("--older-than", "60", "--user", ana.username)
    run("--restore", "--user", ana.username)
    # Restored records are archived again into the same files.
    run("--older-than", "60", "--user", ana.username)
    run("--restore", "--user", ana.username)

    assert read_rows(ana) == rows


def test_a_damaged_file_deletes_and_restores_nothing(
    ana: User, agent: ApiClient
) -> None:
    send(agent)
    run("--older-than", "60", "--user", ana.username)
    (first, second) = archive.list_archives(ana.pk)
    content = first.read_bytes()
    first.write_bytes(content[:-50])
    with pytest.raises(StoreError, match="Cannot read"):
        run("--restore", "--user", ana.username)
    first.write_bytes(content)

    written = parquet_files.read_archive(second)
    second.write_bytes(
        parquet_files.encode_archive(written._replace(server_id="other"))
    )
    with pytest.raises(StoreError, match="another database"):
        run("--restore", "--user", ana.username)
    strange = [
        one._replace(row=one.row._replace(session_id=2**40))
        for one in written.rows
    ]
    second.write_bytes(
        parquet_files.encode_archive(written._replace(rows=tuple(strange)))
    )
    with pytest.raises(StoreError, match="does not have"):
        run("--restore", "--user", ana.username)
    from pyarrow import parquet, table  # noqa: PLC0415

    parquet.write_table(table({"one": [1]}), second)
    with pytest.raises(StoreError, match="no archive"):
        run("--restore", "--user", ana.username)

    assert UsageSnapshot.objects.filter(user=ana).count() == 4


def test_a_folder_that_cannot_be_written_keeps_the_records(
    ana: User, agent: ApiClient, tmp_path: Path
) -> None:
    send(agent)
    rows = read_rows(ana)
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "server-archive").write_text("in the way")

    with pytest.raises(StoreError, match="Cannot write"):
        run("--older-than", "60", "--user", ana.username)

    assert read_rows(ana) == rows
    assert not Horizon.objects.filter(user=ana).exists()


def test_deleting_a_user_deletes_the_files_and_exporting_has_them(
    agent: ApiClient, ana: User
) -> None:
    send(agent)
    run("--older-than", "60", "--user", ana.username)
    files = archive.list_archives(ana.pk)
    with zipfile.ZipFile(
        io.BytesIO(b"".join(data_export.iter_archive(ana)))
    ) as exported:
        names = exported.namelist()
        content = exported.read(f"archive/{files[0].name}")
    written = files[0].read_bytes()
    user_id = ana.pk

    delete_user(None, ana)

    assert content == written
    assert [n for n in names if n.startswith("archive/")] == [
        f"archive/{path.name}" for path in files
    ]
    assert archive.list_archives(user_id) == []


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("--older-than", "59"), "at least 60 days"),
        (("--restore", "--user", "nobody"), "There is no user nobody"),
        ((), "--older-than"),
    ],
)
def test_wrong_arguments_are_explained(
    args: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*args)


def test_without_pyarrow_the_extra_is_named(
    ana: User, agent: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys  # noqa: PLC0415

    send(agent)
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(SettingsError, match="pyarrow") as info:
        run("--older-than", "60", "--user", ana.username)

    assert "claude-tray[archive]" in info.value.hint
    assert UsageSnapshot.objects.filter(user=ana).count() == len(TIMES)


def test_only_whole_months_are_archived() -> None:
    user = make_user("eve")
    agent = ApiClient(create_device_token(user))
    send(agent)
    within = datetime(OLD[1].year, OLD[1].month, 20, tzinfo=UTC)

    counts = list(archive.archive_records(user.pk, within))

    assert counts == [3]
    api = ApiClient(create_access_token(user))
    assert count_output(api) == 111_111
