#!/usr/bin/env bash
# Installs the built wheel and the packages it runs with, by their hashes, into a virtual environment of its own.
#   scripts/install_runtime.sh FOLDER
# In a closed network: PIP_NO_INDEX=1 PIP_FIND_LINKS=folder-with-wheels scripts/install_runtime.sh FOLDER
set -euo pipefail
target=$(mkdir -p "${1:?usage: scripts/install_runtime.sh FOLDER}" && cd "$1" && pwd -P)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/python.sh

install() { "$target/bin/python" -m pip install --quiet --no-input --disable-pip-version-check "$@"; }

wheels=(dist/plan_monitor-*.whl)
[ -f "${wheels[0]}" ] || { echo "dist holds no wheel: run scripts/build_wheel.sh first · 请先运行 scripts/build_wheel.sh" >&2; exit 2; }
"$(find_python)" -m venv --clear "$target"
install --require-hashes --requirement requirements-runtime.lock
install --no-deps --no-index "${wheels[0]}"
