from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from tpbis.backup.making import make
from tpbis.backup.sealing import Unusable
from tpbis.core.commands import PortalCommand, Refused


class Command(PortalCommand):
    help = "Buat cadangan portal: basis data dan berkas, dalam satu berkas terkunci"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, help="folder tujuan; biasanya TPBIS_BACKUP_DIR")

    def handle(self, *args: Any, to: Path | None, **options: Any) -> None:
        try:
            made = make(to or Path(settings.TPBIS_BACKUP_DIR))
        except Unusable as why:
            raise Refused(str(why)) from why
        self.stdout.write(
            f"{made.path}: {made.files} berkas, {filesizeformat(made.size)}."
            + (f" {made.missing} berkas hilang selagi dibuat." if made.missing else "")
        )
