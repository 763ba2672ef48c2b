from __future__ import annotations

import shlex
from datetime import date

from claude_tray.presentation import page_paths


def test_paths_are_safe_in_addresses() -> None:
    path = page_paths.link_project("/home/ada/ \udcff?#/../shop")

    assert path == page_paths.link_project("/home/ada/ \udcff?#/../shop")
    assert path != page_paths.link_project("/home/ada/shop")
    assert path.removeprefix("/projects/").isalnum()
    assert page_paths.link_session("a/b?c") == "/sessions/a%2Fb%3Fc"
    assert page_paths.link_days(date(2026, 11, 1), date(2026, 11, 30)) == (
        "/history?from=2026-11-01&to=2026-11-30"
    )


def test_the_resume_command_is_quoted() -> None:
    command = page_paths.build_resume_command("/home/a b/$(x)", "id'; rm")

    assert shlex.split(command) == [
        *("cd", "/home/a b/$(x)", "&&", "claude", "--resume", "id'; rm"),
    ]
    assert page_paths.build_resume_command("", "s-1") == "claude --resume s-1"
