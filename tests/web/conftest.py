"""Skip the tests without the extra that has the template engine."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("jinja2") else ["test_*.py"]
