"""Show worktrees as part of their project, or apart."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claude_tray.core.accounts import Account
from claude_tray.ingest.config import EngineConfig
from claude_tray.ingest.limit_samples import ingest_statusline_samples
from claude_tray.ingest.pipeline import Ingester, RunObserver, run_once
from claude_tray.ingest.worktrees import read_git_root, read_git_roots
from claude_tray.platform.audit import AuditHook
from claude_tray.providers.claude_code.statusline.handler import write_sample
from claude_tray.providers.registry import AccountFolder
from claude_tray.store.connection import Writer, open_writer
from claude_tray.store.project_roots import list_worktrees
from claude_tray.store.snapshot import SnapshotBuilder
from claude_tray.store.usage_queries import (
    count_sessions_and_projects,
    list_projects,
    list_sessions,
    list_usage_groups,
    load_project_models,
)
from tests.support.builders import PRICES, ClaudeFolder, at, make_line, ms

if TYPE_CHECKING:
    from collections.abc import Iterator


SHOP = "/home/u/shop"
CWDS = (
    SHOP,
    f"{SHOP}/.claude/worktrees/elastic-cori-f29409",
    f"{SHOP}/.claude/worktrees/fix-login/web",
    f"{SHOP}/.worktrees/3",
    "/home/u/other",
)


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeFolder:
    return ClaudeFolder(tmp_path / "claude")


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with closing(open_writer(tmp_path / "usage.db")) as writer:
        yield writer


def _ingest(
    writer: Writer, claude: ClaudeFolder, *, folds_worktrees: bool = True
) -> None:
    folders = (AccountFolder(claude.path),)
    config = EngineConfig(folders, PRICES, folds_worktrees=folds_worktrees)
    ingester = Ingester(writer, folders, PRICES)
    run_once(writer, ingester, config, lambda: at("12:00"), RunObserver())


def _append_sessions(claude: ClaudeFolder, cwds: tuple[str, ...]) -> None:
    for number, cwd in enumerate(cwds):
        claude.append(
            make_line(
                "09:00", f"msg_{number}", cwd=cwd, sessionId=f"s{number}"
            ),
            name=f"s{number}.jsonl",
            project=f"-x{number}",
        )


def test_worktrees_are_one_project_with_a_second_level(
    claude: ClaudeFolder, writer: Writer
) -> None:
    _append_sessions(claude, CWDS)

    _ingest(writer, claude)

    listed = {project.name: project for project in list_projects(writer)}
    assert set(listed) == {"shop", "other"}
    shop = listed["shop"]
    assert (shop.path, shop.sessions, shop.totals.messages) == (SHOP, 4, 4)
    assert count_sessions_and_projects(writer) == (5, 2)
    (totals,) = load_project_models(writer, SHOP).values()
    assert totals.messages == 4
    assert [w.name for w in list_worktrees(writer, SHOP)] == [
        "elastic-cori-f29409",
        "fix-login",
        "3",
    ]
    sessions = {
        s.uuid: s for s in list_sessions(writer) if s.project == "shop"
    }
    assert {s.worktree for s in sessions.values()} == {
        "",
        "elastic-cori-f29409",
        "fix-login",
        "3",
    }
    assert {s.project for s in list_sessions(writer)} == {"shop", "other"}


def test_tray_and_popup_show_the_same_projects(
    claude: ClaudeFolder, writer: Writer
) -> None:
    _append_sessions(claude, CWDS)
    _ingest(writer, claude)

    groups = list_usage_groups(writer, "", ms("00:00"), ms("12:00"))
    account = Account("", "default", str(claude.path), None)
    snapshot = SnapshotBuilder(writer).build([account], at("12:00"))

    messages = {group.project: group.totals.messages for group in groups}
    assert messages == {SHOP: 4, "/home/u/other": 1}
    assert {project.name for project in snapshot.projects} == {"shop", "other"}


def test_the_setting_can_be_changed_at_any_time(
    claude: ClaudeFolder, writer: Writer
) -> None:
    _append_sessions(claude, CWDS)
    for folds_worktrees, count in ((True, 2), (False, 5), (True, 2)):
        _ingest(writer, claude, folds_worktrees=folds_worktrees)

        assert len(list_projects(writer)) == count
    _ingest(writer, claude, folds_worktrees=False)
    claude.append(make_line(message="msg_9", cwd=f"{SHOP}/.worktrees/9"))
    _ingest(writer, claude, folds_worktrees=False)
    assert len(list_projects(writer)) == 6


def test_a_new_worktree_is_part_of_its_project_at_once(
    claude: ClaudeFolder, writer: Writer
) -> None:
    ingester = Ingester(writer, [AccountFolder(claude.path)], PRICES)

    for cwd in CWDS[:2]:
        path = claude.append(
            make_line(message=cwd, cwd=cwd, sessionId=cwd),
            name=f"{len(cwd)}.jsonl",
        )
        ingester.ingest_files([str(path)])

    assert [project.name for project in list_projects(writer)] == ["shop"]


def test_both_paths_of_a_share_are_one_project(
    claude: ClaudeFolder, writer: Writer
) -> None:
    _append_sessions(
        claude,
        (
            "//wsl.localhost/Ubuntu/home/u/shop",
            "\\\\wsl.localhost\\Ubuntu\\home\\u\\shop",
        ),
    )
    for folds_worktrees in (True, False):
        _ingest(writer, claude, folds_worktrees=folds_worktrees)

        assert [(p.name, p.sessions) for p in list_projects(writer)] == [
            ("shop", 2)
        ]


def _run_git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    command = ["git", "-C", str(folder), *identity, *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("lacks git")
    folder = tmp_path / "shop"
    folder.mkdir()
    _run_git(folder, "init", "-q")
    _run_git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    return folder


def test_a_worktree_of_git_is_part_of_its_repository(
    claude: ClaudeFolder, writer: Writer, repository: Path, tmp_path: Path
) -> None:
    worktree = tmp_path / "elsewhere" / "fix"
    _run_git(repository, "worktree", "add", "-q", str(worktree))
    (worktree / "web").mkdir()
    _append_sessions(
        claude, (str(repository), str(worktree), str(worktree / "web"))
    )

    _ingest(writer, claude)

    (project,) = list_projects(writer)
    assert (project.name, project.sessions) == ("shop", 3)
    names = [w.name for w in list_worktrees(writer, str(repository))]
    assert names == ["fix", "web"]
    # The worktree is gone, its usage stays where it was.
    _run_git(repository, "worktree", "remove", str(worktree))
    _ingest(writer, claude)
    assert len(list_projects(writer)) == 1


def test_a_worktree_of_a_bare_repository_belongs_to_it(
    repository: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "shop.git"
    _run_git(tmp_path, "clone", "-q", "--bare", str(repository), str(bare))
    worktree = tmp_path / "main"
    _run_git(bare, "worktree", "add", "-q", str(worktree))

    assert read_git_root(str(worktree)) == str(bare)


@pytest.mark.parametrize(
    "content",
    [b"", b"gitdir: /nowhere", b"gitdir: \0", b"no git", b"x" * 10_000],
)
def test_an_odd_git_file_names_no_repository(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / ".git").write_bytes(content)

    assert read_git_root(str(tmp_path)) == ""


def test_folders_without_a_worktree_have_no_root(
    repository: Path, tmp_path: Path
) -> None:
    submodule = tmp_path / "module"
    git_dir = repository / ".git" / "modules" / "module"
    git_dir.mkdir(parents=True)
    submodule.mkdir()
    (submodule / ".git").write_text(f"gitdir: {git_dir}\n")

    folders = [repository, submodule, tmp_path / "gone", Path("-guess")]
    assert read_git_roots(map(str, folders)) == dict.fromkeys(
        map(str, folders), ""
    )


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are of POSIX")
def test_a_pipe_named_git_does_not_block(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("no pipes there")
    os.mkfifo(tmp_path / ".git")

    assert read_git_root(str(tmp_path)) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
@pytest.mark.parametrize(
    "link", ["app/.git", "shop/.git/worktrees/w/commondir"]
)
def test_a_link_among_the_files_of_git_is_not_opened(
    tmp_path: Path, link: str
) -> None:
    git_dir = tmp_path / "shop/.git/worktrees/w"
    git_dir.mkdir(parents=True)
    (git_dir / "commondir").write_text("../..\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app/.git").write_text(f"gitdir: {git_dir}\n")
    assert read_git_root(str(tmp_path / "app")) == str(tmp_path / "shop")
    (tmp_path / link).rename(tmp_path / "secret")
    (tmp_path / link).symlink_to(tmp_path / "secret")
    audit = AuditHook()

    root = read_git_root(str(tmp_path / "app"))

    audit.stop()
    assert root == ""
    assert str(tmp_path / "secret") not in audit.files


def test_a_folder_that_does_not_answer_is_given_up() -> None:
    is_mounted = threading.Event()

    def read(path: str) -> str:
        if path == "/share":
            is_mounted.wait(10)
        return "/r"

    found = read_git_roots(["/a", "/share", "/b"], 0.2, read)
    is_mounted.set()
    (thread,) = [t for t in threading.enumerate() if t.name == "git"]
    thread.join()

    assert found == {"/a": "/r", "/share": "", "/b": ""}


def _report(
    writer: Writer,
    spool_dir: Path,
    claude: ClaudeFolder,
    payload: dict[str, Any],
) -> None:
    transcript = str(claude.projects / "-x" / "s.jsonl")
    values = {"session_id": "s", "transcript_path": transcript, **payload}
    write_sample(spool_dir, values, ms("11:00") * 10**6)
    config = EngineConfig(
        (AccountFolder(claude.path),), PRICES, spool_dir=spool_dir
    )
    ingest_statusline_samples(writer, config, ms("11:00"))


WORKTREE = "/home/u/wt/feature-xyz"


@pytest.mark.parametrize(
    "payload",
    [
        {
            "workspace": {
                "project_dir": WORKTREE,
                "git_worktree": "feature-xyz",
                "repo": {"name": "shop"},
            }
        },
        {"worktree": {"path": WORKTREE, "original_cwd": SHOP}},
    ],
)
@pytest.mark.parametrize("cwds", [(WORKTREE, SHOP), (SHOP, WORKTREE)])
def test_a_worktree_may_be_reported_before_its_sessions_are_read(
    writer: Writer,
    claude: ClaudeFolder,
    tmp_path: Path,
    payload: dict[str, Any],
    cwds: tuple[str, str],
) -> None:
    _report(writer, tmp_path / "spool", claude, payload)
    for cwd in cwds:
        claude.append(
            make_line("09:00", f"msg_{cwd}", cwd=cwd, sessionId=cwd[-4:]),
            name=f"{cwd[-4:]}.jsonl",
        )
        _ingest(writer, claude)

    (project,) = list_projects(writer)
    assert project.path == SHOP


@pytest.mark.parametrize(
    "payload",
    [
        {
            "workspace": {
                "project_dir": WORKTREE,
                "git_worktree": "feature-xyz",
                "repo": {"name": "shop"},
            }
        },
        {"worktree": {"path": WORKTREE, "original_cwd": SHOP}},
        {
            "workspace": {"project_dir": WORKTREE, "git_worktree": "x"},
            "worktree": {"original_cwd": f"{SHOP}/"},
        },
    ],
)
def test_the_status_line_names_the_project_of_a_worktree(
    claude: ClaudeFolder,
    writer: Writer,
    tmp_path: Path,
    payload: dict[str, Any],
) -> None:
    _append_sessions(claude, (SHOP, WORKTREE))
    _ingest(writer, claude)
    assert len(list_projects(writer)) == 2

    _report(writer, tmp_path / "spool", claude, payload)
    _ingest(writer, claude)

    assert [project.name for project in list_projects(writer)] == ["shop"]
    _ingest(writer, claude, folds_worktrees=False)
    assert len(list_projects(writer)) == 2


@pytest.mark.parametrize(
    "payload",
    [
        {"workspace": {"project_dir": WORKTREE}},
        {"workspace": {"project_dir": WORKTREE, "git_worktree": "x"}},
        {
            "workspace": {
                "project_dir": WORKTREE,
                "git_worktree": "x",
                "repo": {"name": "unknown"},
            }
        },
        {
            "workspace": {
                "project_dir": WORKTREE,
                "git_worktree": "x",
                "repo": {"name": "twice"},
            }
        },
        {"worktree": {"path": WORKTREE, "original_cwd": WORKTREE}},
        {"worktree": {"path": "/never/seen", "original_cwd": SHOP}},
        {"worktree": 5, "workspace": []},
    ],
)
def test_a_report_that_names_no_known_project_changes_nothing(
    claude: ClaudeFolder,
    writer: Writer,
    tmp_path: Path,
    payload: dict[str, Any],
) -> None:
    _append_sessions(claude, (SHOP, WORKTREE, "/a/twice", "/b/twice"))
    _ingest(writer, claude)

    _report(writer, tmp_path / "spool", claude, payload)
    _ingest(writer, claude)

    assert len(list_projects(writer)) == 4
