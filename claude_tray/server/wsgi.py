"""Provide the WSGI application; importing it sets up Django."""

from __future__ import annotations

from claude_tray.server.bootstrap import setup_django

setup_django()

# After the setup, which explains a missing extra.
from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

from claude_tray.server.wsgi_adapter import adapt_application  # noqa: E402

application = adapt_application(
    get_wsgi_application(),
    url_prefix=settings.ENVIRONMENT.url_prefix,
    max_body_bytes=settings.WIRE_BYTES,
)
