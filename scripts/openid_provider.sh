#!/usr/bin/env bash
# Puts the OpenID provider of tests/system/oidc into .node, through npm: the versions and hashes of its package-lock.json,
# once for each state of that file. No script of any package is run. Fails and names what is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source=tests/system/oidc
target=.node/oidc

give_up() {
    echo "tests/system/test_oidc.py needs the npm packages of $source/package-lock.json: $1 · 缺少 OpenID 测试服务：$1" >&2
    exit 2
}

fingerprint() { cat "$source/package.json" "$source/package-lock.json"; }

if fingerprint | cmp -s - "$target/made-from"; then exit 0; fi
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || give_up "node and npm are not installed"
[ "$(node -p 'Number(process.versions.node.split(".")[0])')" -ge 20 ] || give_up "node $(node -v) is older than 20"
rm -rf "$target"
mkdir -p "$target"
cp "$source/package.json" "$source/package-lock.json" "$target"
(cd "$target" && npm_config_fetch_timeout=60000 npm ci --silent --ignore-scripts --no-audit --no-fund </dev/null >/dev/null 2>&1) ||
    give_up "npm ci failed in $target"
fingerprint >"$target/made-from"
