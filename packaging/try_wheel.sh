#!/bin/sh
# Build the wheel and the sdist, and run the sdist's tests against the installed
# wheel in a separate environment, so that nothing is imported from the
# checkout. Once without optional dependencies, once with all of them.
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
    # Tests of the source code need the checkout.
    "$work/venv/bin/python" -m pytest -q -p no:cacheprovider \
        --ignore tests/architecture --ignore tests/bench \
        --deselect tests/config/test_price_tables.py::test_the_tables_are_what_their_maker_makes
}

try "$wheel" pytest pytest-timeout pytest-xdist hypothesis genai-prices
try "$wheel[test]"
