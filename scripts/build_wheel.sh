#!/usr/bin/env bash
# Builds dist/plan_monitor-….whl with the environment's own build backend: nothing is fetched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rm -rf dist
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1577836800} .venv/bin/python -m hatchling build --target wheel
