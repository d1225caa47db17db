import fcntl
import os
import shutil
import sqlite3
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console
from rich.table import Table

from tpbis.core.commands import PortalCommand, Refused
from tpbis.demo import people, runner, seed

# Written into the SQLite file (user_version) once seeding is complete.
SEEDED, EMPTY_ON_PURPOSE = 1, 2


class Command(PortalCommand):
    help = "Jalankan portal dengan data contoh: situs, pekerja latar dan jadwal sekaligus"
    requires_system_checks = []  # they would import every page before anything starts

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="hapus data contoh dan buat lagi dari awal"
        )
        parser.add_argument(
            "--seed-only", action="store_true", help="siapkan data contoh saja, lalu selesai"
        )
        parser.add_argument(
            "--without-data", action="store_true", help="mulai dengan portal kosong, tanpa akun"
        )

    def handle(
        self, *args: Any, reset: bool, seed_only: bool, without_data: bool, **options: Any
    ) -> None:
        self.var = Path(settings.VAR_DIR)
        self.database = self.var / "tpbis.sqlite3"
        self._refuse_a_real_portal()
        port = chosen_port()
        if not seed_only and not runner.port_is_free(port):
            raise Refused(
                f"Port {port} sedang dipakai program lain. Coba: PORT={port + 1} make demo"
            )
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "demo.lock").open("w") as lock:
            _only_one(lock, self.var)
            if reset:
                self._forget()
            try:
                self._prepare(without_data=without_data)
            except KeyboardInterrupt:
                raise Refused("Dihentikan sebelum selesai; lain kali dimulai dari awal.") from None
            if not seed_only:
                self._serve(port)

    def _refuse_a_real_portal(self) -> None:
        """The demo's accounts have a known password: it never touches another database."""
        for name in ("DATABASE_URL", "REDIS_URL"):
            if os.environ.get(name):
                raise Refused(
                    f"{name} terisi. Demo memakai basis datanya sendiri di {self.var}; "
                    f"kosongkan dulu: unset {name}"
                )
        if Path(connection.settings_dict["NAME"]) != self.database:
            raise Refused(
                "Demo hanya berjalan dengan DJANGO_SETTINGS_MODULE=tpbis.settings.embedded."
            )

    # --- The data -----------------------------------------------------------------------------

    def _prepare(self, *, without_data: bool) -> None:
        found = _mark(self.database)
        if found is None and _has_rows(self.database):
            raise Refused(
                f"{self.database} berisi data lain. Pindahkan berkas itu, atau mulai dari awal "
                "dengan: make demo-reset"
            )
        if found is None or (found == EMPTY_ON_PURPOSE and not without_data):
            self._make(without_data=without_data)
        elif _behind():
            call_command("migrate", verbosity=0)

    def _make(self, *, without_data: bool) -> None:
        """Into a draft, put in place when complete: what was interrupted is begun anew."""
        draft = self.database.with_name("tpbis.sqlite3.draft")
        if draft.exists():
            self.stderr.write("Penyiapan sebelumnya terputus; dimulai lagi dari awal.")
        _delete(draft)
        runner.make_folders(self.var)
        connection.close()
        connection.settings_dict["NAME"] = str(draft)
        try:
            call_command("migrate", verbosity=0)
            if not without_data:
                self._seed()
            mark = EMPTY_ON_PURPOSE if without_data else SEEDED
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA user_version = {mark}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
            connection.settings_dict["NAME"] = str(self.database)
        _delete(self.database)
        draft.replace(self.database)
        # Wake-up calls for work that is done already.
        shutil.rmtree(self.var / "broker", ignore_errors=True)

    def _seed(self) -> None:
        self.stderr.write("Menyiapkan data contoh, sekali saja. Ini perlu sekitar satu menit.")
        with self.progress() as progress:
            bar = progress.add_task("", total=None)
            watched, steps = not progress.disable, set[str]()

            def tell(what: str, done: int, total: int) -> None:
                progress.update(bar, description=what, completed=done, total=total)
                if not watched and what not in steps:
                    steps.add(what)
                    self.stderr.write(f"  {what}")

            seed.seed(progress=tell)

    def _forget(self) -> None:
        _delete(self.database)
        _delete(self.database.with_name("tpbis.sqlite3.draft"))
        for name in ("media", "documents", "broker"):
            shutil.rmtree(self.var / name, ignore_errors=True)

    # --- The portal ---------------------------------------------------------------------------

    def _serve(self, port: int) -> None:
        self.stderr.write("Menyalakan portal ...")
        os.environ["CELERY_SKIP_CHECKS"] = "1"
        settings.TPBIS_DEMO = True
        if not os.environ.get("TPBIS_SECOND_FACTOR"):
            settings.TPBIS_SECOND_FACTOR = False  # whoever tries it out has no code on the phone
        connection.close()
        portal = runner.Portal(var=self.var, port=port)
        if not os.environ.get("TPBIS_PUBLIC_URL"):
            settings.TPBIS_PUBLIC_URL = portal.address  # letters printed here lead here
        try:
            portal.run(announce=lambda: self._announce(portal.address))
        except runner.NotRunning as problem:
            raise Refused(str(problem)) from None
        self.stderr.write("Portal berhenti.")

    def _announce(self, address: str) -> None:
        console = Console()
        console.print(f"\nPortal TPBIS siap di [bold]{address}[/bold]  (berhenti: Ctrl-C)\n")
        if _mark(self.database) == SEEDED:
            table = Table(
                "Akun", "Peran", "Coba ini", title=f"Kata sandi semua akun: {people.PASSWORD}"
            )
            for account in seed.DEMO_ACCOUNTS:
                table.add_row(*(str(cell) for cell in account))
            console.print(table)
        console.print(f"Catatan proses: {self.var / 'log'}")


def chosen_port() -> int:
    """PORT, or 8000."""
    text = os.environ.get("PORT", "8000")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Refused(f"PORT “{text[:20]}” bukan nomor port. Contoh: PORT=8080 make demo")
    return int(text)


def _only_one(lock: IO[str], var: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refused(f"Demo dengan data di {var} sedang berjalan di jendela lain.") from None


def _mark(database: Path) -> int | None:
    """How the demo left the file; ``None`` when it did not make it, or not to the end."""
    if not database.exists():
        return None
    with closing(sqlite3.connect(database)) as file:
        return file.execute("PRAGMA user_version").fetchone()[0] or None


def _has_rows(database: Path) -> bool:
    """Whether someone works with this file: it holds an account or a region."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(database)) as file:
        tables = {row[0] for row in file.execute("SELECT name FROM sqlite_master")}
        return any(
            table in tables and file.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608
            for table in ("accounts_user", "libraries_region")
        )


def _behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _delete(database: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
