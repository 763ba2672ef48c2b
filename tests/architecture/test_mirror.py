from __future__ import annotations

from pathlib import Path

import claude_tray

# Modules without a test file of their own, and what tests them instead.
ELSEWHERE = {
    "__init__.py": "the version: test_version.py",
    "__main__.py": "tests/endtoend",
    "app.py": "tests/endtoend",
    "errors.py": "names and docstrings only",
    "cli/autostart.py": "tests/desktop/autostart",
    "cli/context.py": "tests/cli: every command",
    "cli/daily.py": "tests/cli/test_listings.py",
    "cli/desktop.py": "tests/desktop/test_entry.py",
    "cli/doctor.py": "tests/cli/test_listings.py",
    "cli/live.py": "tests/endtoend/test_terminal.py",
    "cli/models.py": "tests/cli/test_listings.py",
    "cli/offer.py": "tests/endtoend/test_first_minutes.py",
    "cli/parser.py": "tests/cli/test_main.py",
    "cli/projects.py": "tests/cli/test_listings.py",
    "cli/reading.py": "tests/cli: every command",
    "cli/run.py": "tests/endtoend",
    "cli/sessions.py": "tests/cli/test_listings.py",
    "cli/show.py": "tests/cli: every command",
    "cli/stats.py": "tests/cli/test_listings.py",
    "cli/whole.py": "tests/cli/test_completion.py",
    "cli/windows.py": "tests/cli/test_listings.py",
    "desktop/autostart/state.py": "fields only",
    "desktop/identity.py": "names only",
    "domain/account.py": "fields only",
    "domain/limit_hit.py": "fields only",
    "domain/told_session.py": "fields only",
    "drawing/glyphs.py": "tests/drawing/test_icon.py",
    "drawing/pixmap.py": "tests/drawing/test_icon.py",
    "settings/keys.py": "tests/settings/test_parse.py",
    "settings/read.py": "tests/settings/test_parse.py",
    "words/facts.py": "tests/words/test_tongue.py",
    "statusline/run.py": "tests/cli/test_statusline.py",
    "statusline/memory.py": "tests/statusline/test_install.py",
    "engine/batches.py": "tests/engine/test_intake.py",
    "engine/gain.py": "tests/engine/test_intake.py",
    "store/closed.py": "tests/store/test_windows.py",
    "store/folders.py": "tests/engine/test_accounts.py",
    "store/held.py": "tests/store/test_records.py",
    "store/limits.py": "tests/store/test_windows.py",
    "store/names.py": "tests/store/test_records.py",
    "store/profiles.py": "tests/store/test_snapshots.py",
    "store/rankings.py": "tests/store/test_snapshots.py",
    "store/reckonings.py": "tests/store/test_windows.py",
    "store/rollups.py": "tests/store/test_records.py",
    "store/schema.py": "tests/store/test_migration.py",
    "store/sessions.py": "tests/store/test_records.py",
    "store/told_sessions.py": "tests/engine/test_official.py",
    "store/sums.py": "tests/store/test_windows.py",
    "tray/action.py": "names and fields only",
    "tray/bus.py": "tests/endtoend/test_tray.py",
    "tray/choice.py": "tests/endtoend",
    "tray/classic.py": "not yet seen on a real machine, see ARCHITECTURE.md",
    "tray/menu_object.py": "tests/endtoend/test_tray.py",
    "tray/sni.py": "tests/endtoend/test_tray.py",
    "tray/sni_shell.py": "tests/endtoend/test_tray.py",
    "wire/agent_sync.py": "tests/wire/test_codec.py",
    "wire/answers.py": "tests/wire/test_codec.py",
}


def test_every_module_has_its_test_file_or_a_reason() -> None:
    package = Path(claude_tray.__file__).parent
    tests = Path(__file__).parents[1]
    modules = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if path.name != "__init__.py" or path.parent == package
    }

    untested = {
        name
        for name in modules
        if not (tests / name).with_name(f"test_{Path(name).name}").exists()
    }

    assert untested == set(ELSEWHERE)
