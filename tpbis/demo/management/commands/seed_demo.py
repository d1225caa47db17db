from argparse import ArgumentParser
from datetime import date
from time import monotonic
from typing import Any

from libraries.models import Library
from tpbis.core.commands import PortalCommand, Refused
from tpbis.demo import seed


class Command(PortalCommand):
    help = "Isi basis data kosong dengan data contoh Jawa Timur sejak Januari 2023"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="anggap hari ini tanggal itu, misalnya 2026-11-22",
        )

    def handle(self, *args: Any, today: date | None, **options: Any) -> None:
        began = monotonic()
        with self.progress() as progress:
            bar = progress.add_task("Menyiapkan", total=None)
            try:
                seed.seed(
                    today=today,
                    progress=lambda what, done, total: progress.update(
                        bar, description=what, completed=done, total=total
                    ),
                )
            except seed.NotEmpty:
                raise Refused(
                    "Basis data ini sudah berisi perpustakaan. "
                    "Data contoh hanya untuk basis data kosong."
                ) from None
            except seed.ClockIsWrong:
                raise Refused(
                    f"Data contoh butuh tanggal hari ini antara {seed.EARLIEST:%d-%m-%Y} dan "
                    "hari ini menurut jam komputer. Periksa jam komputer."
                ) from None
        self.stdout.write(
            f"{Library.objects.count()} perpustakaan siap dalam {monotonic() - began:.0f} detik."
        )
