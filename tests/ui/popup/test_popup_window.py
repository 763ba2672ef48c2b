from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from claude_tray.core.limits import FIVE_HOUR, SEVEN_DAY, LimitSample
from claude_tray.core.setup import SetupState, SetupSwitch
from claude_tray.core.time import to_epoch_ms
from claude_tray.platform.known_folders import get_pictures_folder
from claude_tray.presentation.page_paths import link_window
from claude_tray.store.connection import open_writer, transaction
from claude_tray.store.limit_reports import save_samples
from claude_tray.ui.popup.dismissals import load_dismissals
from claude_tray.ui.popup.popup_window import PopupWindow
from claude_tray.ui.toolkit.messages import (
    ActionKind,
    ShowCommand,
    TransientState,
    UserAction,
    build_switch_action,
)
from tests.support.builders import at, make_record
from tests.support.store_records import save_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


NOW = at("10:00", day=20)
CLOSE = UserAction(ActionKind.CLOSE_WINDOW)


class PopupWindowHarness:
    """Drive the content of a popup over a store with a few records."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "shop"
        self.project.mkdir()
        self.actions: list[UserAction] = []
        with closing(open_writer(folder / "usage.db")) as writer:
            save_records(
                writer,
                make_record("09:00", day=20),
                make_record(
                    "09:55", day=20, session="b", project=str(self.project)
                ),
                make_record("09:00", day=3, session="c", model="claude-x"),
            )
        command = ShowCommand(
            str(folder / "usage.db"),
            str(folder / "settings.toml"),
            str(folder),
            ((str(folder / "claude"), "default"),),
        )
        self.content = PopupWindow(command, self.actions.append, NOW)

    @property
    def message(self) -> str:
        return self.content.control.view_state.message

    @property
    def labels(self) -> dict[str, str]:
        """Labels of all regions by their names."""
        regions = self.content.control.regions
        return {region.name: region.label for region in regions}

    def list_rows(self) -> list[str]:
        return [label for name, label in self.labels.items() if "row:" in name]

    def act(self, name: str) -> None:
        self.content.control.trigger(name)

    def type_keys(self, *names: str) -> None:
        for name in names:
            self.content.control.key(name)


def record_opened_addresses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    opened: list[str] = []

    def open_address(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", open_address)
    return opened


@pytest.fixture
def window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PopupWindowHarness]:
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "pictures"))
    monkeypatch.setenv("HOME", str(tmp_path))
    harness = PopupWindowHarness(tmp_path)
    yield harness
    harness.content.close()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("refresh", [UserAction(ActionKind.REFRESH)]),
        ("sync-now", [UserAction(ActionKind.SYNC_NOW)]),
        ("quit", [UserAction(ActionKind.QUIT)]),
        ("settings", [UserAction(ActionKind.OPEN_SETTINGS), CLOSE]),
        ("sync", [UserAction(ActionKind.OPEN_SETTINGS, page="sync"), CLOSE]),
        (
            "choose-folder",
            [UserAction(ActionKind.OPEN_SETTINGS, page="folders"), CLOSE],
        ),
        ("about", [UserAction(ActionKind.OPEN_SETTINGS, page="about"), CLOSE]),
    ],
)
def test_actions_go_to_the_tray(
    window: PopupWindowHarness, name: str, expected: list[UserAction]
) -> None:
    window.act(name)

    assert window.actions == expected


def test_the_summary_is_copied(window: PopupWindowHarness) -> None:
    window.act("copy")

    assert window.content.clipboard.startswith("Claude Code: ")
    assert window.message == "Summary copied"


def test_a_message_disappears_after_a_few_seconds(
    window: PopupWindowHarness,
) -> None:
    window.act("copy")

    window.content.refresh(NOW + timedelta(seconds=3))
    assert window.message
    window.content.refresh(NOW + timedelta(seconds=5))
    assert not window.message


def test_a_picture_is_saved(window: PopupWindowHarness) -> None:
    window.act("picture")

    assert window.message.startswith("Saved: claude-tray ")
    (picture,) = window.folder.rglob("claude-tray *.png")
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["dashboard", "page"])
def test_the_dashboard_is_the_local_page(
    window: PopupWindowHarness, name: str
) -> None:
    window.act(name)

    assert window.actions == [UserAction(ActionKind.OPEN_DASHBOARD), CLOSE]


def test_without_a_window_the_local_page_opens(
    window: PopupWindowHarness,
) -> None:
    action = window.content.show_fallback()

    assert action == UserAction(ActionKind.OPEN_DASHBOARD)


def test_the_view_changes_with_the_minute(window: PopupWindowHarness) -> None:
    window.content.refresh(NOW)
    before = window.content.title

    window.content.refresh(NOW + timedelta(seconds=59))
    assert window.content.title == before
    window.content.refresh(NOW + timedelta(minutes=1))
    assert window.content.title != before


def test_transient_state_is_shown(window: PopupWindowHarness) -> None:
    window.content.update(TransientState(problem="No space left."))
    window.content.refresh(NOW)

    assert window.content.title.endswith("No space left.")


def test_the_message_of_an_unwritable_picture_is_the_error(
    window: PopupWindowHarness,
) -> None:
    blocked = get_pictures_folder()
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("")

    window.act("picture")

    assert window.message.startswith(str(blocked))


def test_the_period_drives_sum_and_list(window: PopupWindowHarness) -> None:
    assert len(window.list_rows()) == 2

    window.type_keys("5", "D")

    assert len(window.list_rows()) == 2
    assert window.list_rows()[1].startswith("Tue Mar 3,")
    window.act("by:session")
    assert len(window.list_rows()) == 3
    window.type_keys("Left", "Left", "Left")
    assert len(window.list_rows()) == 2


def test_a_project_opens_its_sessions_and_escape_leads_back(
    window: PopupWindowHarness,
) -> None:
    number = next(
        name
        for name, label in window.labels.items()
        if name.startswith("row:") and label.startswith("shop,")
    )
    window.act(number)

    assert [row.split(",")[0] for row in window.list_rows()] == [
        f"shop · {NOW.astimezone():09:55}".replace(
            "09:55",
            (NOW - timedelta(minutes=5)).astimezone().strftime("%H:%M"),
        )
    ]
    window.act("row:0")
    assert window.content.clipboard == "claude --resume b"
    assert window.message == "Command copied"

    window.type_keys("Escape")
    assert len(window.list_rows()) == 2
    assert window.content.control.is_open
    window.type_keys("Escape")
    assert not window.content.control.is_open


def test_a_day_opens_its_projects(window: PopupWindowHarness) -> None:
    window.type_keys("5", "D")
    window.act("row:1")

    assert "Tue Mar 3" in window.labels["clear:range"]
    assert len(window.list_rows()) == 1
    window.act("clear:range")
    assert len(window.list_rows()) == 2


def test_a_dragged_range_limits_the_list(window: PopupWindowHarness) -> None:
    control = window.content.control
    chart = next(r for r in control.regions if r.name == "chart")
    y = chart.bounds.y + 100
    # The window is 09:00 to 14:00; a tenth of its plot is half an hour.
    left, width = chart.bounds.x + 12, chart.bounds.width - 24

    control.press(left + 1, y)
    control.move(left + width * 0.05, y)
    control.release()

    assert len(window.list_rows()) == 1
    assert window.labels["clear:range"].endswith(
        (NOW - timedelta(minutes=40)).astimezone().strftime("%H:%M")
    )


def report_limits(folder: Path) -> None:
    """Report 12 points of the 5-hour limit, of which 6 are from here."""
    reset_ms = to_epoch_ms(at("14:00", day=20))
    with (
        closing(open_writer(folder / "usage.db")) as writer,
        transaction(writer),
    ):
        for clock, percent in (("09:01", 3.0), ("09:30", 9.0), ("09:56", 12)):
            at_ms = to_epoch_ms(at(clock, day=20))
            sample = LimitSample("", FIVE_HOUR, percent, reset_ms, at_ms)
            save_samples(writer, [sample._replace(session="b")])


def test_a_click_on_the_chart_shows_what_used_the_window(
    window: PopupWindowHarness,
) -> None:
    report_limits(window.folder)
    window.content.refresh(NOW + timedelta(minutes=1))
    control = window.content.control
    height = control.render().picture.height
    chart = next(r for r in control.regions if r.name == "chart")
    middle = chart.bounds.center_x, chart.bounds.y + 100

    control.press(*middle)
    control.release()

    label = window.labels["receipt"]
    assert label.startswith("5-hour limit, 2026-03-20 ")
    assert "12 points of the 5-hour limit until " in label
    assert control.render().picture.height == height
    assert "chart" not in window.labels
    window.type_keys("Escape")
    assert "chart" in window.labels
    assert control.is_open


def test_a_dragged_range_has_its_own_receipt(
    window: PopupWindowHarness,
) -> None:
    """The first half hour; R opens the receipt, and leaves it."""
    report_limits(window.folder)
    window.content.refresh(NOW + timedelta(minutes=1))
    control = window.content.control
    chart = next(r for r in control.regions if r.name == "chart")
    left, width = chart.bounds.x + 12, chart.bounds.width - 24
    y = chart.bounds.y + 100
    control.press(left + 1, y)
    control.move(left + width * 0.09, y)
    control.release()

    window.type_keys("R")
    label = window.labels["receipt"]
    window.act("dashboard")
    window.type_keys("R")

    start = to_epoch_ms(at("09:00", day=20))
    assert " points of the 5-hour limit until " in label
    assert "12 points" not in label
    assert window.actions == [
        UserAction(
            ActionKind.OPEN_DASHBOARD,
            page=link_window(start, start + 1_800_000, "five_hour"),
        ),
        CLOSE,
    ]
    assert "clear:range" in window.labels


def test_the_receipt_of_the_week_is_of_the_weekly_limit(
    window: PopupWindowHarness,
) -> None:
    reset_ms = to_epoch_ms(at("12:00", day=22))
    with (
        closing(open_writer(window.folder / "usage.db")) as writer,
        transaction(writer),
    ):
        at_ms = to_epoch_ms(at("09:56", day=20))
        sample = LimitSample("", SEVEN_DAY, 7.0, reset_ms, at_ms)
        save_samples(writer, [sample._replace(session="b")])
    window.content.refresh(NOW + timedelta(minutes=1))

    window.type_keys("W", "R")

    assert "Weekly limit: 7 points until " in window.labels["receipt"]


def test_without_reports_a_receipt_has_shares_of_the_cost(
    window: PopupWindowHarness,
) -> None:
    window.act("receipt")

    assert "shares are of the cost" in window.labels["receipt"]


def test_the_receipt_is_saved_without_names(
    window: PopupWindowHarness,
) -> None:
    report_limits(window.folder)
    window.content.refresh(NOW + timedelta(minutes=1))
    window.type_keys("R", "Ctrl+S")

    (path,) = get_pictures_folder().glob("*.png")
    assert window.message == f"Saved: {path.name}"
    assert path.stat().st_mode & 0o777 == 0o600
    with Image.open(path) as picture:
        assert picture.size == (1200, 630)


def test_other_keys_wait_until_the_receipt_is_left(
    window: PopupWindowHarness,
) -> None:
    before = window.list_rows()
    window.type_keys("R", "2", "M", "W", "Right", "R")

    assert window.list_rows() == before


def test_the_window_and_the_week_are_one_key_apart(
    window: PopupWindowHarness,
) -> None:
    before = window.labels["chart"]
    window.type_keys("W")
    week = window.labels["chart"]
    window.act("chart:window")

    assert before != week
    assert window.labels["chart"] == before


def test_a_search_filters_and_enter_opens_the_first(
    window: PopupWindowHarness,
) -> None:
    window.type_keys("/", "N", "O", "X", "BackSpace")

    assert [row.split(",")[0] for row in window.list_rows()] == ["notes"]
    window.type_keys("Return")
    assert window.labels["clear:project"] == "notes"


def test_a_search_without_a_match_opens_nothing(
    window: PopupWindowHarness,
) -> None:
    window.type_keys("/", "Z", "Return")

    assert window.list_rows() == []
    assert "clear:project" not in window.labels
    window.act("clear:search")
    assert len(window.list_rows()) == 2


def test_a_focused_row_is_copied(window: PopupWindowHarness) -> None:
    window.content.control.update_view_state(focus="row:0")
    window.type_keys("Ctrl+C")

    cells = window.content.clipboard.split("\t")
    assert ", ".join(cells) == window.labels["row:0"]
    assert window.message == "Row copied"


def test_a_folder_is_opened_if_it_still_exists(
    window: PopupWindowHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = record_opened_addresses(monkeypatch)
    names = [row.split(",")[0] for row in window.list_rows()]

    window.act(f"folder:{names.index('shop')}")
    window.act(f"folder:{names.index('notes')}")

    assert opened == [window.project.as_uri()]
    assert window.message == "Not found: /home/ada/notes"


def test_the_running_session_is_one_press_away(
    window: PopupWindowHarness,
) -> None:
    assert window.labels["session:0"].startswith("Now: shop, ")
    window.act("session:0")

    assert window.content.clipboard == "claude --resume b"


def test_the_keys_are_shown_and_hidden(window: PopupWindowHarness) -> None:
    window.type_keys("?")
    assert "chart" not in window.labels
    window.type_keys("Escape")
    assert "chart" in window.labels


def test_an_account_is_chosen_by_its_chip(tmp_path: Path) -> None:
    folders = tuple(
        (str(tmp_path / name), name) for name in ("private", "work")
    )
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        for path, name in folders:
            writer.execute(
                "INSERT INTO claude_folder VALUES (?, ?, 0)", (path, name)
            )
            record = make_record("09:00", day=20, session=name)
            save_records(writer, record, account=name)
    command = ShowCommand(
        str(tmp_path / "usage.db"),
        str(tmp_path / "settings.toml"),
        str(tmp_path),
        folders,
    )
    content = PopupWindow(command, lambda _: None, NOW)

    content.control.trigger("account:2")

    regions = {r.name: r for r in content.control.regions}
    assert regions["sum"].label.endswith("30 tokens")
    assert "chart" not in regions
    content.close()


def test_a_switch_of_the_welcome_state_is_turned(tmp_path: Path) -> None:
    command = ShowCommand(
        str(tmp_path / "usage.db"),
        str(tmp_path / "settings.toml"),
        str(tmp_path),
        ((str(tmp_path / "claude"), "default"),),
    )
    open_writer(tmp_path / "usage.db").close()
    actions: list[UserAction] = []
    content = PopupWindow(command, actions.append, NOW)
    content.update(TransientState(setup=SetupState(starts_at_login=False)))
    content.refresh(NOW)

    for name in ("switch:limits", "switch:notifications", "suggest:0"):
        content.control.trigger(name)

    assert actions == [
        build_switch_action(SetupSwitch.LIMITS, is_on=True),
        build_switch_action(SetupSwitch.NOTIFICATIONS, is_on=False),
        UserAction(ActionKind.START_DEMO),
    ]
    content.close()


def test_a_banner_is_accepted_or_dismissed(
    window: PopupWindowHarness,
) -> None:
    window.content.update(TransientState(setup=SetupState()))
    window.content.refresh(NOW)

    window.act("banner")
    assert window.actions == [
        build_switch_action(SetupSwitch.LIMITS, is_on=True)
    ]
    window.act("dismiss")
    window.act("banner")
    assert window.actions[1:] == [
        UserAction(ActionKind.OPEN_SETTINGS, page="costs"),
        CLOSE,
    ]
    window.act("dismiss")
    assert "dismiss" not in window.labels
    assert load_dismissals(window.folder)[0] == "limits"


def test_the_folder_of_a_problem_is_opened(
    window: PopupWindowHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = record_opened_addresses(monkeypatch)
    (window.folder / "claude").mkdir()
    window.content.update(TransientState(problem="No permission."))
    window.content.refresh(NOW)

    window.act("open-folder")

    assert opened == [(window.folder / "claude").as_uri()]


def test_an_action_of_a_button_that_is_gone_does_nothing(
    window: PopupWindowHarness,
) -> None:
    for name in ("dismiss", "banner", "suggest:0", "switch:limits", "row:99"):
        window.act(name)

    assert window.actions == []
