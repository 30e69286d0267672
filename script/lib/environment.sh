# What script/server and script/test share: system packages and the virtual environment.
# Sourced by them with the project's folder as the working directory.

missing=()

is_root() { [ "$(id -u)" = 0 ]; }

# need PACKAGE TEST…: remember the Debian package when the test fails.
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

has_library() { /sbin/ldconfig -p | grep -F "$1"; }

is_python() {
    command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'
}

can_make_environments() { "$1" -c 'import ensurepip, venv'; }

# Sets `python` to the first Python of at least 3.11, or notes what is missing.
need_python() {
    local candidate
    python=
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if is_python "$candidate" 2>/dev/null; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        missing+=(python3 python3-venv)
        python=python3
    else
        need "$python-venv" can_make_environments "$python"
    fi
}

# WeasyPrint draws PDF files with these.
need_pdf() {
    need libpango-1.0-0 has_library libpango-1.0.so.0
    need libpangoft2-1.0-0 has_library libpangoft2-1.0.so.0
    need libharfbuzz-subset0 has_library libharfbuzz-subset.so.0
    need fontconfig test -e /etc/fonts/fonts.conf
    need_fonts
}

need_fonts() { need fonts-dejavu-core test -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf; }

install_line() { echo "sudo apt-get install --no-install-recommends ${missing[*]}"; }

# Installs what is missing when root; otherwise prints the one line to run and exits 3.
install_missing() {
    [ ${#missing[@]} -eq 0 ] && return
    apt_install || { install_line >&2; exit 3; }
}

# Installs what is missing when root; fails when it cannot.
apt_install() {
    local log
    is_root && command -v apt-get >/dev/null || return 1
    echo "Installing ${missing[*]} …"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    if { apt-get -qq update && apt-get -qq -y -o DPkg::Lock::Timeout=120 install \
        --no-install-recommends "${missing[@]}"; } </dev/null >"$log" 2>&1; then
        rm -f "$log"
        missing=()
        return 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
    return 1
}

# The environment is the right one when it was made here, from this lock, by a Python still there.
stamp() { { pwd; cat "$1"; } | sha256sum; }

is_current() {
    local folder=$1 lock=$2 base
    [ -x "$folder/bin/python" ] && [ -f "$folder/made-from" ] || return 1
    base=$(readlink -f "$folder/bin/python") || return 1
    [ -d "$folder/lib/${base##*/}" ] || return 1
    [ "$(stamp "$lock")" = "$(cat "$folder/made-from")" ]
}

# make_environment FOLDER LOCK: a virtual environment with exactly what the lock names.
make_environment() {
    local folder=$1 lock=$2
    if ! [ -w . ]; then
        echo "Nothing can be written to $(pwd), where $folder must be made." >&2
        exit 1
    fi
    echo "Making $folder from $lock; this happens once …"
    "$python" -m venv --clear "$folder" || exit 1
    # Modules are compiled when first used: most of them never are.
    if ! "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile \
        --require-hashes --only-binary=:all: -r "$lock" 2>"$folder/pip.log"; then
        cat "$folder/pip.log" >&2
        echo "Could not install the packages that $lock names." >&2
        exit 1
    fi
    add_command "$folder"
    stamp "$lock" >"$folder/made-from"
}

# The command runs straight from the checkout; building a package of it would take longer.
add_command() {
    local command=$1/bin/klippekort
    cat >"$command" <<'END'
#!/bin/sh
bin=$(cd "$(dirname "$0")" && pwd)
PYTHONPATH=$(cd "$bin/../.." && pwd) exec "$bin/python" -m klippekort "$@"
END
    chmod +x "$command"
}
