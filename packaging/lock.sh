#!/bin/sh
# Write requirements/*.txt: all versions with hashes and without registry
# addresses, for all systems. Needs uv (PyPI); install with
#     pip install --require-hashes -r requirements/run.txt
# Only PyPI is asked, not the indexes and wheels that this machine may add: others
# have to find the same files.
. "$(dirname "$0")/common.sh"

lock() {
    out=requirements/$1.txt
    project=$2
    shift 2
    env -u UV_FIND_LINKS -u UV_INDEX -u UV_EXTRA_INDEX_URL -u UV_CONSTRAINT \
        "$PYTHON" -m uv --no-config pip compile -q --universal --python-version 3.11 --generate-hashes \
        --default-index https://pypi.org/simple \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
        "$project" "$@" -o "$out"
    if grep -E '://|file:' "$out"; then
        echo "$out contains a registry address" >&2
        exit 1
    fi
}

mkdir -p requirements
lock run pyproject.toml
lock server packaging/server/pyproject.toml --extra postgres
lock test pyproject.toml --extra test
lock dev pyproject.toml --extra test --extra dev --extra ship
