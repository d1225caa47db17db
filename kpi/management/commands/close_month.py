from argparse import ArgumentParser
from typing import Any

from kpi import services
from kpi.models import Closing
from tpbis.core import periods
from tpbis.core.commands import PortalCommand, Refused
from tpbis.core.templatetags.tpbis import waktu


class Command(PortalCommand):
    help = (
        "Tutup skor s.d. satu bulan: close_month 2024-09. "
        "Tanpa bulan: semua yang sudah waktunya, seperti tiap malam."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", nargs="?", help="bulan yang ditutup, misalnya 2024-09")

    def handle(self, *args: Any, month: str | None, **options: Any) -> None:
        try:
            closings = (
                [services.close(periods.parse_past_month(month))]
                if month
                else services.close_months()
            )
        except (periods.BadPeriod, services.TooEarly) as refused:
            raise Refused(str(refused)) from None
        except services.TooOld as refused:
            raise Refused(
                f"Penutupan dimulai dari {periods.written(refused.first)}; "
                "bulan sebelum itu tidak ditutup."
            ) from None
        except services.RegisterMoved:
            raise Refused("Daftar perpustakaan sedang berubah. Coba lagi sebentar.") from None
        for closing in closings:
            self.stdout.write(_told(closing))
        if not closings:
            self.stdout.write("Semua bulan yang sudah waktunya sudah ditutup.")


def _told(closing: Closing) -> str:
    return (
        f"{periods.written(closing.through)} ditutup, keadaan per {waktu(closing.as_of)}: "
        f"{closing.libraries} perpustakaan."
    )
