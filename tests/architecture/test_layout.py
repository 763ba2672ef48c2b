"""
Check that a module's tests are where a reader looks for them.

A module has tests if a test file at the same path has its name, or if a test
of its room (its top folder) or a helper in `tests/support` imports it. An
entry point has tests if one of its room uses its name: a command, or a route
or a setting of Django. What such modules of the same room import is a part of
them. Modules without functions need no tests.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from tests.support.source_code import (
    PACKAGE,
    ROOT,
    SourceFile,
    list_source_files,
)

TESTS: Final = ROOT / "tests"
# Modules without tests in their room, and the test that runs them.
EXCEPTIONS: Final = {
    "app/data_access.py": "cli/commands/test_refresh.py",
    "app/demo.py": "endtoend/test_first_run.py",
    "app/display.py": "endtoend/test_terminal.py",
    "app/first_run.py": "endtoend/test_first_run.py",
    "app/page_client.py": "local_page/test_process.py",
    "app/page_files.py": "local_page/test_process.py",
    "app/refresh.py": "cli/commands/test_refresh.py",
    "app/sync_control.py": "endtoend/test_sync.py",
    "app/tray_app.py": "endtoend/test_tray.py",
    "app/windows.py": "endtoend/test_tray_popup.py",
    "cli/commands/run.py": "endtoend/test_terminal.py",
    "ingest/history_import.py": "importers/test_round_trip.py",
    "providers/claude_code/statusline/entrypoint.py": (
        "cli/commands/test_statusline.py"
    ),
    "providers/transcripts.py": "ingest/test_pipeline_ingester.py",
    "sync/dry_run.py": "cli/commands/test_sync.py",
}
# What packages and Django's apps consist of besides code.
_WIRING: Final = {"__init__.py", "__main__.py", "apps.py", "wsgi.py"}


def test_modules_have_tests_in_their_room() -> None:
    modules = {
        file.path.relative_to(PACKAGE).as_posix(): file
        for file in list_source_files()
        if file.path.name not in _WIRING
        if not file.is_migration
        if any(file.iter_functions())
    }
    tested = {name for name in modules if _has_tests(name)}
    tested |= {name for name in modules if _is_named(name)}
    parts = {
        name
        for name in set(modules) - tested
        if _is_imported(name, [modules[n] for n in tested])
    }

    assert set(modules) - tested - parts - set(EXCEPTIONS) == set()


def test_exceptions_are_few_and_name_an_existing_test() -> None:
    assert len(EXCEPTIONS) <= 15
    for path in EXCEPTIONS.values():
        assert (TESTS / path).exists(), path


def _get_room(name: str) -> str:
    return name.partition("/")[0]


@cache
def _list_tests(room: str) -> list[SourceFile]:
    return list_source_files(TESTS / room) if (TESTS / room).is_dir() else []


def _has_tests(name: str) -> bool:
    """There is a test file of that name, or a test imports the module."""
    path = (TESTS / name).with_name(f"test_{name.rpartition('/')[2]}")
    tests = _list_tests(_get_room(name)) + _list_tests("support")
    return path.exists() or _is_imported(name, tests)


def _is_imported(name: str, files: list[SourceFile]) -> bool:
    """Any of the files that are in the module's room or a test imports it."""
    module = f"claude_tray.{name.removesuffix('.py').replace('/', '.')}"
    room = f"claude_tray/{_get_room(name)}/"
    return any(
        module in file.imported_modules
        for file in files
        if file.name.startswith((room, "tests/"))
    )


def _is_named(name: str) -> bool:
    """The module is an entry point that tests reach by its name."""
    room, _, rest = name.partition("/")
    stem = rest.rpartition("/")[2].removesuffix(".py").rstrip("_")
    if "commands/" in name or name.startswith("server/api/"):
        return any(
            text == stem or text.startswith((f"{stem}/", f"{stem} "))
            for file in _list_tests(room)
            for text in file.strings
        )
    if room == "server":
        # Routes and settings: Django imports these itself.
        dotted = f"claude_tray.{name.removesuffix('.py').replace('/', '.')}"
        server = list_source_files(PACKAGE / "server")
        urls = [file for file in server if file.path.name == "urls.py"]
        settings = SourceFile(PACKAGE / "server" / "settings.py").strings
        texts = settings.union(*(file.strings for file in urls))
        return _is_imported(name, urls) or any(
            text.startswith(dotted) for text in texts
        )
    return False
