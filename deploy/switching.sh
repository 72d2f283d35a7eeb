# Sourced by upgrade.sh: stopping, keeping the data as they are, switching, and putting everything back.

stop_server() { bash -c "$STOP" >&2; }

start_server() { bash -c "$START" >&2 8>&-; } # the server does not hold the lock of the upgrade

find_store() { # sets store and audit, which the settings may name from the data folder
    store=$(cd "$DATA" && realpath -m "$S_store")
    audit=$(cd "$DATA" && realpath -m "${S_audit_folder:-$(dirname "$S_store")/audit}")
    [ -e "$store" ] ||
        fail "there is no store at $store, and nothing was changed: is its disk there, and MONITOR_STORE in $SETTINGS right?
Where none was made yet, start the service once" \
            "$store 没有数据库，一切未变：请检查磁盘是否挂载、$SETTINGS 中的 MONITOR_STORE 是否正确；从未启动过的，请先启动一次服务"
}

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

copy_folder() { # FROM TO: what FROM holds, which may be a link to another disk; each file to the byte
    local file
    mkdir -p "$2" && cp --archive "$1/." "$2" || return 1
    sync
    while IFS= read -r -d '' file; do
        cmp --silent "$1/$file" "$2/$file" || return 1
    done < <(find "$1/" -type f -printf '%P\0')
}

keep_data() { # store and end of the audit log, to the byte, while nobody has them open
    local part=$DATA/before-$RELEASE.part
    copy=$DATA/before-$RELEASE
    [ ! -e "$copy" ] || mv "$copy" "$copy-$(date -u +%Y%m%dT%H%M%SZ)"
    rm -rf "$part"
    as_user mkdir --mode=0700 "$part"
    copy_whole "$store" "$part/store"
    copy_whole "$store.wal" "$part/store.wal"
    if [ -d "$audit" ]; then copy_folder "$audit" "$part/audit"; fi
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

put_data_back() { # what the newer program left is set aside, never removed; fails before the store is moved
    local aside
    aside=$DATA/set-aside-$(date -u +%Y%m%dT%H%M%SZ)
    rm -f "$STORE.back" "$STORE.wal.back"
    if ! { copy_whole "$COPY/store" "$STORE.back" && copy_whole "$COPY/store.wal" "$STORE.wal.back" &&
        as_user mkdir --mode=0700 "$aside" "$aside/received" && put_audit_back "$aside/audit"; }; then
        rm -f "$STORE.back" "$STORE.wal.back"
        tell "$COPY could not be copied, and the store was not changed: make room beside $STORE and in $AUDIT" \
            "· 副本无法复制，数据库未动：请腾出空间"
        return 1
    fi
    if [ -e "$STORE" ]; then mv "$STORE" "$aside/store"; fi
    if [ -e "$STORE.wal" ]; then mv "$STORE.wal" "$aside/store.wal"; fi
    find "$(dirname "$STORE")/received" -mindepth 1 -maxdepth 1 -newer "$COPY" -exec mv --target-directory="$aside/received" {} + \
        2>/dev/null || true
    if [ -e "$STORE.wal.back" ]; then mv "$STORE.wal.back" "$STORE.wal"; fi
    if [ -e "$STORE.back" ]; then mv "$STORE.back" "$STORE"; fi
    sync
    tell "what $TO left is in $aside · 新版留下的内容在 $aside"
}

put_audit_back() { # ASIDE: before the store, since a store may be ahead of its head and never behind it
    if [ -d "$AUDIT" ]; then copy_folder "$AUDIT" "$1" || return 1; fi
    if [ ! -d "$COPY/audit" ]; then return 0; fi
    if copy_folder "$COPY/audit" "$AUDIT"; then return 0; fi
    if [ -d "$1" ]; then cp --archive "$1/." "$AUDIT/" || true; fi
    return 1
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
