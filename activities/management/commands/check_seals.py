"""``manage.py check_seals``: whether what was approved still is what was sealed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from activities import queries
from activities.models import MonthlyReport
from tpbis.core import periods


class Command(BaseCommand):
    help = "Lists approved reports whose content no longer fits their seal. Changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bulan", help="one month only, such as 2026-10", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        reports = MonthlyReport.objects.approved()
        if options["bulan"]:
            try:
                reports = reports.filter(month=periods.parse_month(options["bulan"]))
            except periods.BadPeriod as bad:
                raise CommandError(str(bad)) from None
        broken = 0
        for report in queries.broken_seals(reports):
            broken += 1
            self.stdout.write(f"{report.receipt} {report.library} {report.seal[:12]}")
        total = reports.count()
        if broken:
            raise CommandError(f"{broken} dari {total} laporan tidak cocok dengan segelnya.")
        self.stdout.write(f"{total} laporan bersegel, semuanya cocok.")
