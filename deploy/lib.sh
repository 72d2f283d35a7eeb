# Sourced by install.sh and upgrade.sh, in the folder of the unpacked bundle: what both of them do.

tell() { printf '%s\n' "$*" >&2; }

fail() { # EN ZH
    tell "$(basename "$0"): $1 · $2"
    exit 1
}

own_user() { [ "$(id -un)" = "$1" ]; }

as_user() { # COMMAND… as the user of the data, with the environment of now
    if own_user "$USER_NAME"; then "$@"; else runuser -u "$USER_NAME" -- "$@"; fi
}

with_settings() ( # COMMAND… in the data folder, with the settings file in the environment
    export_settings "$SETTINGS" && cd "$DATA" || exit 2
    "$@"
)

check_machine() {
    [ "$(uname -m)" = "$ARCH" ] ||
        fail "this bundle is for $ARCH, this machine is $(uname -m)" "本安装包用于 $ARCH，本机为 $(uname -m)"
}

python_version() { # PROGRAM: such as 3.11; fails where it is none, lacks its venv module, or is not for the data's user
    as_user "$1" -c 'import sys, venv; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

find_python() { # sets PYTHON and PYTHON_VERSION: a Python that this bundle has packages for; $PYTHON alone where it is given
    local candidates=() candidate version
    for version in $PYTHONS; do candidates+=("/usr/bin/python$version" "/usr/local/bin/python$version" "python$version"); done
    candidates+=(/usr/bin/python3 python3)
    if [ -n "${PYTHON:-}" ]; then candidates=("$PYTHON"); fi
    for candidate in "${candidates[@]}"; do
        version=$(python_version "$candidate") || continue
        case " $PYTHONS " in
            *" $version "*)
                PYTHON=$(command -v "$candidate") PYTHON_VERSION=$version
                return
                ;;
        esac
    done
    fail "it needs Python ${PYTHONS// / or } with its venv module, which $USER_NAME may run${PYTHON:+; $PYTHON is none}" \
        "需要 $USER_NAME 可运行的 Python ${PYTHONS// / 或 } 及其 venv 模块${PYTHON:+；$PYTHON 不是}"
}

install_release() { # into PREFIX/releases/RELEASE, whole or not at all; nothing is fetched
    local target=$PREFIX/releases/$RELEASE pip log
    if [ -f "$target/complete" ]; then return; fi
    rm -rf "$target"
    mkdir -p "$PREFIX/releases"
    "$PYTHON" -m venv --without-pip "$target"
    pip=(env -u PIP_TARGET -u PIP_PREFIX -u PIP_USER PIP_CONFIG_FILE=/dev/null PYTHONPATH="$(echo "$PWD"/pip-*.whl)" \
        "$target/bin/python" -m pip install --quiet --isolated --no-input --disable-pip-version-check --no-index --no-deps \
        --no-compile --no-cache-dir)
    log=$target/install.log
    if ! { "${pip[@]}" --find-links wheels --require-hashes --requirement "requirements-$PYTHON_VERSION.lock" &&
        "${pip[@]}" plan_monitor-*.whl; } >"$log" 2>&1; then
        tell "$(tail -n 3 "$log")"
        rm -rf "$target"
        fail "the packages could not be installed: see above; they need glibc $GLIBC and 500 MB in $PREFIX" \
            "软件包未能装好（见上）；需要 glibc $GLIBC 以上，$PREFIX 有 500 MB 空间"
    fi
    rm -f "$log"
    # its user may not write here, so what Python would write at the first start is written now
    "$target/bin/python" -m compileall -q -j 0 -x /tests/ "$target/lib" >/dev/null || true
    cp -R deploy docs CHANGELOG.md LICENSE bundle.conf "$target"
    "$target/bin/monitor" --version >/dev/null || fail "the installed program does not start" "装好的程序无法启动"
    sync
    touch "$target/complete"
}

point() { # LINK RELEASE: the link is replaced in one step
    ln -sfn "releases/$2" "$PREFIX/$1.new"
    mv -T "$PREFIX/$1.new" "$PREFIX/$1"
}

pointed() { basename "$(readlink "$PREFIX/$1" 2>/dev/null || true)"; }

load_settings() { # RELEASE: every setting as that program reads it, as S_name; fails where it refuses one
    local told
    told=$(with_settings as_user "$PREFIX/releases/$1/bin/monitor" config --format json) || return
    eval "$("$PREFIX/releases/$1/bin/python" -c 'import json, shlex, sys
for row in json.loads(sys.argv[1]):
    print("S_%s=%s" % (row["name"], shlex.quote(row["value"] or "")))' "$told")"
    case "$S_host" in 0.0.0.0) S_host=127.0.0.1 ;; ::) S_host=[::1] ;; *:*) S_host=[$S_host] ;; esac
}

is_ready() { # whether the server says that its store is open and its work goes on
    "$PREFIX/current/bin/python" -I - "http://$S_host:$S_port/readyz" <<'END'
import sys, urllib.request
try:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    sys.exit(opener.open(sys.argv[1], timeout=5).status != 200)
except OSError:
    sys.exit(1)
END
}

wait_ready() { # SECONDS
    local until=$((SECONDS + $1))
    until is_ready; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.5
    done
}

write_conf() { # what upgrade.sh and PREFIX/bin/monitor need to know
    printf '%s=%q\n' DATA "$DATA" SETTINGS "$SETTINGS" USER_NAME "$USER_NAME" STOP "$STOP" START "$START" >"$PREFIX/install.conf.new"
    mv "$PREFIX/install.conf.new" "$PREFIX/install.conf"
}
