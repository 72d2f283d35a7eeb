# Sourced by the other scripts: finds the Python that environments are made from.

find_python() { # prints a Python of at least 3.11; $PYTHON goes first
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3.14 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer is needed and none was found: install it, or name it with PYTHON=/path/to/python3 make …" \
        "· 需要 Python 3.11 或更高版本：请先安装，或用 PYTHON=… 指明" >&2
    return 2
}
