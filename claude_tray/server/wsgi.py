"""The application, for any WSGI server."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from claude_tray.server.bootstrap import setup_django

setup_django()

# After Django is ready.

application = get_wsgi_application()
