from __future__ import annotations

from contextlib import closing
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from claude_tray.core.accounts import Account
from claude_tray.core.limits import SEVEN_DAY, LimitSample
from claude_tray.core.periods import Period, TimeRange
from claude_tray.core.receipt_limits import FIVE_HOUR_RECEIPT, WEEK_RECEIPT
from claude_tray.core.snapshot import Snapshot, SyncPhase, SyncState
from claude_tray.core.time import Millis, to_epoch_ms
from claude_tray.core.usage import ProjectPath
from claude_tray.core.windows import WindowRule
from claude_tray.i18n.translator import ENGLISH
from claude_tray.presentation.usage_chart import ChartKind
from claude_tray.presentation.usage_list import Grouping
from claude_tray.store.connection import open_reader, open_writer
from claude_tray.store.limit_reports import save_samples
from claude_tray.store.windows import persist_closed
from claude_tray.ui.popup.compose import load_view
from claude_tray.ui.popup.data import PopupData
from claude_tray.ui.popup.receipt_data import load_receipt
from claude_tray.ui.popup.selection import ALL_ACCOUNTS, PopupSelection
from claude_tray.ui.popup.source import StoreSource
from claude_tray.ui.toolkit.messages import ShowCommand, TransientState
from tests.support.builders import PRICES, at, make_record, ms
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from pathlib import Path

    from claude_tray.store.connection import Writer


NOW = at("10:00", day=20)
ACCOUNT = Account("", "default", "/home/ada/.claude", WindowRule.EXACT)


@pytest.fixture
def show_command(tmp_path: Path) -> ShowCommand:
    return ShowCommand(
        str(tmp_path / "usage.db"),
        str(tmp_path / "settings.toml"),
        str(tmp_path),
        ((str(tmp_path / "claude"), "default"),),
    )


def _open_store(show_command: ShowCommand, tmp_path: Path) -> Writer:
    assert show_command.store == str(tmp_path / "usage.db")
    return open_writer(tmp_path / "usage.db")


def test_the_window_is_loaded_with_chart_and_list(
    show_command: ShowCommand,
    tmp_path: Path,
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(
            writer,
            make_record("09:00", day=20),
            make_record(
                "09:50", day=20, project="/home/ada/shop", session="b"
            ),
            make_record("08:00", day=19, session="c"),
        )
        persist_closed(writer, ACCOUNT, ms("23:00", 19))
    with closing(StoreSource(show_command, UTC)) as source:
        data = source.load_data(PopupSelection(), NOW)

    assert [group.project for group in data.groups] == [
        "/home/ada/notes",
        "/home/ada/shop",
    ]
    assert data.total.messages == 2
    assert len(data.window.steps) == 2
    assert [step.project for step in data.window.project_steps] == [
        "/home/ada/notes",
        "/home/ada/shop",
    ]
    assert data.window.previous is not None
    assert data.window.previous.start == at("08:00", day=19)
    assert len(data.window.previous_steps) == 1
    assert sum(kind.tokens for kind in data.cost_breakdown.parts) == 30
    assert data.live is not None
    assert data.live.uuid == "b"
    assert data.week is None


@pytest.mark.parametrize(
    ("selection", "messages", "listed_by_day"),
    [
        (PopupSelection(period=Period.WINDOW), 1, 1),
        (PopupSelection(period=Period.TODAY), 2, 2),
        (PopupSelection(period=Period.LAST_7_DAYS), 3, 3),
        (PopupSelection(period=Period.LAST_30_DAYS), 5, 5),
        (PopupSelection(period=Period.MONTH), 4, 4),
        # Days of all of the time are those of the last two months.
        (PopupSelection(period=Period.ALL), 6, 5),
        (
            PopupSelection(
                time_range=TimeRange(ms("00:00", 5), ms("00:00", 6))
            ),
            1,
            1,
        ),
        (PopupSelection(period=Period.ALL, project="/shop"), 1, 0),
    ],
)
def test_the_period_drives_sum_and_all_lists(
    show_command: ShowCommand,
    tmp_path: Path,
    selection: PopupSelection,
    messages: int,
    listed_by_day: int,
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        for number, (clock, days_ago) in enumerate(
            [
                *(("09:00", 0), ("01:00", 0), ("12:00", 6)),
                *(("12:00", 15), ("12:00", 29), ("12:00", 200)),
            ]
        ):
            record = make_record(clock, day=20, session=f"s{number}")
            at_ms = Millis(record.at_ms - days_ago * 24 * 3_600_000)
            record = record._replace(at_ms=at_ms, origin_ms=at_ms)
            if days_ago == 200:
                record = record._replace(project=ProjectPath("/shop"))
            save_records(writer, record)

    with closing(StoreSource(show_command, UTC)) as source:
        loaded = {
            grouping: source.load_data(
                selection._replace(grouping=grouping), NOW
            )
            for grouping in Grouping
        }

    assert {data.total.messages for data in loaded.values()} == {messages}
    sessions = loaded[Grouping.SESSION].sessions
    assert sessions.total == messages
    assert sum(s.totals.messages for s in sessions.sessions) == messages
    days = loaded[Grouping.DAY].days
    assert sum(totals.messages for _, totals in days) == listed_by_day


def test_the_last_window_is_listed_after_its_end(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:00", day=19))

    with closing(StoreSource(show_command, UTC)) as source:
        data = source.load_data(PopupSelection(), NOW)

    assert data.total.messages == 1
    assert data.window.steps == ()
    assert data.live is None


def test_the_week_is_loaded_for_its_chart(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(
            writer,
            make_record("09:00", day=20),
            make_record("08:10", day=14, session="b"),
            make_record("08:00", day=13, session="c"),
        )

    with closing(StoreSource(show_command, UTC)) as source:
        data = source.load_data(PopupSelection(chart=ChartKind.WEEK), NOW)

    assert data.week is not None
    assert data.week.period == (ms("00:00", 14), ms("00:00", 21))
    assert [step.number for step in data.week.steps] == [32, 612]
    assert data.window.steps == ()


def test_a_change_by_another_process_is_detected_once(
    show_command: ShowCommand,
    tmp_path: Path,
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:00", day=20))
        with closing(StoreSource(show_command, UTC)) as source:
            changes = [source.has_changed(), source.has_changed()]
            before = source.load_data(
                PopupSelection(), NOW
            ).snapshot.today.messages
            save_records(writer, make_record("09:01", day=20))
            changes += [source.has_changed(), source.has_changed()]
            after = source.load_data(
                PopupSelection(), NOW
            ).snapshot.today.messages

    assert changes == [True, False, True, False]
    assert (before, after) == (1, 2)


def test_a_missing_store_is_empty_and_no_problem(
    show_command: ShowCommand,
) -> None:
    with closing(StoreSource(show_command, UTC)) as source:
        assert not source.has_changed()
        data = source.load_data(PopupSelection(), NOW)

    assert data.snapshot.problem == ""
    assert data.snapshot.accounts == ()
    assert data.total.messages == 0
    assert data.has_window_chart


def test_an_unreadable_store_becomes_the_problem(
    show_command: ShowCommand,
    tmp_path: Path,
) -> None:
    (tmp_path / "usage.db").write_bytes(b"no database" * 1000)

    with closing(StoreSource(show_command, UTC)) as source:
        assert not source.has_changed()
        data = source.load_data(PopupSelection(), NOW)

    assert "is damaged" in data.snapshot.problem
    assert not data.total.is_known


def test_without_usage_there_is_no_window(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    _open_store(show_command, tmp_path).close()

    with closing(StoreSource(show_command, UTC)) as source:
        data = source.load_data(PopupSelection(), NOW)

    assert data.total.messages == 0
    assert data.groups == ()


def test_transient_state_is_added(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    _open_store(show_command, tmp_path).close()
    sync = SyncState(SyncPhase.IDLE, NOW - timedelta(minutes=2))

    with closing(StoreSource(show_command, UTC)) as source:
        source.transient_state = TransientState(
            0.4, "A problem.", sync, is_demo=True
        )
        snapshot = source.load_data(PopupSelection(), NOW).snapshot

    assert (snapshot.scan_progress, snapshot.problem) == (0.4, "A problem.")
    assert (snapshot.sync, snapshot.is_demo) == (sync, True)


def test_invalid_settings_fall_back_to_defaults(
    show_command: ShowCommand,
    tmp_path: Path,
) -> None:
    (tmp_path / "settings.toml").write_text("no toml [")

    with closing(StoreSource(show_command, UTC)) as source:
        assert source.settings.general_theme == "system"


def test_settings_shape_the_view(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text(
        '[window]\nrule = "hour"\n[limits]\nplan = "max5"\n'
    )
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:40", day=20))

    with closing(StoreSource(show_command, UTC)) as source:
        view = load_view(source, ENGLISH, NOW, PopupSelection("nobody"), UTC)

    assert view.headline.corner == "Max 5x"
    assert view.headline.until == "until about 14:00"


def test_an_account_is_selected_by_name(
    show_command: ShowCommand,
    tmp_path: Path,
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:40", day=20))
    with closing(StoreSource(show_command, UTC)) as source:
        view = load_view(source, ENGLISH, NOW, PopupSelection("default"), UTC)

    assert view.total.tokens == "15 tokens"


@pytest.fixture
def two_accounts(show_command: ShowCommand, tmp_path: Path) -> ShowCommand:
    """Store usage of a busy account and of one that is idle for days."""
    folders = tuple(
        (str(tmp_path / name), name) for name in ("private", "work")
    )
    with closing(_open_store(show_command, tmp_path)) as writer:
        for path, name in folders:
            writer.execute(
                "INSERT INTO claude_folder VALUES (?, ?, 0)", (path, name)
            )
        save_records(
            writer,
            make_record("09:00", day=20),
            make_record("08:00", day=16, session="b"),
            account="private",
        )
        save_records(
            writer,
            make_record("08:00", day=19, session="c", project="/shop"),
            make_record("01:00", day=20, session="d", project="/shop"),
            account="work",
        )
    return msgspec.structs.replace(show_command, folders=folders)


def _load(two_accounts: ShowCommand, selection: PopupSelection) -> PopupData:
    with closing(StoreSource(two_accounts, UTC)) as source:
        return source.load_data(selection, NOW)


@pytest.mark.parametrize(
    ("name", "counts", "projects"),
    [
        ("", (1, 2, 2), ["/home/ada/notes"]),
        ("private", (1, 2, 2), ["/home/ada/notes"]),
        ("work", (1, 2, 2), ["/shop"]),
        (ALL_ACCOUNTS, (2, 4, 4), ["/home/ada/notes", "/shop"]),
    ],
)
def test_sums_are_scoped_to_the_account(
    two_accounts: ShowCommand,
    name: str,
    counts: tuple[int, int, int],
    projects: list[str],
) -> None:
    loaded = [
        _load(two_accounts, PopupSelection(name, period))
        for period in (Period.TODAY, Period.LAST_7_DAYS, Period.ALL)
    ]

    assert tuple(data.total.messages for data in loaded) == counts
    assert sorted({g.project for g in loaded[0].groups}) == projects
    assert {data.is_all for data in loaded} == {name == ALL_ACCOUNTS}
    assert loaded[0].account is not None
    assert loaded[0].account.name == (name.strip() or "private")


def test_the_view_of_all_has_neither_window_nor_chart(
    two_accounts: ShowCommand,
) -> None:
    data = _load(two_accounts, PopupSelection(ALL_ACCOUNTS))

    assert data.selection.period is Period.TODAY
    assert data.selection.chart is ChartKind.WEEK
    assert not data.has_window_chart
    assert (data.window.steps, data.week) == ((), None)


def test_the_sum_is_compared_with_earlier_days_until_this_time(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    used = [(0, 3), (1, 2), (2, 5), (3, 2), (4, 1)]
    with closing(_open_store(show_command, tmp_path)) as writer:
        for days_ago, count in used:
            for number in range(count):
                record = make_record(
                    "03:00", day=20 - days_ago, session=f"{days_ago}-{number}"
                )
                save_records(writer, record)
        # After this time of its day.
        save_records(writer, make_record("23:00", day=18, session="late"))

    today = PopupSelection(period=Period.TODAY)
    start = NOW.replace(hour=0, minute=0)
    morning = TimeRange(to_epoch_ms(start), to_epoch_ms(NOW))
    with closing(StoreSource(show_command, UTC)) as source:
        # Three with a median of two: half as much again.
        for _ in range(2):
            data = source.load_data(today, NOW)
            assert data.change_percent == pytest.approx(50)
        week = today._replace(period=Period.LAST_7_DAYS)
        assert source.load_data(week, NOW).change_percent is None
        chosen = today._replace(time_range=morning)
        assert source.load_data(chosen, NOW).change_percent is None


SHOWN_WEEK = PopupSelection(chart=ChartKind.WEEK, shows_receipt=True)


def test_the_receipt_of_the_window_is_that_of_the_last_one(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:00", day=19))

    with closing(StoreSource(show_command, UTC)) as source:
        data = source.load_data(PopupSelection(shows_receipt=True), NOW)

    assert data.receipt is not None
    receipt, _ = data.receipt
    assert (receipt.start_ms, receipt.end_ms) == (
        ms("09:00", day=19),
        ms("14:00", day=19),
    )


def test_the_receipt_of_a_week_without_reports_is_that_of_its_chart(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    """It counts for the 5-hour limit: that of the week is not known."""
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:00", day=20))

    with closing(StoreSource(show_command, UTC)) as source:
        data = source.load_data(SHOWN_WEEK, NOW)

    assert data.week is not None
    assert data.receipt is not None
    receipt, paths = data.receipt
    assert (receipt.start_ms, receipt.end_ms) == data.week.period
    assert receipt.limit == FIVE_HOUR_RECEIPT
    assert paths == ("/home/ada/notes",)


def test_the_receipt_of_a_week_with_reports_is_that_of_its_limit(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    reset_ms = ms("14:00", day=22)
    sample = LimitSample("", SEVEN_DAY, 10, reset_ms, ms("09:01", day=20))
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:00", day=20))
        save_samples(writer, [sample._replace(session="session-a")])

    with closing(StoreSource(show_command, UTC)) as source:
        data = source.load_data(SHOWN_WEEK, NOW)

    assert data.receipt is not None
    receipt, _ = data.receipt
    assert receipt.limit == WEEK_RECEIPT
    assert (receipt.start_ms, receipt.end_ms) == (
        ms("14:00", day=15),
        reset_ms,
    )


@pytest.mark.parametrize("chart", ChartKind)
def test_without_any_window_there_is_no_receipt(
    show_command: ShowCommand, tmp_path: Path, chart: ChartKind
) -> None:
    """Neither a limit nor a chart says when one began."""
    _open_store(show_command, tmp_path).close()
    selection = PopupSelection(chart=chart, shows_receipt=True)
    data = PopupData(Snapshot.without_store(NOW), selection)

    with closing(open_reader(tmp_path / "usage.db")) as reader:
        loaded = load_receipt(reader, ACCOUNT, data, PRICES, NOW)

    assert loaded == data


def test_a_missing_store_has_no_card(show_command: ShowCommand) -> None:
    with closing(StoreSource(show_command, UTC)) as source:
        data = source.load_data(PopupSelection(), NOW)

        assert source.load_card(data, NOW) is None


def test_a_card_is_of_the_period_and_that_of_a_window_of_30_days(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(
            writer,
            make_record("09:00", day=20),
            make_record("09:00", day=10, session="b"),
        )

    def count(source: StoreSource, period: Period) -> int:
        data = source.load_data(PopupSelection(period=period), NOW)
        card = source.load_card(data, NOW)
        assert card is not None
        return card.total.messages

    with closing(StoreSource(show_command, UTC)) as source:
        assert count(source, Period.WINDOW) == 2
        assert count(source, Period.LAST_30_DAYS) == 2
        assert count(source, Period.LAST_7_DAYS) == 1


def test_a_period_without_usage_has_no_card(
    show_command: ShowCommand, tmp_path: Path
) -> None:
    with closing(_open_store(show_command, tmp_path)) as writer:
        save_records(writer, make_record("09:00", day=10))

    with closing(StoreSource(show_command, UTC)) as source:
        selection = PopupSelection(period=Period.LAST_7_DAYS)
        data = source.load_data(selection, NOW)

        assert source.load_card(data, NOW) is None
