#!/usr/bin/env bash
# Prepares a machine, and says in one line what to type where it may not.
#   .ci/setup.sh venv LOCKFILE   .venv with exactly what the lock file names, and WeasyPrint's libraries
#   .ci/setup.sh tests           Chromium, pdftotext and gettext; under CI PostgreSQL and Redis as well
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

refuse() {
    say "$*"
    exit 2
}

# Debian packages, as root or by a sudo that asks nothing. Fails where neither is to be had.
apt_install() {
    local root=()
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        root=(sudo -n)
    fi
    say "Memasang dengan apt: $*"
    "${root[@]}" apt-get -qq update >/dev/null
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    refuse "Perlu Python 3.11 atau lebih baru. Pasang dulu, misalnya: sudo apt install python3 python3-venv"
}

make_venv() {
    local lock=$1 python
    if [ ! -x .venv/bin/pip ]; then
        python=$(find_python)
        say "Menyiapkan .venv ..."
        "$python" -m venv .venv 2>/dev/null \
            || { apt_install python3-venv && "$python" -m venv --clear .venv; } \
            || refuse "Modul venv belum ada. Ketik: sudo apt install python3-venv, lalu ulangi."
    fi
    say "Memasang paket dari $lock ..."
    # uv takes 1 to 3 s where pip takes 16 to 33; it comes from the development lock, hash and all.
    # Without a build of uv for this machine, or where only pip knows the way out, pip does it.
    if ! { .venv/bin/pip install --quiet --require-hashes \
            -r <(sed -n '/^uv==/,/# via/p' requirements-dev.lock) 2>/dev/null \
            && .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock"; }; then
        .venv/bin/pip install --quiet --require-hashes -r "$lock"
    fi
    weasyprint_libraries
}

weasyprint_libraries() {
    local packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
    weasyprint_loads && return
    apt_install "${packages[@]}" && weasyprint_loads \
        || refuse "Pustaka untuk membuat PDF belum ada. Ketik: sudo apt install ${packages[*]}, lalu ulangi."
}

weasyprint_loads() { .venv/bin/python -c 'import weasyprint' 2>/dev/null; }

# What a test needs and does not find is skipped with a line saying so; under CI that is a failure.
test_tools() {
    local missing=()
    command -v chromium >/dev/null || missing+=(chromium)
    command -v pdftotext >/dev/null || missing+=(poppler-utils)
    command -v xgettext >/dev/null || missing+=(gettext)
    [ -z "${TEST_DATABASE_URL:-}" ] || command -v pg_dump >/dev/null || missing+=(postgresql-client)
    if [ ${#missing[@]} -gt 0 ]; then
        apt_install "${missing[@]}" || say "Tanpa ${missing[*]}: tes yang memerlukannya dilewati."
    fi
    if [ -n "${CI:-}" ]; then
        start_services
    fi
}

# The PostgreSQL and the Redis that the tests are told of, where they do not answer yet.
start_services() {
    .ci/with-services true 2>/dev/null && return
    apt_install postgresql redis-server || refuse "PostgreSQL dan Redis diperlukan di CI."
    .ci/with-services true 2>/dev/null && return
    start_redis "$(port_of "$TEST_REDIS_URL")"
    start_postgresql "$(port_of "$TEST_DATABASE_URL")"
    .ci/with-services true
}

port_of() { sed -E 's|.*:([0-9]+)/.*|\1|' <<<"$1"; }

start_redis() {
    redis-cli -p "$1" ping >/dev/null 2>&1 || redis-server --port "$1" --daemonize yes --save '' >/dev/null
}

# A cluster of our own: open to this machine only, and gone with it.
start_postgresql() {
    local data programs
    data=$(mktemp -d /tmp/tpbis-postgresql.XXXXXX)
    programs=$(echo /usr/lib/postgresql/*/bin)
    chown postgres "$data"
    (
        cd /
        runuser -u postgres -- "$programs/initdb" --auth=trust --encoding=UTF8 -D "$data/data"
        runuser -u postgres -- "$programs/pg_ctl" -w -D "$data/data" -l "$data/log" start \
            -o "-c listen_addresses=127.0.0.1 -c port=$1 -c unix_socket_directories=$data"
    ) >/dev/null
}

case "${1:-}" in
    venv) make_venv "$2" ;;
    tests) test_tools ;;
    *) refuse "Pakai: .ci/setup.sh venv LOCKFILE | tests" ;;
esac
