#!/usr/bin/env bash
# Makes .venv-peers and .venv-superset from their lock files, once for each state of them; nothing enters .venv.
#   bench/peers/environment.sh peers             frictionless, pandera, pandas, polars, psycopg
#   bench/peers/environment.sh superset          Apache Superset with its DuckDB connection
#   bench/peers/environment.sh --lock [OPTION…]  writes both lock files anew from peers.in and superset.in (through uv)
# Where packages come from is pip's own configuration. PostgreSQL 15 is Debian's: apt-get install postgresql-15.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/python.sh

export PIP_USER=0 # a personal pip setting that no virtual environment can follow
places=bench/peers

fingerprint() { printf '%s\n' "$(pwd -P)"; cat "$1"; }

make_environment() { # NAME
    local lock=$places/$1.lock venv=.venv-$1
    if [ -x "$venv/bin/python" ] && fingerprint "$lock" | cmp -s - "$venv/made-from"; then return; fi
    echo "making $venv from $lock (a minute or two, once)" >&2
    "$(find_python)" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
        --require-hashes --requirement "$lock"
    fingerprint "$lock" >"$venv/made-from"
}

lock() {
    local name
    tools=$(mktemp -d) # not local: the trap runs after this function
    trap 'rm -rf "$tools"' EXIT
    "$(find_python)" -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet --no-input --disable-pip-version-check uv
    for name in peers superset; do
        "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
            --no-annotate --no-emit-index-url --no-emit-find-links "$@" --output-file "$places/$name.lock" "$places/$name.in"
    done
}

case "${1:-}" in
    peers | superset) make_environment "$1" ;;
    --lock) shift; lock "$@" ;;
    *) sed -n '2,6p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
