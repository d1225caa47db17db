"""The province's progress report for January to September 2024 with the demo's data, against one
plain WeasyPrint document of as many pages: the same words a page, no charts, no figures."""

from datetime import date

import django

django.setup()

import weasyprint
from django.core.management import call_command

from libraries.models import Region
from reports import services
from tests.benchmarks.measuring import say, seconds
from tpbis.core.periods import Period
from tpbis.demo import seed

PERIOD = Period(date(2024, 1, 1), date(2024, 9, 1))
LINE = "<p>Perpustakaan desa mengajak warga belajar, berbagi pengalaman, dan berlatih.</p>"


def main() -> None:
    call_command("migrate", verbosity=0)
    seed.seed()
    province = Region.objects.get(code="35")
    made = []

    def report() -> None:
        made.append(services.make(region=province, period=PERIOD, told=lambda *_: None))

    cold, again = seconds(report), seconds(report)
    pages = made[0].pages
    page = f"<section style='break-after: page'><h1>Capaian</h1>{LINE * 18}</section>"
    html = f"<!doctype html><html lang='id'><title>Polos</title>{page * pages}</html>"

    def document() -> None:
        weasyprint.HTML(string=html).write_pdf()

    plain = seconds(document, times=2)
    say(f"plain document, {pages} pages", plain, "s")
    say(
        f"report of the province, {pages} pages", cold, "s", ratio=cold / plain, to="plain document"
    )
    say("the same report again", again, "s", ratio=again / plain, to="plain document")


if __name__ == "__main__":
    main()
