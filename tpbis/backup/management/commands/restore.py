from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from tpbis.backup.restoring import restore
from tpbis.backup.sealing import Unusable
from tpbis.core.commands import PortalCommand, Refused


class Command(PortalCommand):
    help = "Kembalikan portal ke keadaan sebuah cadangan: restore berkas --key kunci.txt --yes"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument("--key", type=Path, required=True, help="berkas dari backup_key")
        parser.add_argument("--yes", action="store_true", help="ya, ganti semua data yang ada")

    def handle(self, *args: Any, backup: Path, key: Path, yes: bool, **options: Any) -> None:
        if not yes:
            raise Refused(
                "Semua yang masuk setelah cadangan itu akan hilang. Buat cadangan dulu "
                "(`manage.py backup`), hentikan web, worker, dan beat, lalu ulangi dengan --yes."
            )
        try:
            done = restore(backup, key)
        except Unusable as why:
            raise Refused(str(why)) from why
        self.stdout.write(
            f"Portal kembali ke keadaan {done.manifest.made_at}; {done.files} berkas ditulis."
        )
        if done.mails:
            self.stdout.write(
                f"{done.mails} surel yang waktu itu menunggu tidak dikirim: mungkin sudah "
                "terkirim. Pesannya tetap ada di portal."
            )
