import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from activities.photos import checking
from tpbis.core.commands import PortalCommand

MOST_LISTED = 20


class Command(PortalCommand):
    help = (
        "Mencocokkan berkas foto dengan catatannya, dua arah: berkas tanpa catatan yang lebih tua "
        "dari 48 jam dihapus, catatan tanpa berkas dilaporkan (keluar dengan kode 1)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="jangan hapus apa pun")
        parser.add_argument("--json", action="store_true", help="hasil sebagai JSON")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        outcome = checking.check(remove=not dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(outcome)))
        else:
            self._tell(outcome)
        if not outcome.is_sound:
            sys.exit(1)

    def _tell(self, outcome: checking.Outcome) -> None:
        self.stdout.write(f"{outcome.files} berkas, {outcome.rows} catatan foto.")
        self.stdout.write(
            f"{outcome.forgotten} berkas tanpa catatan, {len(outcome.removed)} dihapus."
        )
        if outcome.is_suspicious:
            self.stderr.write(
                "Terlalu banyak berkas tanpa catatan: tidak ada yang dihapus. Periksa apakah ini "
                "basis data yang benar."
            )
        for missing in outcome.missing[:MOST_LISTED]:
            files = ", ".join(missing.files)
            self.stderr.write(f"{missing.row} {missing.pk} kehilangan berkas: {files}")
        if rest := len(outcome.missing[MOST_LISTED:]):
            self.stderr.write(f"… dan {rest} catatan lagi.")
