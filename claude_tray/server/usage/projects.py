"""Look up or create projects; the same folder is one project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from claude_tray.core.project_folders import NamedProject
from claude_tray.core.usage import compute_record_key
from claude_tray.server.usage import bulk_sql, lookup_ids, models, signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claude_tray.server.accounts.models import User


_COLUMNS: Final = "project.id, project.name, project.path"
_BY_NAME_SQL: Final = (
    f"SELECT {_COLUMNS} FROM usage_project AS project"
    " WHERE project.user_id = %s AND project.name"
)
_BY_FOLDER_SQL: Final = f"""
    SELECT {_COLUMNS}, folder.digest
    FROM usage_projectpath AS folder
        JOIN usage_project AS project ON project.user_id = folder.user_id
            AND project.id = folder.project_id
    WHERE folder.user_id = %s AND folder.digest
"""
_RENAME_SQL: Final = (
    "UPDATE usage_project SET name = %s, path = %s"
    " WHERE user_id = %s AND id = %s"
)
_MERGE_SQL: Final = (
    *(
        f"UPDATE usage_{table} SET project_id = %s"
        " WHERE user_id = %s AND project_id = %s"
        for table in ("session", "projectpath", "retiredname")
    ),
)


class _StoredProject(NamedTuple):
    """A project of the database."""

    pk: int
    named: NamedProject


def get_project_pks(user: User, paths: Mapping[str, str]) -> dict[str, int]:
    """
    Return the primary keys of a user's projects by name.

    A worktree belongs to its project. Names of one folder are one project,
    under a label if any of them is one.

    Args:
        user: The user; the caller holds their lock.
        paths: Path of each project by name; empty if unknown.

    Raises:
        TooManyNamesError: The user would have too many.
    """
    sent = {
        name: NamedProject(name, path).fold_worktree()
        for name, path in paths.items()
    }
    matcher = _ProjectMatcher(user)
    matcher.match(sent.values())
    return {name: matcher.get_pk(project) for name, project in sent.items()}


def join_projects(user: User) -> None:
    """Join the stored projects of one folder; the caller holds the lock."""
    stored = models.Project.objects.filter(user=user).order_by("pk")
    matcher = _ProjectMatcher(user)
    for pk, name, path in stored.values_list("pk", "name", "path"):
        named = NamedProject(name, path)
        folded = named.fold_worktree()
        matcher.match([folded], learns_all=True)
        if matcher.get_pk(folded) != pk:
            matcher.merge(_StoredProject(pk, named), folded)


def find_new_name(user_id: int, name: str) -> str | None:
    """Return the name of the project that had this one; None if no one had."""
    return (
        models.RetiredName.objects.filter(
            user=user_id, name=name, project__user=user_id
        )
        .values_list("project__name", flat=True)
        .first()
    )


class _ProjectMatcher:
    """
    Match sent projects with stored ones.

    Args:
        user: The user.
    """

    def __init__(self, user: User) -> None:
        self._user = user
        self._by_name: dict[str, _StoredProject] = {}
        self._by_digest: dict[int, _StoredProject] = {}

    def get_pk(self, sent: NamedProject) -> int:
        """Return the primary key of a matched project."""
        return self._find(sent).pk

    def match(
        self, sent: Iterable[NamedProject], *, learns_all: bool = False
    ) -> None:
        """
        Find or create projects.

        Args:
            sent: The projects.
            learns_all: The folders of known projects may be unknown.

        Raises:
            TooManyNamesError: The user would have too many.
        """
        projects = list(dict.fromkeys(sent))
        self._load_by_name(project.name for project in projects)
        # Nearly always, the folder of a known name is known as well.
        changed = [
            project
            for project in projects
            if learns_all
            or project.name not in self._by_name
            or project.path not in ("", self._by_name[project.name].named.path)
        ]
        if changed:
            self._load_by_digest(changed)
            # Labels first, so that other names join their projects.
            changed.sort(key=lambda project: not project.has_label)
            self._create_missing(changed)
            for project in changed:
                self._learn_folder(project)

    def merge(self, removed: _StoredProject, into: NamedProject) -> None:
        """Move the sessions of a project to another one."""
        remaining_pk = self.get_pk(into)
        with connection.cursor() as cursor:
            for sql in _MERGE_SQL:
                cursor.execute(sql, [remaining_pk, self._user.pk, removed.pk])
        models.Project.objects.filter(user=self._user, pk=removed.pk).delete()
        remaining = self._find(into)
        self._retire_name(removed.named.name, remaining)
        self._replace(remaining, removed.pk)

    def _find(self, sent: NamedProject) -> _StoredProject:
        """Return the project of a folder, else that of the name."""
        folder = sent.folder
        by_digest = self._by_digest.get(_compute_digest(folder))
        if folder and by_digest is not None:
            return by_digest
        return self._by_name[sent.name]

    def _load_by_name(self, names: Iterable[str]) -> None:
        for pk, name, path in bulk_sql.select_matching(
            _BY_NAME_SQL, self._user.pk, set(names)
        ):
            self._by_name[name] = _StoredProject(pk, NamedProject(name, path))

    def _load_by_digest(self, projects: Iterable[NamedProject]) -> None:
        digests = {
            _compute_digest(project.folder)
            for project in projects
            if project.folder
        }
        for pk, name, path, digest in bulk_sql.select_matching(
            _BY_FOLDER_SQL, self._user.pk, digests
        ):
            project = _StoredProject(pk, NamedProject(name, path))
            self._by_digest[digest] = project

    def _create_missing(self, projects: Iterable[NamedProject]) -> None:
        """Create projects of which neither name nor folder is known."""
        new: dict[str, NamedProject] = {}
        folders: set[str] = set()
        for project in projects:
            is_known = project.name in self._by_name or (
                _compute_digest(project.folder) in self._by_digest
                or project.folder in folders
            )
            if not is_known:
                new.setdefault(project.name, project)
                folders |= {project.folder} - {""}
        lookup_ids.check_maximum(
            self._user, "projects", list(new), lookup_ids.MAX_PROJECTS
        )
        if new:
            for row in models.Project.objects.bulk_create(
                models.Project(user=self._user, name=name, path=project.path)
                for name, project in new.items()
            ):
                self._by_name[row.name] = _StoredProject(
                    row.pk, NamedProject(row.name, row.path)
                )

    def _learn_folder(self, sent: NamedProject) -> None:
        """Store the folder of a project, and join those that share it."""
        digest = _compute_digest(sent.folder)
        of_name = self._by_name.get(sent.name)
        of_folder = self._by_digest.get(digest) if sent.folder else None
        if of_folder is None:
            if of_name is None:
                # Created for another name of the folder, which is learned.
                return
            if sent.folder:
                models.ProjectPath.objects.create(
                    user=self._user, digest=digest, project_id=of_name.pk
                )
                self._by_digest[digest] = of_name
            self._rename(of_name, NamedProject(sent.name, sent.path))
        elif of_name is None:
            if sent.has_label and not of_folder.named.has_label:
                self._rename(of_folder, sent)
        elif of_name.pk != of_folder.pk:
            self._join(sent, of_name, of_folder)

    def _join(
        self,
        sent: NamedProject,
        of_name: _StoredProject,
        of_folder: _StoredProject,
    ) -> None:
        """Join two projects, if they are the same beyond doubt."""
        if not of_folder.named.has_label:
            self._by_digest[_compute_digest(sent.folder)] = of_name
            self.merge(of_folder, sent)
        elif of_name.named.folder == sent.folder:
            self.merge(of_name, sent)

    def _rename(self, project: _StoredProject, named: NamedProject) -> None:
        if named.path and named != project.named:
            with connection.cursor() as cursor:
                cursor.execute(
                    _RENAME_SQL, [*named, self._user.pk, project.pk]
                )
            renamed = _StoredProject(project.pk, named)
            if named.name != project.named.name:
                self._retire_name(project.named.name, renamed)
            self._replace(renamed)

    def _retire_name(self, name: str, project: _StoredProject) -> None:
        """Remember whose name it was, and tell the other apps."""
        models.RetiredName.objects.update_or_create(
            user=self._user, name=name, defaults={"project_id": project.pk}
        )
        signals.project_renamed.send(
            _ProjectMatcher,
            user_id=self._user.pk,
            old=name,
            new=project.named.name,
        )

    def _replace(self, project: _StoredProject, removed_pk: int = 0) -> None:
        """Use a project instead of its earlier state, or of a removed one."""
        pks = (project.pk, removed_pk)
        self._by_name = {
            name: project if known.pk in pks else known
            for name, known in self._by_name.items()
        }
        self._by_digest = {
            digest: project if known.pk in pks else known
            for digest, known in self._by_digest.items()
        }


def _compute_digest(folder: str) -> int:
    return compute_record_key("", "", folder)
