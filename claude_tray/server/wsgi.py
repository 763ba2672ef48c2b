"""Provide the WSGI application; importing it sets up Django."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from claude_tray.server.bootstrap import setup_django

setup_django()

application = get_wsgi_application()
