# Sourced: reads a settings file of lines MONITOR_NAME=value, as systemd and docker read it too.

export_settings() { # FILE: into the environment, where a caller's own value goes first
    local line name value
    [ -f "$1" ] || return 0
    while IFS= read -r line || [ -n "$line" ]; do
        [[ $line =~ ^(MONITOR_[A-Z0-9_]+)=(.*)$ ]] || continue
        name=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
        if [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]]; then value=${BASH_REMATCH[1]}; fi
        if [ -z "${!name:-}" ]; then export "$name=$value"; fi
    done <"$1"
}
