import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from tpbis.backup.sealing import new_key
from tpbis.core.commands import PortalCommand, Refused


class Command(PortalCommand):
    help = "Buat kunci cadangan: backup_key kunci.txt, lalu simpan berkas itu di luar server"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("to", type=Path, help="berkas baru untuk kunci rahasianya")

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        secret, public = new_key()
        try:
            made = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise Refused(f"Berkas {to} tidak bisa dibuat: {error.strerror}.") from error
        with open(made, "w", encoding="ascii") as file:
            file.write(f"# public key: {public}\n{secret}\n")
        self.stderr.write(
            f"Simpan {to} di tempat lain, misalnya dua USB di dua lemari: tanpa berkas itu "
            "cadangan tidak bisa dibuka. Lalu isi di .env:"
        )
        self.stdout.write(f"TPBIS_BACKUP_RECIPIENT={public}")
