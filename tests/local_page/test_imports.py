"""Check what the first page waits for."""

from __future__ import annotations

import subprocess
import sys


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_the_first_page_does_not_load_what_only_others_need() -> None:
    loaded = run_python(
        "import claude_tray.local_page.process, sys;"
        " print(*sorted(sys.modules))"
    ).split()

    pages = [n for n in loaded if n.startswith("claude_tray.local_page.pages")]
    assert pages == []
    assert "werkzeug.routing" in loaded
    assert not {"werkzeug.serving", "werkzeug.test"} & set(loaded)


def test_names_of_werkzeugs_package_are_found_when_used() -> None:
    printed = run_python(
        "import claude_tray.local_page, werkzeug;"
        " from werkzeug import Client;"
        " from werkzeug.wrappers import Request;"
        " print(Client.__name__, werkzeug.Request is Request,"
        " hasattr(werkzeug, 'nothing'))"
    )

    assert printed == "Client True False"
