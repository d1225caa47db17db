from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.rollups import counting


class Command(BaseCommand):
    help = (
        "Menghitung bulan-bulan kabupaten/kota yang belum terhitung atau sudah berubah; dengan "
        "--all semuanya dari awal; dengan --check hanya membandingkan yang tersimpan dengan "
        "hitungan baru."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="hitung semuanya dari awal")
        which.add_argument("--check", action="store_true", help="bandingkan saja")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
            return
        if options["all"]:
            counting.forget_all()
        self.stdout.write(f"{counting.refresh()} bulan kabupaten/kota dihitung.")

    def _check(self) -> None:
        found = 0
        for row, other in counting.differences():
            found += 1
            for name, (stored, counted) in other.items():
                self.stdout.write(
                    f"{row.region.code} {row.month:%Y-%m} {name}: {stored} ≠ {counted}"
                )
        if found:
            raise CommandError(f"{found} bulan kabupaten/kota berbeda dari hitungan baru.")
        self.stdout.write("Semua bulan yang tersimpan sama dengan hitungan baru.")
