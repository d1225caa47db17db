from argparse import ArgumentParser
from typing import Any

from kpi import services
from libraries.models import Region
from tpbis.core import periods
from tpbis.core.commands import PortalCommand, Refused


class Command(PortalCommand):
    help = "Hitung skor dari 1 Januari sampai akhir bulan: score 2024-09 [--region 35.08]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="bulan terakhir, misalnya 2024-09")
        parser.add_argument("--region", help="kode wilayah; tanpa ini seluruh provinsi")

    def handle(self, *args: Any, month: str, region: str | None, **options: Any) -> None:
        try:
            through = periods.parse_past_month(month)
        except periods.BadPeriod as bad:
            raise Refused(str(bad)) from None
        if region and not Region.objects.filter(code=region).exists():
            raise Refused(f"Kode wilayah “{region}” tidak dikenal.")
        with self.progress() as progress:
            bar = progress.add_task(periods.written(through), total=None)
            outcome = services.run_full(
                through=through,
                region=region,
                progress=lambda name, step, steps: progress.update(
                    bar, description=name, completed=step, total=steps
                ),
            )
        self.stdout.write(
            f"{outcome.libraries} perpustakaan dinilai, {outcome.changed} skor berubah."
        )
