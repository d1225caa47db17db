from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.utils import timezone

from activities import sim
from activities.enums import SimKind
from activities.imports import BadFeed, Feed, read_feed
from libraries.models import Region
from tpbis.core import dates, periods
from tpbis.core.commands import PortalCommand, Refused


class Command(PortalCommand):
    help = (
        "Impor data SIM dari folder berisi iku.json, pelibatan.json, advokasi.json, "
        "peningkatan.json, publikasi.json, pengunjung.json, replikasi.json (boleh sebagian): "
        "import_sim unduhan/ [--create-missing] [--as-of 2026-05-31]"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", help="folder berisi berkas JSON dari SIM")
        parser.add_argument(
            "--create-missing",
            action="store_true",
            help="daftarkan perpustakaan yang belum ada bila desanya pasti",
        )
        parser.add_argument("--as-of", help="tanggal skor resmi, misalnya 2026-05-31 (hari ini)")

    def handle(
        self,
        *args: Any,
        folder: str,
        create_missing: bool,
        as_of: str | None,
        **options: Any,
    ) -> None:
        if not Region.objects.exists():
            raise Refused("Daftar wilayah belum dimuat. Jalankan dulu: manage.py load_regions 35")
        today = timezone.localdate()
        day = _as_of(as_of, today) if as_of else None
        try:
            feed = read_feed(Path(folder), today=today)
            outcome = sim.store(feed.rows, as_of=day, create_missing=create_missing)
        except BadFeed as bad:
            raise Refused(str(bad), "Tidak ada yang disimpan.") from None
        except sim.AnotherImport:
            raise Refused("Impor SIM lain sedang berjalan. Coba lagi sebentar lagi.") from None
        except OperationalError as error:
            raise Refused(f"Basis data menolak: {error}", "Tidak ada yang disimpan.") from None
        self._show(feed, outcome)

    def _show(self, feed: Feed, outcome: sim.Outcome) -> None:
        for name in feed.skipped:
            self.stdout.write(f"Dilewati karena namanya tidak dikenal: {name}")
        for kind in dict.fromkeys(file.kind for file in feed.files):
            self.stdout.write(_line(kind, outcome.counts.get(kind, sim.Counts())))
        self._show_rejected(outcome)
        self._show_created(outcome)
        self._show_unmatched(outcome)
        if outcome.linked_earlier:
            self.stdout.write(
                f"{outcome.linked_earlier} baris dari impor terdahulu kini menemukan "
                f"perpustakaannya."
            )
        self.stdout.write(
            f"{outcome.reports} laporan bulanan SIM disegel, {outcome.scores} skor resmi dicatat."
        )
        if outcome.reports:
            month = periods.month_code(outcome.last_month or periods.this_month())
            self.stdout.write(
                f"Skor portal menyusul sendiri lewat worker, atau hitung sekarang: "
                f"manage.py score {month}"
            )

    def _show_rejected(self, outcome: sim.Outcome) -> None:
        if outcome.rejected:
            self.stdout.write(f"Ditolak ({len(outcome.rejected)} baris, disimpan apa adanya):")
        for rejected in outcome.rejected:
            self.stdout.write(f"  {rejected.file}, baris {rejected.row}: {rejected.problem}")

    def _show_created(self, outcome: sim.Outcome) -> None:
        if outcome.created:
            self.stdout.write(
                f"Didaftarkan ({len(outcome.created)} perpustakaan, sumber program sementara "
                f"“Nasional, lengkap”):"
            )
        for library in outcome.created:
            region = library.region
            self.stdout.write(f"  {library.name}, {region.title} ({region.code})")

    def _show_unmatched(self, outcome: sim.Outcome) -> None:
        if outcome.unmatched:
            self.stdout.write(f"Belum cocok ({len(outcome.unmatched)} perpustakaan):")
        for one in outcome.unmatched:
            place = ", ".join(part for part in (one.village, one.regency) if part)
            self.stdout.write(f"  {one.library} ({place}): {one.rows} baris, {one.reason}")


def _as_of(text: str, today: date) -> date:
    try:
        day = dates.parse_day(text)
    except dates.BadDate as bad:
        raise Refused(f"--as-of: {bad}") from None
    if day > today:
        raise Refused(f"--as-of: {day.isoformat()} belum tiba.")
    return day


def _line(kind: SimKind, counts: sim.Counts) -> str:
    text = (
        f"{kind.value:<12} {counts.read} dibaca: {counts.new} baru, {counts.changed} berubah, "
        f"{counts.unchanged} tetap; {counts.unmatched} belum cocok"
    )
    return f"{text}, {counts.rejected} ditolak" if counts.rejected else text
