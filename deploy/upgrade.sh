#!/usr/bin/env bash
# Brings an installation of install.sh to the release in this unpacked bundle, or back:
#   ./upgrade.sh [--prefix DIR] [--wait SECONDS]
#   ./upgrade.sh --roll-back [--with-data]
# The new release is installed beside the old one while that goes on working. Then: a checked backup, stop, a copy of
# the store, switch, start. Where the new one is not ready in time, program and data are put back as they were.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
sha256sum --check --quiet --strict SHA256SUMS >&2 || {
    echo "upgrade.sh: this bundle is damaged: unpack it anew and compare the archive's SHA-256 · 安装包已损坏：请重新解包并核对 SHA-256" >&2
    exit 1
}
. deploy/lib.sh
. deploy/settings.sh
. deploy/switching.sh
. ./bundle.conf

PREFIX=/opt/plan-monitor wait=600 back='' with_data=''
while [ $# -gt 0 ]; do
    case "$1" in
        --prefix) PREFIX=$(realpath -m "${2:?--prefix DIR}") && shift ;;
        --wait) wait=${2:?--wait SECONDS} && shift ;;
        --roll-back) back=1 ;;
        --with-data) with_data=1 ;;
        *) sed -n '2,6s/^# //p' "$(basename "$0")" >&2 && exit 2 ;;
    esac
    shift
done
[ -f "$PREFIX/install.conf" ] || fail "$PREFIX holds no installation: use ./install.sh" "$PREFIX 没有安装：请用 ./install.sh"
. "$PREFIX/install.conf"
[ "$(id -u)" = 0 ] || own_user "$USER_NAME" || fail "run it as root or as $USER_NAME" "请以 root 或 $USER_NAME 运行"
[ -n "$STOP" ] && [ -n "$START" ] ||
    fail "$PREFIX/install.conf does not say how it is stopped and started: STOP=…, START=…" \
        "$PREFIX/install.conf 未写明停止和启动的命令：STOP=…、START=…"
exec 8>"$PREFIX/upgrade.lock"
flock --nonblock 8 || fail "another upgrade is running" "另一个升级正在进行"
umask 022

if [ -n "$back" ]; then
    go_back "$with_data"
    exit 0
fi
check_machine
old=$(pointed current)
if [ "$old" = "$RELEASE" ]; then # perhaps by an upgrade that a power cut ended
    load_settings "$RELEASE"
    is_ready || { start_server && wait_ready "$wait"; } ||
        fail "$RELEASE is installed and not ready: ./upgrade.sh --roll-back --with-data" \
            "$RELEASE 已装好但未能就绪：可用 ./upgrade.sh --roll-back --with-data 退回"
    tell "$RELEASE is installed already, and ready · $RELEASE 已经装好并就绪"
    exit 0
fi
find_python
tell "1/5 installing $VERSION beside $old · 正在旁侧安装 $VERSION（旧版照常运行）"
install_release
load_settings "$RELEASE" ||
    fail "the new program refuses the settings in $SETTINGS: mend them first" "新版不接受 $SETTINGS 中的设置：请先改好"
find_store
need_space
tell "2/5 checked backup · 备份并校验"
back_up
phase=stopped
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
tell "3/5 stopping · 停止旧版"
stop_server
keep_data
phase=switched
tell "4/5 switching to $VERSION · 切换到 $VERSION"
switch_to "$RELEASE" "$old"
tell "5/5 starting · 启动新版并等待就绪"
start_server
wait_ready "$wait" || exit 1
phase=done
drop_older
tell "done: $VERSION is ready; to go back: ./upgrade.sh --roll-back · 升级完成，可用 ./upgrade.sh --roll-back 退回"
