from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import PurePosixPath

from claude_tray.web.static_files import STATIC_DIR, load_static_files


def test_a_name_has_the_hash_of_what_is_sent() -> None:
    for name, file in load_static_files().files.items():
        digest = PurePosixPath(name).stem.rpartition(".")[2]

        assert hashlib.sha256(file.body).hexdigest().startswith(digest)
        assert len(digest) == 12


def test_every_file_but_documents_is_served() -> None:
    served = set(load_static_files().hashed_names)

    files = {
        path.relative_to(STATIC_DIR).as_posix()
        for path in STATIC_DIR.rglob("*")
        if path.is_file()
        if path.suffix != ".md"
        if path.name != "LICENSE"
    }
    assert served == files


def test_style_sheets_request_hashed_files() -> None:
    loaded = load_static_files()

    body = loaded.files[loaded.hashed_names["colors.css"]].body.decode()

    fonts = re.findall(r"url\(([^)]+)\)", body)
    assert len(fonts) == 4
    assert all(font in loaded.files for font in fonts)


def test_texts_are_compressed_and_fonts_are_not() -> None:
    for name, file in load_static_files().files.items():
        if name.endswith(".woff2"):
            assert file.compressed is None
            assert file.media_type == "font/woff2"
        else:
            assert file.compressed is not None
            assert gzip.decompress(file.compressed) == file.body
            assert "charset=utf-8" in file.media_type
