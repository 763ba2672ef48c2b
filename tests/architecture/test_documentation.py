from __future__ import annotations

import re
from pathlib import Path

import pytest

from claude_tray.cli.main import COMMANDS
from claude_tray.config.docs_table import format_settings_table
from claude_tray.core.notifications.model import NotificationKind
from claude_tray.protocol.notification_event import NotificationEvent

ROOT = Path(__file__).parents[2]
COMMANDS_PAGE = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "claude_tray"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def test_the_commands_page_names_every_command_and_no_other() -> None:
    named = set(re.findall(r"`claude-tray (\w+)", COMMANDS_PAGE))

    assert named == set(COMMANDS)


def test_the_table_of_settings_is_up_to_date() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert format_settings_table() in page


def test_every_notification_and_its_fields_are_documented() -> None:
    page = (ROOT / "docs" / "notifications.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_-]+)`", page))

    assert {kind.value for kind in NotificationKind} <= named
    assert set(NotificationEvent.__annotations__) <= named


def test_the_documented_tree_matches_the_package() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    documented = set(re.findall(r"^  (\w+)/ ", text, re.MULTILINE))

    assert documented == rooms


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_work(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (page.parent / target).exists(), target


def test_the_index_lists_every_document() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}

    assert (
        set(re.findall(r"\]\(([\w-]+\.md)\)", index))
        | {
            "README.md",
        }
        == pages
    )


def test_modules_named_in_the_architecture_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")

    for name in re.findall(r"`(\w+/\w+\.py)`", text):
        assert (PACKAGE / name).exists() or (ROOT / name).exists(), name
