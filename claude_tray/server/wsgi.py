"""Provide the WSGI application; importing it sets up Django."""

from __future__ import annotations

from claude_tray.server.bootstrap import setup_django

setup_django()

# After the setup, which explains a missing extra.
from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
