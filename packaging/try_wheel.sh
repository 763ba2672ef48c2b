#!/bin/sh
# Builds the wheel and the sdist, and runs the sdist's tests against the
# installed wheel in an environment of its own: nothing of the checkout is
# there to be imported by mistake. Once with everything, once without any extra
# but what runs the tests.
. "$(dirname "$0")/common.sh"

"$PYTHON" -m build -q
"$PYTHON" -m twine check --strict "dist/claude_tray-$VERSION"*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -x -C "$work" -f "dist/claude_tray-$VERSION.tar.gz"
cd "$work/claude_tray-$VERSION"
rm -rf claude_tray
wheel=$OLDPWD/dist/claude_tray-$VERSION-py3-none-any.whl

try() {
    python3 -m venv --clear "$work/venv"
    "$work/venv/bin/pip" install -q "$@"
    # What looks at the sources has none here.
    "$work/venv/bin/python" -m pytest -q -p no:cacheprovider \
        --ignore tests/architecture --ignore tests/bench \
        --deselect tests/config/test_price_tables.py::test_the_tables_are_what_their_maker_makes
}

try "$wheel" pytest pytest-timeout hypothesis genai-prices
try "$wheel[test]"
