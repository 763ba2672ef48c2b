#!/usr/bin/env bash
# Run the project's tests with Python for Windows, under Wine:
#     tests/windows/run_suite.sh [TESTS...]
# Those that use what only Unix has fail there: read the list.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
WINEPREFIX=$(tests/windows/make_python.sh)
export WINEPREFIX WINEARCH=win64 WINEDEBUG=-all
export WINEDLLOVERRIDES="mscoree,mshtml=" PYTHONPYCACHEPREFIX='C:\pycache'
libraries=$WINEPREFIX/drive_c/test-libraries
[ -d "$libraries" ] || "${PYTHON:-.venv/bin/python}" -m uv pip install -q \
  --python-platform x86_64-pc-windows-msvc --python-version 3.11 \
  --only-binary :all: --require-hashes --no-deps --target "$libraries" \
  -r requirements/test.txt
export PYTHONPATH="Z:${root//\//\\};C:\\test-libraries"
trap 'PATH=$PATH:/usr/lib/wine wineserver -k' EXIT
# Python gets no standard output from Wine that is a file. schemathesis needs
# bcryptprimitives.dll, which Wine 8 lacks.
wine 'C:\Python311\python.exe' -m pytest -q -n 0 -p no:cacheprovider \
  -p no:schemathesis "$@" </dev/null 2>&1 | cat
