"""What the doctor says of its own run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claude_tray.cli.finding import Finding
from claude_tray.transcripts.place import readable

if TYPE_CHECKING:
    from claude_tray.desktop.audit import Audit


def findings_of_audit(audit: Audit, *, is_whole: bool) -> list[Finding]:
    """
    Return every file that was opened and every host that was called.

    Args:
        audit: What was heard.
        is_whole: A person is given the whole list, not only its length.
    """
    files, hosts = sorted(map(readable, audit.files)), sorted(audit.hosts)
    programs = sorted(audit.programs)
    credentials = audit.credentials
    opened = f"{len(files)}; --audit lists them"
    if is_whole:
        opened = "\n".join(files) or "none"
    said = "No file with credentials of Claude was opened."
    hint = ""
    if credentials:
        said = f"Opened: {', '.join(credentials)}."
        hint = "This must not be: please report it."
    return [
        Finding("files_opened", files, opened),
        Finding("programs_started", programs, ", ".join(programs) or "none"),
        Finding("hosts_contacted", hosts, ", ".join(hosts) or "none"),
        Finding("credentials_opened", credentials, said, hint),
    ]
