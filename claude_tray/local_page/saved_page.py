"""
Save the overview as one file that needs no process.

Styles and scripts are in the file, and nothing is loaded from anywhere else:
its Content Security Policy allows only them. Links to other pages are text.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final

from claude_tray.local_page import application, request_context
from claude_tray.local_page.pages import overview
from claude_tray.web import static_files

if TYPE_CHECKING:
    from claude_tray.app.context import AppContext


_STYLE_LINK: Final = re.compile(
    r'<link rel="stylesheet" href="/static/([^"]+)">'
)
_SCRIPT: Final = re.compile(
    r'<script(?: defer)? src="/static/([^"]+)"></script>'
)
_ICON: Final = re.compile(r'<link rel="icon" href="/static/([^"]+)"')
_FONT: Final = re.compile(r"@font-face \{.*?\}\n", re.DOTALL)
# Of the page itself, such as "#main", a link works without a process.
_LINK: Final = re.compile(r'(<a\b[^>]*?) href="(?!#)[^"]*"')
_SECONDS: Final = re.compile(
    r' role="timer" aria-live="off" data-seconds-left="\d+"'
)
_HEAD: Final = "<head>\n"
# What leads to other pages, or asks the process for something.
_SAVED_STYLE: Final = (
    ".top nav,.segments,.choose-days,.more,.jump,#offline"
    "{display:none!important}a:not([href]){text-decoration:none}"
)


def render_saved_overview(app: AppContext) -> str:
    """
    Render the overview as one HTML file.

    Args:
        app: Paths and settings of the program.

    Raises:
        StoreError: The store cannot be read.
    """
    context = request_context.build_offline_context(
        app, application.build_page_environment()
    )
    html = context.render_text(
        "overview",
        saved_at=context.page.now,
        **overview.load_overview({}, context),
    )
    return _inline_files(html)


def _inline_files(html: str) -> str:
    hashes: dict[str, list[str]] = {"script": [], "style": []}

    def embed(kind: str, text: str) -> str:
        digest = hashlib.sha256(text.encode()).digest()
        hashes[kind].append(f"'sha256-{base64.b64encode(digest).decode()}'")
        return f"<{kind}>{text}</{kind}>"

    def embed_style(match: re.Match[str]) -> str:
        # A system font instead of 150 KB of Inter.
        return embed("style", _FONT.sub("", _read(match[1])))

    html = _LINK.sub(r"\1", html)
    # A countdown would run on from the time of the file.
    html = _SECONDS.sub("", html)
    html = _ICON.sub(_embed_icon, html)
    html = _STYLE_LINK.sub(embed_style, html)
    # Without a process there is nothing to poll, and scripts come last: they
    # cannot be deferred.
    names = [name for name in _SCRIPT.findall(html) if "/htmx/" not in name]
    html = _SCRIPT.sub("", html)
    scripts = "".join(embed("script", _read(name)) for name in names)
    html = html.replace("</body>", f"{scripts}</body>")
    html = html.replace("</head>", f"{embed('style', _SAVED_STYLE)}</head>")
    return html.replace(_HEAD, f"{_HEAD}{_build_policy(hashes)}", 1)


def _embed_icon(match: re.Match[str]) -> str:
    data = base64.b64encode(_read(match[1]).encode()).decode()
    return f'<link rel="icon" href="data:image/svg+xml;base64,{data}"'


def _build_policy(hashes: dict[str, list[str]]) -> str:
    policy = (
        "default-src 'none'; img-src data:;"
        f" script-src {' '.join(hashes['script'])};"
        f" style-src {' '.join(hashes['style'])}"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'


def _read(hashed_name: str) -> str:
    file = static_files.load_static_files().files[hashed_name]
    return file.body.decode()
