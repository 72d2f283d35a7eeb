# Sourced by upgrade.sh: stopping, keeping the data as they are, switching, and putting everything back.

stop_server() { bash -c "$STOP" >&2; }

start_server() { bash -c "$START" >&2 8>&-; } # the server does not hold the lock of the upgrade

need_space() { # for the backup, the copy, and a migration of the store
    local size free
    size=$({ du --bytes --total "$store" "$store.wal" 2>/dev/null || true; } | tail -n 1 | cut -f 1)
    free=$(df --output=avail --block-size=1 "$(dirname "$store")" | tail -n 1)
    [ "$free" -gt $((3 * size + 200000000)) ] ||
        fail "too little space beside $store: $((3 * size / 1000000 + 200)) MB are needed" \
            "$store 所在磁盘空间不足：需要 $((3 * size / 1000000 + 200)) MB"
}

back_up() { # by the old program, which may be running; nothing is stopped where the backup fails
    local before
    if [ ! -e "$store" ]; then return; fi
    if ! "$PREFIX/current/bin/monitor" backup --help >/dev/null 2>&1; then
        tell "    $old cannot make one; the copy of step 3 is all there is · 旧版没有备份命令，只保留第 3 步的副本"
        return
    fi
    before=$(newest_backup)
    if with_settings as_user "$PREFIX/current/bin/monitor" backup >&2; then return; fi
    # it ends so, too, where it made one of a store that has faults: another release is perhaps what cures them
    [ "$(newest_backup)" != "$before" ] ||
        fail "no backup could be made, and nothing was changed: see above" "未能完成备份（原因见上），一切未变"
    tell "    the backup equals the store, which has the faults told above; the upgrade goes on · 备份与数据库一致，数据库有上述差错；继续升级"
}

newest_backup() { # its path; a copy that is not the store is never among them
    with_settings as_user "$PREFIX/current/bin/monitor" backup --list --format csv | sed -n 2p
}

copy_whole() { # FROM TO: where it is there, to the byte and to the disk
    if [ ! -e "$1" ]; then return 0; fi
    cp --archive --reflink=auto "$1" "$2" || return 1
    sync "$2" || return 1
    cmp --silent "$1" "$2"
}

keep_data() { # store and end of the audit log, to the byte, while nobody has them open
    local part=$DATA/before-$RELEASE.part
    copy=$DATA/before-$RELEASE
    [ ! -e "$copy" ] || mv "$copy" "$copy-$(date -u +%Y%m%dT%H%M%SZ)"
    rm -rf "$part"
    as_user mkdir --mode=0700 "$part"
    copy_whole "$store" "$part/store"
    copy_whole "$store.wal" "$part/store.wal"
    if [ -d "$audit" ]; then cp --archive "$audit" "$part/audit"; fi
    sync
    mv "$part" "$copy"
}

switch_to() { # RELEASE OLD: how to go back is written first
    printf '%s=%q\n' FROM "$2" TO "$1" STORE "$store" AUDIT "$audit" COPY "$copy" >"$PREFIX/rollback.conf.new"
    mv "$PREFIX/rollback.conf.new" "$PREFIX/rollback.conf"
    point previous "$2"
    point current "$1"
    install --mode=0755 deploy/monitor "$PREFIX/bin/monitor.new"
    mv "$PREFIX/bin/monitor.new" "$PREFIX/bin/monitor"
    sync
}

put_data_back() { # what the newer program left is set aside, never removed; fails before anything is moved
    local aside
    rm -f "$STORE.back" "$STORE.wal.back"
    if ! copy_whole "$COPY/store" "$STORE.back" || ! copy_whole "$COPY/store.wal" "$STORE.wal.back"; then
        rm -f "$STORE.back" "$STORE.wal.back"
        tell "$COPY could not be copied, and no data were changed: make room beside $STORE · 副本无法复制，数据未动：请腾出空间"
        return 1
    fi
    aside=$DATA/set-aside-$(date -u +%Y%m%dT%H%M%SZ)
    as_user mkdir --mode=0700 "$aside" "$aside/received"
    if [ -e "$STORE" ]; then mv "$STORE" "$aside/store"; fi
    if [ -e "$STORE.wal" ]; then mv "$STORE.wal" "$aside/store.wal"; fi
    find "$(dirname "$STORE")/received" -mindepth 1 -maxdepth 1 -newer "$COPY" -exec mv --target-directory="$aside/received" {} + \
        2>/dev/null || true
    if [ -d "$AUDIT" ]; then cp --archive "$AUDIT" "$aside/audit"; fi
    if [ -e "$STORE.wal.back" ]; then mv "$STORE.wal.back" "$STORE.wal"; fi
    if [ -e "$STORE.back" ]; then mv "$STORE.back" "$STORE"; fi
    if [ -d "$COPY/audit" ]; then cp --archive "$COPY/audit/." "$AUDIT/"; fi
    sync
    tell "what $TO left is in $aside · 新版留下的内容在 $aside"
}

finish() { # at the end of upgrade.sh, however it came
    local code=$?
    trap '' INT TERM
    set +e
    case "$phase" in
        done) return ;;
        stopped)
            tell "upgrade.sh: it stopped half way; the old release is started again · 升级中断，重新启动旧版"
            start_server
            ;;
        switched)
            tell "upgrade.sh: $VERSION is not ready; going back to $old · 新版未能就绪，退回旧版"
            stop_server
            if [ -f "$PREFIX/rollback.conf" ]; then
                . "$PREFIX/rollback.conf"
                if ! put_data_back; then
                    tell "nothing is running now. Then: ./upgrade.sh --roll-back --with-data · 服务已停止；腾出空间后运行该命令退回"
                    exit 1
                fi
                point current "$FROM"
                rm -f "$PREFIX/rollback.conf"
            fi
            start_server
            if wait_ready 120; then tell "$old is ready again · 旧版已恢复运行"; fi
            ;;
    esac
    exit $((code == 0 ? 1 : code))
}

go_back() { # WITH_DATA: empty or 1
    [ -f "$PREFIX/rollback.conf" ] || fail "there is no upgrade to take back" "没有可退回的升级"
    . "$PREFIX/rollback.conf"
    load_settings "$TO"
    [ -f "$PREFIX/releases/$FROM/complete" ] || fail "the release $FROM is gone" "旧版 $FROM 已不在"
    stop_server
    if [ -n "$1" ]; then
        put_data_back || { start_server && fail "it goes on with $TO" "$TO 继续运行"; }
    elif ! with_settings as_user "$PREFIX/releases/$FROM/bin/monitor" user list >/dev/null; then
        start_server
        fail "$FROM cannot read what $TO wrote, which goes on. With --with-data the store is put back as it was before the
upgrade; what was received since is then only in a folder set aside, and has to be sent again" \
            "旧版无法读取新版写过的数据库，新版继续运行。加 --with-data 可连同数据退回升级之前；其后收到的内容只保留在另存的文件夹中，须重新报送"
    fi
    point current "$FROM"
    start_server
    wait_ready "$wait" || fail "$FROM is not ready: look at its log" "旧版 $FROM 未能就绪：请查看日志"
    rm -f "$PREFIX/rollback.conf"
    tell "$FROM is ready again · 旧版 $FROM 已恢复运行"
}

drop_older() { # releases but the current and the previous one, and copies from before older upgrades
    local release
    for release in "$PREFIX"/releases/*; do
        case "$(basename "$release")" in
            "$RELEASE" | "$old") ;;
            *) rm -rf "$release" ;;
        esac
    done
    rm -rf "$DATA/before-$old"
}
