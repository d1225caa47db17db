from argparse import ArgumentParser
from typing import Any

from rest_framework.renderers import JSONRenderer

from libraries.enums import ProgrammeSource
from libraries.models import Library, Region
from reports import figures
from reports.serializers import DashboardSerializer
from tpbis.core.commands import PortalCommand, Refused
from tpbis.core.periods import BadPeriod, Period


class Command(PortalCommand):
    help = "Angka satu wilayah sebagai JSON, seperti di dasbor: figures 35 2024-01 2024-09"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("region", help="kode wilayah, misalnya 35 atau 35.08")
        parser.add_argument("start", help="bulan pertama, misalnya 2024-01")
        parser.add_argument("end", help="bulan terakhir, misalnya 2024-09")
        parser.add_argument(
            "--source",
            choices=ProgrammeSource.values,
            help="hanya perpustakaan dari sumber program ini",
        )

    def handle(
        self, *args: Any, region: str, start: str, end: str, source: str | None, **options: Any
    ) -> None:
        try:
            period = Period.parse(start, end)
        except BadPeriod as bad:
            raise Refused(str(bad)) from None
        found = Region.objects.filter(code=region).first()
        if found is None:
            raise Refused(f"Kode wilayah “{region}” tidak dikenal.")
        libraries = Library.objects.within(region)
        if source:
            libraries = libraries.filter(source=source)
        shown = figures.dashboard(found, libraries, period, is_narrowed=bool(source))
        self.stdout.write(
            JSONRenderer()
            .render(DashboardSerializer(shown).data, "application/json; indent=2")
            .decode()
        )
