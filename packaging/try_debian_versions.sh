#!/bin/sh
# Run the tests with the library versions of Debian 12, which the native .deb
# depends on; some are older than pyproject.toml requires.
. "$(dirname "$0")/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pytest pytest-timeout pytest-xdist hypothesis genai-prices \
    jeepney==0.8.0 msgspec pillow==9.4.0 platformdirs==2.6.0 \
    python-dotenv==0.21.0 python-xlib==0.33 pystray requests==2.28.1 \
    rich==13.3.1 tomlkit==0.11.7 jinja2==3.1.2 waitress==2.1.2 werkzeug==2.2.2 \
    shtab watchdog keyring
"$work/venv/bin/pip" install -q --no-deps -e .
"$work/venv/bin/python" -m pytest -q -p no:cacheprovider --ignore tests/server \
    --ignore tests/bench -k "not agree_with_platformdirs" "$@"
