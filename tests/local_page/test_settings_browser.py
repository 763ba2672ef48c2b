"""Change settings in Chromium: each kind of field, by mouse and keyboard."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from tests.local_page.site_client import LocalSite, find_root
from tests.support.builders import ClaudeFolder
from tests.support.sandbox import ProgramSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


PATHS = (
    "/settings",
    *(
        f"/settings/{section}"
        for section in (
            *("icon", "notifications", "costs", "folders"),
            *("statusline", "monitoring", "backup"),
        )
    ),
    *("/sync", "/limits", "/diagnostics", "/about"),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSite]:
    """The page of a user with two Claude folders, one of which is usual."""
    folder = tmp_path_factory.mktemp("settings")
    for name in ("shop", "diary"):
        parent = ".claude" if name == "shop" else ".claude-work"
        project = folder / parent / "projects" / name
        project.mkdir(parents=True)
        (project / "session.jsonl").write_text("{}\n")
    sandbox = ProgramSandbox(folder, ClaudeFolder(folder / "elsewhere"))
    del sandbox.env["CLAUDE_PATH"]
    sandbox.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    site = LocalSite(sandbox)
    site.open()
    yield site
    key = {"Authorization": f"Bearer {site.process.key}"}
    site.request("/-/stop", "POST", key)
    sandbox.kill_all()


def open_tab(chromium: Browser, site: LocalSite, **options: Any) -> Page:
    context = chromium.new_context(timezone_id="UTC", **options)
    context.set_default_timeout(20_000)
    tab = context.new_page()
    tab.goto(f"{site.process.origin}/open?token={site.issue_token()}")
    return tab


@pytest.fixture
def page(chromium: Browser, home: LocalSite) -> Iterator[Page]:
    home.sandbox.write_settings("")
    tab = open_tab(chromium, home)
    messages: list[str] = []
    tab.on("console", lambda message: messages.append(message.text))
    tab.on("pageerror", lambda error: messages.append(str(error)))
    yield tab
    tab.context.close()
    assert [m for m in messages if "422" not in m] == []


def visit(page: Page, path: str) -> None:
    page.goto(find_root(page.url) + path)


def read_settings(site: LocalSite) -> dict[str, Any]:
    path = site.sandbox.app_home / "config" / "settings.toml"
    return tomllib.loads(path.read_text())


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved. The changes apply now.").wait_for()


def test_each_kind_of_field_is_changed(page: Page, home: LocalSite) -> None:
    visit(page, "/settings/icon")
    page.get_by_role("radio", name="Ring").check()
    page.get_by_label("Number").select_option("percent")
    page.get_by_role("switch", name="Show weekly usage").uncheck()
    save(page)
    visit(page, "/settings/costs")
    page.get_by_label("Daily budget").fill("50")
    page.get_by_label("Model, row 1").fill("my-*")
    page.get_by_label("Input, row 1").fill("3")
    page.get_by_label("Output, row 1").fill("15")
    save(page)
    visit(page, "/settings/notifications")
    page.get_by_label("From").fill("22:00")
    page.get_by_label("to", exact=True).fill("07:30")
    save(page)
    visit(page, "/settings/folders")
    page.get_by_role("checkbox", name="~/.claude-work").check()
    page.get_by_label("Other folders, one a line").fill("~/gone")
    page.get_by_label("~/.claude", exact=True).last.fill("Home")
    save(page)
    visit(page, "/settings/statusline")
    page.get_by_label("Part 1").select_option("cost")
    page.get_by_label("Part 4").select_option("")
    save(page)
    visit(page, "/sync")
    page.get_by_label("Server address").fill("https://usage.example.com")
    page.get_by_label("Name of this computer").fill("laptop")
    page.get_by_label("Excluded projects").fill("diary\nsecret-*")
    page.get_by_role("switch", name="Sync with").check()
    save(page)

    assert read_settings(home) == {
        "icon": {"style": "ring", "number": "percent", "week_bar": False},
        "limits": {"daily_budget_usd": 50},
        "prices": {"my-*": {"input": 3, "output": 15}},
        "notifications": {"quiet_hours": "22:00-07:30"},
        "claude_paths": ["~/.claude", "~/.claude-work", "~/gone"],
        "profiles": {"~/.claude": {"name": "Home"}},
        "statusline": {"parts": ["cost", "used", "week"]},
        "sync": {
            "url": "https://usage.example.com",
            "machine_name": "laptop",
            "exclude": ["diary", "secret-*"],
            "enabled": True,
        },
    }


def test_a_refusal_stands_beside_its_field_and_loses_nothing(
    page: Page, home: LocalSite
) -> None:
    visit(page, "/sync")
    page.get_by_label("Name of this computer").fill("laptop")
    page.get_by_label("Sync every").fill("soon")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").wait_for()

    field = page.get_by_label("Sync every")
    assert field.get_attribute("aria-invalid") == "true"
    described = (field.get_attribute("aria-describedby") or "").split()[0]
    error = page.locator(f"#{described}")
    assert "must be an integer from 10 to 86400" in error.inner_text()
    assert field.input_value() == "soon"
    assert page.get_by_label("Name of this computer").input_value() == (
        "laptop"
    )
    label_box, error_box = field.bounding_box(), error.bounding_box()
    assert label_box
    assert error_box
    assert abs(label_box["y"] - error_box["y"]) < 80
    assert read_settings(home) == {}


def test_the_keyboard_alone_changes_and_saves(
    page: Page, home: LocalSite
) -> None:
    visit(page, "/settings")
    theme = page.get_by_label("Theme").last
    switch = page.get_by_role("switch", name="Worktrees")
    for element, keys in ((theme, ("End",)), (switch, ("Space",))):
        for _ in range(60):
            page.keyboard.press("Tab")
            if element.evaluate("e => e === document.activeElement"):
                break
        else:
            pytest.fail("the keyboard does not reach it")
        for key in keys:
            page.keyboard.press(key)
    page.get_by_label("Full rescan every").focus()
    page.keyboard.press("Enter")

    page.get_by_text("Saved. The changes apply now.").wait_for()
    assert read_settings(home)["general"] == {
        "theme": "dark",
        "fold_worktrees": False,
    }


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_fit_and_axe_finds_no_violation(
    page: Page, width: int, scheme: str
) -> None:
    module = pytest.importorskip("axe_playwright_python.sync_playwright")
    axe = module.Axe()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a literal
    page.set_viewport_size({"width": width, "height": 900})
    for path in PATHS:
        visit(page, path)
        page.evaluate(
            "for (const d of document.querySelectorAll('details'))"
            " d.open = true"
        )
        overflow = page.evaluate(
            "document.documentElement.scrollWidth"
            " - document.documentElement.clientWidth"
        )
        assert overflow <= 0, path
        found = axe.run(page).response
        assert found["violations"] == [], path


def test_forms_work_without_javascript_and_in_german(
    chromium: Browser, home: LocalSite
) -> None:
    home.sandbox.write_settings('[general]\nlanguage = "de"\n')
    tab = open_tab(chromium, home, java_script_enabled=False)
    tab.goto(f"{find_root(tab.url)}/settings/icon")

    tab.get_by_role("radio", name="Torte").check()
    tab.get_by_role("button", name="Speichern").click()
    tab.get_by_text("Gespeichert.").wait_for()
    saved = read_settings(home)
    tab.goto(f"{find_root(tab.url)}/limits")
    status_line = tab.get_by_role("region", name="Statuszeile")
    status_line.get_by_role("button", name="Verbinden").click()
    status_line.get_by_text("Verbunden", exact=True).wait_for()
    status_line.get_by_role("button", name="Trennen").click()
    status_line.get_by_text("Nicht verbunden").wait_for()

    assert saved["icon"] == {"style": "pie"}
    assert not (home.sandbox.folder / ".claude/settings.json").exists()
    tab.context.close()
