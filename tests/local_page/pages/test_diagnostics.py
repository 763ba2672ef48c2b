from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from claude_tray.local_page.pages.diagnostics import list_problems

if TYPE_CHECKING:
    from tests.local_page.site_client import LocalSite


def test_the_checks_of_the_doctor_are_shown(empty_site: LocalSite) -> None:
    client = empty_site.follow(empty_site.open("/diagnostics"))
    good = unescape(client.get("/diagnostics").text)
    empty_site.sandbox.write_settings('[icon]\nstyle = "square"\n')

    bad = unescape(client.get("/diagnostics").text)
    doctor = empty_site.sandbox.run("doctor")

    assert "Everything looks good." in good
    assert "Everything looks good." not in bad
    (problem,) = list_problems(doctor.stdout)
    assert "The setting icon.style must be one of" in problem
    assert problem in bad


def test_only_marked_lines_are_problems() -> None:
    report = "  Version   1\n! Sync      refused\n            more\n"

    assert list_problems(report) == ["Sync refused"]
