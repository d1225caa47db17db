from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from tpbis.backup.restoring import verify
from tpbis.backup.sealing import Unusable
from tpbis.core.commands import PortalCommand, Refused


class Command(PortalCommand):
    help = "Periksa apakah sebuah cadangan utuh: verify_backup berkas --key kunci.txt"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument("--key", type=Path, required=True, help="berkas dari backup_key")

    def handle(self, *args: Any, backup: Path, key: Path, **options: Any) -> None:
        try:
            manifest = verify(backup, key)
        except Unusable as why:
            raise Refused(str(why)) from why
        self.stdout.write(
            f"Utuh: {len(manifest.files)} berkas, dibuat {manifest.made_at}, {manifest.engine}."
        )
