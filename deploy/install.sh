#!/usr/bin/env bash
# Installs plan-monitor from this unpacked bundle; asks no network for anything. As root, for a server:
#   ./install.sh
# Elsewhere or without root: ./install.sh --prefix ~/plan-monitor --data ~/plan-monitor-data --settings ~/plan-monitor.env
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
usage() {
    cat <<'END'
./install.sh [OPTION…]
  --prefix DIR     the program            /opt/plan-monitor          程序
  --data DIR       its data folder        /var/lib/plan-monitor      数据文件夹
  --settings FILE  its settings           /etc/plan-monitor/settings.env  设置
  --user NAME      whose the data are     monitor, or who installs where that is not root  运行用户
  --python PROGRAM the Python to use      the first that fits        所用 Python
  --stop COMMAND   how upgrade.sh stops it, and
  --start COMMAND  starts it              systemctl …                停止和启动的命令（供升级用）
  --no-service     leaves systemd alone                              不安装 systemd 服务
  --program-only   the program alone: no user, data, settings, service    只装程序
END
}
sha256sum --check --quiet --strict SHA256SUMS >&2 || {
    echo "install.sh: this bundle is damaged: unpack it anew and compare the archive's SHA-256 · 安装包已损坏：请重新解包并核对 SHA-256" >&2
    exit 1
}
. deploy/lib.sh
. deploy/settings.sh
. ./bundle.conf

PREFIX=/opt/plan-monitor DATA=/var/lib/plan-monitor SETTINGS=/etc/plan-monitor/settings.env
UNIT=/etc/systemd/system/plan-monitor.service
USER_NAME='' STOP='' START='' PYTHON=${PYTHON:-} service=auto program_only=''
while [ $# -gt 0 ]; do
    case "$1" in
        --no-service) service='' ;;
        --program-only) program_only=1 service='' ;;
        --help | -h) usage && exit 0 ;;
        --prefix | --data | --settings | --user | --python | --stop | --start)
            [ -n "${2:-}" ] || { usage >&2 && exit 2; }
            case "$1" in
                --prefix) PREFIX=$(realpath -m "$2") ;;
                --data) DATA=$(realpath -m "$2") ;;
                --settings) SETTINGS=$(realpath -m "$2") ;;
                --user) USER_NAME=$2 ;;
                --python) PYTHON=$2 ;;
                --stop) STOP=$2 ;;
                --start) START=$2 ;;
            esac
            shift
            ;;
        *) usage >&2 && exit 2 ;;
    esac
    shift
done
if [ "$(id -u)" = 0 ]; then USER_NAME=${USER_NAME:-monitor}; else USER_NAME=${USER_NAME:-$(id -un)}; fi
if [ "$service" = auto ] && { [ "$(id -u)" != 0 ] || [ -n "$START" ] || [ ! -d /etc/systemd/system ]; }; then service=''; fi

make_user() {
    if id -u "$USER_NAME" >/dev/null 2>&1; then return; fi
    [ "$(id -u)" = 0 ] || fail "only root can make the user $USER_NAME" "只有 root 能建立用户 $USER_NAME"
    useradd --system --user-group --home-dir "$DATA" --no-create-home --shell "$(command -v nologin || echo /bin/false)" \
        "$USER_NAME"
}

make_data() {
    if [ ! -d "$DATA" ]; then
        install --directory --mode=0700 "$DATA"
        own_user "$USER_NAME" || chown "$USER_NAME:$(id -gn "$USER_NAME")" "$DATA"
    fi
    [ "$(stat --format=%U "$DATA")" = "$USER_NAME" ] ||
        fail "$DATA is not $USER_NAME's: chown -R $USER_NAME $DATA" "$DATA 不属于 $USER_NAME：请先 chown -R $USER_NAME $DATA"
}

make_settings() {
    if [ -f "$SETTINGS" ]; then return; fi
    mkdir -p "$(dirname "$SETTINGS")"
    (umask 027 && sed "s|/var/lib/plan-monitor|$DATA|g" deploy/settings.env >"$SETTINGS")
    own_user "$USER_NAME" || chown "root:$(id -gn "$USER_NAME")" "$SETTINGS"
}

make_service() {
    sed -e "s|/opt/plan-monitor|$PREFIX|g" -e "s|/var/lib/plan-monitor|$DATA|g" -e "s|/etc/plan-monitor/settings.env|$SETTINGS|g" \
        -e "s|^User=.*|User=$USER_NAME|" -e "s|^Group=.*|Group=$(id -gn "$USER_NAME")|" deploy/plan-monitor.service >"$UNIT.new"
    mv "$UNIT.new" "$UNIT"
    if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
}

make_command() { # monitor, for people at the machine
    mkdir -p "$PREFIX/bin"
    install --mode=0755 deploy/monitor "$PREFIX/bin/monitor"
    if [ "$(id -u)" = 0 ] && [ -n "$service" ] && [ ! -e /usr/local/bin/monitor ]; then
        ln -s "$PREFIX/bin/monitor" /usr/local/bin/monitor
    fi
}

umask 022
check_machine
[ ! -f "$PREFIX/install.conf" ] || fail "$PREFIX holds an installation: use ./upgrade.sh" "$PREFIX 已有安装：请用 ./upgrade.sh"
if [ -n "$program_only" ]; then USER_NAME=$(id -un); else make_user; fi
find_python
tell "installing $VERSION into $PREFIX with $PYTHON · 正在安装 $VERSION 到 $PREFIX"
install_release
point current "$RELEASE"
if [ -n "$program_only" ]; then exit 0; fi
make_data
make_settings
make_command
if [ -n "$service" ]; then
    make_service
    STOP=${STOP:-systemctl stop plan-monitor} START=${START:-systemctl start plan-monitor}
fi
write_conf
with_settings as_user "$PREFIX/current/bin/monitor" config >/dev/null
tell "installed · 安装完成"
tell "  settings 设置: $SETTINGS"
tell "  start 启动:    ${START:-$PREFIX/bin/monitor serve}${service:+   (systemctl enable plan-monitor: at every boot 开机启动)}"
tell "  then 然后:     the first operator's password is in $DATA/first-password · 首个管理员的一次性密码"
