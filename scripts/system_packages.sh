#!/usr/bin/env bash
# What the system tests need: chromium, a font with Chinese characters, LibreOffice Calc and Writer with the Python bridge, poppler's
# tools, which look at what is printed, node with npm, in which the OpenID provider runs, nginx, systemd's own checker, and
# promtool, which tries the alert rules.
# As root on Debian missing ones are installed; otherwise this fails and names exactly what is missing.
set -euo pipefail

missing=()
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing+=(chromium)
[ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/root}/.fonts" "${HOME:-/root}/.local/share/fonts" \
    \( -iname '*cjk*' -o -iname '*sourcehan*' -o -iname '*wqy*' \) -print -quit 2>/dev/null)" ] || missing+=(fonts-noto-cjk)
command -v soffice >/dev/null 2>&1 || command -v libreoffice >/dev/null 2>&1 || missing+=(libreoffice-calc-nogui)
[ -n "$(find /usr/lib/libreoffice /usr/lib64/libreoffice /opt -name libswlo.so -print -quit 2>/dev/null)" ] || missing+=(libreoffice-writer-nogui)
/usr/bin/python3 -c 'import uno' >/dev/null 2>&1 || missing+=(python3-uno)
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || missing+=(nodejs npm)
command -v pdftotext >/dev/null 2>&1 || missing+=(poppler-utils)
PATH=$PATH:/usr/sbin command -v nginx >/dev/null 2>&1 || missing+=(nginx-light)
command -v systemd-analyze >/dev/null 2>&1 || missing+=(systemd)
command -v promtool >/dev/null 2>&1 || missing+=(prometheus)
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing ${missing[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null
    RUNLEVEL=1 apt-get install -qq -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
    exit 0
fi
echo "the system tests need ${missing[*]}: as root run apt-get install ${missing[*]} · 缺少系统软件包：${missing[*]}" >&2
exit 2
