# Sourced: reads a settings file of lines MONITOR_NAME=value as systemd reads it for the service, so that commands and
# the service never have two stores. What systemd would understand otherwise, or pass over, is refused by its line.

export_settings() { # FILE: into the environment, where a caller's own value goes first; 2 for a line that is not understood
    local line name value quote number=0
    local -A found=()
    if [ ! -r "$1" ]; then
        printf '%s\n' "$1 is not there, or may not be read · 设置文件不存在或无法读取" >&2
        return 2
    fi
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        line=$(trimmed "$line")
        case "$line" in '' | '#'* | ';'*) continue ;; esac
        name=$(trimmed "${line%%=*}") value=$(trimmed "${line#*=}")
        quote=${value:0:1}
        case "$value" in
            \'*\' | \"*\") value=${value:1:-1} ;;
            \'* | \"*) name='' ;; # it goes on in the next line
        esac
        if [ "$quote" != "'" ]; then # there a backslash goes, unless it is doubled
            if [[ ${value//\\\\/} == *\\* ]]; then name=''; fi
            value=${value//\\\\/\\}
        fi
        if [[ $line != *=* || ! $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then
            printf '%s\n' "$1:$number: not understood, one MONITOR_NAME=value a line: $line · 第 $number 行无法理解，每行应为 MONITOR_名称=值" >&2
            return 2
        fi
        if [[ ${name^^} == MONITOR_* ]]; then found[$name]=$value; fi # as for the service, the last one counts
    done <"$1"
    for name in "${!found[@]}"; do
        if [ -z "${!name:-}" ]; then export "$name=${found[$name]}"; fi
    done
}

trimmed() { # TEXT without blanks, tabs and carriage returns at both ends
    local text=$1
    text=${text#"${text%%[!$' \t\r']*}"}
    printf '%s' "${text%"${text##*[!$' \t\r']}"}"
}
