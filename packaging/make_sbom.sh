#!/bin/sh
# Write dist/claude-tray.cdx.json: the libraries of the packages, with versions
# and hashes, as CycloneDX. PYTHON is an environment with the extra `ship`.
. "$(dirname "$0")/common.sh"

mkdir -p dist
"$PYTHON" -m cyclonedx_py requirements requirements/run.txt \
    --pyproject pyproject.toml --mc-type application --sv 1.6 \
    --output-reproducible --validate --of JSON -o dist/claude-tray.cdx.json
