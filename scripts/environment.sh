#!/usr/bin/env bash
# Makes .venv from requirements.lock and installs the project into it, once for each state of the lock.
# Needs Python 3.11 or newer with its venv module; nothing else. Safe to start twice at the same time.
#   scripts/environment.sh            the environment of `make demo`, `make test`, `make check`
#   scripts/environment.sh --system   the same, with the browser tests' packages on top
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/python.sh

export PIP_USER=0 # a personal pip setting that no virtual environment can follow

install() { .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check "$@"; }

# What the environment was made from: the locks, the project's own metadata, and where it stands
# (a virtual environment that was moved or copied does not work).
fingerprint() { printf '%s\n' "$(pwd -P)"; cat "$@"; }

make_environment() {
    local python stamp=.venv/made-from
    if [ -x .venv/bin/python ] && fingerprint requirements.lock pyproject.toml | cmp -s - "$stamp"; then return; fi
    python=$(find_python)
    echo "making the environment .venv from requirements.lock (about a minute, once) · 正在建立运行环境" >&2
    "$python" -m venv --clear .venv || {
        echo "the venv module of $python does not work: on Debian install python3-venv · 请安装 python3-venv" >&2
        exit 2
    }
    install --require-hashes --requirement requirements.lock
    install --no-deps --no-build-isolation --editable .
    scripts/fetch_plotly_basic.sh
    fingerprint requirements.lock pyproject.toml >"$stamp"
}

add_system_packages() {
    local stamp=.venv/made-from-system
    if fingerprint requirements-system.lock | cmp -s - "$stamp"; then return; fi
    install --require-hashes --requirement requirements-system.lock
    fingerprint requirements-system.lock >"$stamp"
}

wait_for_turn() { # the lock is on this shell's descriptor 9, and ends with it
    exec 9>.venv.lock
    "$(find_python)" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}

wait_for_turn
make_environment
if [ "${1:-}" = --system ]; then add_system_packages; fi
