#!/usr/bin/env bash
# Writes the four lock files anew from pyproject.toml: every package with the hashes of all its files, no address.
#   scripts/lock.sh             keeps the versions that still fit
#   scripts/lock.sh --upgrade   takes the newest that fit
# Run `make test check faults` afterwards; when plotly changes, mend scripts/plotly_basic.lock too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/python.sh

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$(find_python)" -m venv "$tools"
"$tools/bin/python" -m pip install --quiet --no-input --disable-pip-version-check uv

compile() { # OUTPUT OPTION…
    "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "${@:2}" --output-file "$1" pyproject.toml
}

compile requirements.lock --extra test --extra build "$@"
compile requirements-runtime.lock --constraint requirements.lock
compile requirements-spark.lock --constraint requirements.lock --extra spark "$@"
compile requirements-system.lock --constraint requirements.lock --extra system --extra test --extra build "$@"
