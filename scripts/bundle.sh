#!/usr/bin/env bash
# Makes plan-monitor-VERSION-ARCH.tar.gz: everything that a machine without a network needs, checked by SHA-256.
#   scripts/bundle.sh [FOLDER]                   into FOLDER, dist without one
#   PYTHONS="3.11 3.12" scripts/bundle.sh        for machines with other Pythons than this environment's
#   ARCH=aarch64 scripts/bundle.sh               for machines of another kind
set -euo pipefail
target=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd -P)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=.venv/bin/python
export PIP_USER=0 SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1577836800}

fetch() { "$python" -m pip download -qq --no-input --disable-pip-version-check --no-deps --require-hashes \
    --only-binary :all: "$@"; }

sums() { # of every file below the current folder, but the list itself
    find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$python" -m hatchling build --target wheel --directory "$scratch" >/dev/null 2>&1 ||
    { echo "the wheel could not be built: run make wheel to see why · 无法构建程序包，请运行 make wheel 查看原因" >&2; exit 1; }
wheel=$(cd "$scratch" && echo plan_monitor-*.whl)
version=${wheel#plan_monitor-}
version=${version%%-*}
arch=${ARCH:-$(uname -m)}
pythons=${PYTHONS:-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')}
name=plan-monitor-$version-$arch
bundle=$scratch/$name
mkdir -p "$bundle/wheels"

mapfile -t tags < <("$python" scripts/bundle_wheels.py platforms "$arch")
for one in $pythons; do
    "$python" scripts/bundle_wheels.py requirements requirements-runtime.lock "$one" "$arch" >"$bundle/requirements-$one.lock"
    fetch "${tags[@]/#/--platform=}" --python-version "$one" --implementation cp --dest "$bundle/wheels" \
        --requirement "$bundle/requirements-$one.lock" ||
        { echo "not every package can be had for Python $one on $arch · 缺少适用于 Python $one（$arch）的软件包" >&2; exit 1; }
done
fetch --dest "$bundle" --requirement scripts/bundle_pip.lock
mv "$scratch/$wheel" "$bundle"
cp -R deploy docs "$bundle"
rm -rf "$bundle/docs/pictures"
mv "$bundle"/deploy/{install.sh,upgrade.sh,README.txt} "$bundle"
cp LICENSE CHANGELOG.md "$bundle"
cp compose.yaml "$bundle"
cat >"$bundle/bundle.conf" <<END
VERSION=$version
RELEASE=$version-$(sha256sum "$bundle/$wheel" | cut -c 1-8)
ARCH=$arch
PYTHONS="$pythons"
GLIBC=$("$python" scripts/bundle_wheels.py glibc "$bundle/wheels")
END
find "$bundle" -type d -exec chmod 755 {} + -o -type f -perm /100 -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
(cd "$bundle" && sums >"$scratch/sums" && mv "$scratch/sums" SHA256SUMS && chmod 644 SHA256SUMS)
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --directory "$scratch" "$name" |
    gzip --no-name >"$target/$name.tar.gz.part"
mv "$target/$name.tar.gz.part" "$target/$name.tar.gz"
(cd "$target" && sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256")
