"""``make bench``: each figure beside what it is measured against, in the same run on the same
machine. One line each: ``name: value unit (ratio to NAME)``. Needs a PostgreSQL
(TEST_DATABASE_URL); works in a database of its own there and drops it.

    python -m tests.benchmarks                    everything
    python -m tests.benchmarks scoring 932 8500   one of them, with its own arguments
"""

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2

SERVER = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
BENCHMARKS = (
    *("engine", "scoring", "approve", "pages", "dashboards", "field", "weight"),
    *("paper", "letters", "roster", "audit", "export", "matching", "sim"),
)


def main(arguments: list[str]) -> int:
    chosen, rest = (arguments[:1], arguments[1:]) if arguments else (BENCHMARKS, [])
    codes = [_run(name, rest) for name in chosen]
    return max(codes)


def _run(name: str, arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="tpbis-bench-") as var, own_database() as url:
        return subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{name}", *arguments],
            env={
                **{key: value for key, value in os.environ.items() if key != "REDIS_URL"},
                "DJANGO_SETTINGS_MODULE": "tpbis.settings.embedded",
                "DATABASE_URL": url,
                "TPBIS_VAR": var,
                "LOG_LEVEL": "WARNING",
            },
            check=False,
        ).returncode


@contextmanager
def own_database() -> Iterator[str]:
    name = f"tpbis_bench_{uuid.uuid4().hex[:12]}"
    _administer(f"CREATE DATABASE {name}")
    try:
        yield f"{SERVER.rpartition('/')[0]}/{name}"
    finally:
        _administer(f"DROP DATABASE {name} WITH (FORCE)")


def _administer(statement: str) -> None:
    connection = psycopg2.connect(SERVER, connect_timeout=5)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
