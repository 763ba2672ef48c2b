"""The application, for any WSGI server."""

from __future__ import annotations

from claude_tray.server.start import start

start()

# After Django is ready.
from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
