"""Build the version resource of the Windows program."""

from __future__ import annotations

from PyInstaller.utils.win32.versioninfo import (
    FixedFileInfo,
    StringFileInfo,
    StringStruct,
    StringTable,
    VarFileInfo,
    VarStruct,
    VSVersionInfo,
)

from claude_tray.platform.app_id import COMMAND, TITLE

_ENGLISH_UNICODE = "040904B0"
_TRANSLATION = [0x409, 0x4B0]


def build_windows_version(version: str) -> VSVersionInfo:
    """Build the resource for "1.2.3"; scanners distrust files without one."""
    numbers = (*map(int, version.split(".")), 0)
    texts = {
        "CompanyName": f"{COMMAND} contributors",
        "FileDescription": TITLE,
        "FileVersion": version,
        "InternalName": COMMAND,
        "LegalCopyright": "MIT",
        "OriginalFilename": f"{COMMAND}.exe",
        "ProductName": TITLE,
        "ProductVersion": version,
    }
    table = StringTable(
        _ENGLISH_UNICODE,
        [StringStruct(name, text) for name, text in texts.items()],
    )
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[
            StringFileInfo([table]),
            VarFileInfo([VarStruct("Translation", _TRANSLATION)]),
        ],
    )
