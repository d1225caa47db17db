from argparse import ArgumentParser
from typing import Any

from libraries import services
from libraries.models import Region
from tpbis.core.commands import PortalCommand, Refused


class Command(PortalCommand):
    help = "Muat wilayah satu provinsi dari daftar Kemendagri: load_regions 35"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("province", help="kode provinsi, misalnya 35")

    def handle(self, *args: Any, province: str, **options: Any) -> None:
        try:
            changed = services.load_regions(province)
        except services.UnknownProvince:
            raise Refused(f"Kode provinsi “{province}” tidak dikenal. Contoh: 35.") from None
        total = Region.objects.within(province).count()
        self.stdout.write(f"{total} wilayah, {changed} baru atau berubah.")
