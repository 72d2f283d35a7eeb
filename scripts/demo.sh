#!/usr/bin/env bash
# The demo: its environment, then the program in this process, so that Ctrl-C and SIGTERM reach it.
#   scripts/demo.sh [PORT] [further options of `monitor demo`]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/environment.sh
exec .venv/bin/python -m monitor demo --port "${1:-8050}" "${@:2}"
