#!/usr/bin/env bash
# Makes what the tests of the Spark engine need, once for each state of the locks:
#   .spark/VERSION   Spark's own servers: the jars of the PyPI package `pyspark`, of scripts/spark_server.lock
#   .venv-spark      all that .venv has, and Spark's thin client of requirements-spark.lock on top: the other tests must do
#                    without it, as most installations do
# scripts/environment.sh comes first. The registry is asked for some 500 MB.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/java.sh

servers=.spark/$(spark_version)

fetch_servers() ( # in a shell of its own, which takes away what it fetched
    if [ -f "$servers/whole" ]; then exit 0; fi
    echo "fetching Spark $(spark_version) (430 MB, once) · 正在下载 Spark" >&2
    rm -rf "$servers"
    mkdir -p "$servers"
    fetched=$(mktemp -d)
    trap 'rm -rf "$fetched"' EXIT
    .venv/bin/python -m pip download --quiet --no-input --disable-pip-version-check --no-cache-dir --no-deps \
        --no-build-isolation --require-hashes --dest "$fetched" --requirement scripts/spark_server.lock
    tar --extract --gzip --file "$fetched"/pyspark-*.tar.gz --directory "$servers" --strip-components=2 \
        --wildcards '*/deps/jars/*.jar' --exclude '*/connect-repl/*'
    touch "$servers/whole"
)

make_environment() {
    local stamp=.venv-spark/made-from site
    fingerprint() { pwd -P; cat requirements-spark.lock .venv/made-from; }
    if fingerprint | cmp -s - "$stamp"; then return; fi
    .venv/bin/python -m venv --clear .venv-spark
    site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf 'import site; site.addsitedir(%s)\n' "'$site'" \
        >"$(.venv-spark/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/all-of-venv.pth"
    .venv-spark/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
        --require-hashes --requirement requirements-spark.lock
    fingerprint >"$stamp"
}

fetch_servers
make_environment
