"""A database as one file: of one moment, while others write; and back, whole or not at all."""

import os
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from tpbis.backup.sealing import Unusable


def engine() -> str:
    """``postgresql`` or ``sqlite``: what a copy is good for."""
    return connection.vendor


def copy_to(path: Path) -> None:
    """The live database as of now."""
    if engine() == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as target:
            connection.connection.backup(target)
        return
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}"])


def check(path: Path) -> None:
    """Raises ``Unusable`` when ``path`` is no copy that could be put back."""
    if engine() == "sqlite":
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as copy:
                found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
        if found != "ok":
            raise Unusable(_("Basis data di cadangan ini rusak: %(reason)s") % {"reason": found})
        return
    _run(["pg_restore", "--list", str(path)], quiet=True)


def put_back(path: Path) -> None:
    """Replace everything in the live database by the copy, in one transaction: when it ends early,
    whatever ends it, the database is as it was."""
    if engine() == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as copy:
            copy.backup(connection.connection)
        return
    connection.close()
    script = path.with_suffix(".sql")
    _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(path)])
    try:
        _run(
            [
                *("psql", "--no-psqlrc", "--quiet", "--single-transaction"),
                *("--set=ON_ERROR_STOP=1", "--output=/dev/null"),
                "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public;",
                f"--file={script}",
            ]
        )
    finally:
        script.unlink(missing_ok=True)


def _run(command: Sequence[str], *, quiet: bool = False) -> None:
    """One of PostgreSQL's own tools on the live database; the password is not on the command line,
    where everybody on the machine could read it."""
    given = connection.settings_dict
    there = {
        "PGHOST": given["HOST"],
        "PGPORT": str(given["PORT"]),
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGDATABASE": given["NAME"],
    }
    known = {name: value for name, value in there.items() if value}
    try:
        done = subprocess.run(  # noqa: S603 (PostgreSQL's tools, names and paths of ours)
            command,
            env={**os.environ, **known},
            stdout=subprocess.DEVNULL if quiet else None,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
    except FileNotFoundError as error:
        raise Unusable(
            _("%(tool)s tidak terpasang: pasang postgresql-client dengan versi server.")
            % {"tool": command[0]}
        ) from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise Unusable(f"{command[0]}: {said[0] if said else done.returncode}")
