from __future__ import annotations

import hashlib
import re
from pathlib import Path

from claude_tray import web

VENDOR = Path(web.__file__).parent / "static/vendor"


def test_vendored_files_are_unmodified() -> None:
    readme = (VENDOR / "README.md").read_text(encoding="utf-8")
    named = {
        name: digest
        for digest, name in re.findall(
            r"^([0-9a-f]{64})  (.+)$", readme, re.MULTILINE
        )
    }

    files = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(
            path.read_bytes(),
        ).hexdigest()
        for path in VENDOR.glob("*/*")
        if path.name != "LICENSE"
    }

    assert files == named


def test_each_vendored_folder_has_its_license() -> None:
    assert all(
        (f / "LICENSE").is_file() for f in VENDOR.iterdir() if f.is_dir()
    )
