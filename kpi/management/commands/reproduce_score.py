import sys
from argparse import ArgumentParser
from typing import Any

from kpi import queries
from kpi.models import Closing, ClosingScore
from tpbis.core import periods
from tpbis.core.commands import PortalCommand, Refused
from tpbis.core.templatetags.tpbis import waktu

_DIFFERENT = 1  # exit code; 2 is a question that cannot be answered
_CHUNK = 2_000


class Command(PortalCommand):
    help = (
        "Hitung ulang skor yang sudah ditutup dari masukan yang tersimpan dan bandingkan "
        "byte demi byte: reproduce_score 4711, atau reproduce_score --all [2024-09]"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", nargs="?", type=int, help="nomor skor pada penutupan")
        parser.add_argument(
            "--all",
            nargs="?",
            const="",
            metavar="BULAN",
            dest="month",
            help="semua skor satu penutupan; tanpa bulan, semua penutupan",
        )

    def handle(self, *args: Any, id: int | None, month: str | None, **options: Any) -> None:  # noqa: A002
        if (id is None) == (month is None):
            raise Refused("Sebutkan satu nomor skor, atau --all [BULAN].")
        is_same = self._one(id) if id is not None else self._all(month or "")
        if not is_same:
            sys.exit(_DIFFERENT)

    def _one(self, pk: int) -> bool:
        score = ClosingScore.objects.select_related("closing").filter(pk=pk).first()
        if score is None:
            raise Refused(f"Tidak ada skor penutupan nomor {pk}.")
        (made,) = queries.reproduced(iter([score]))
        self.stdout.write(
            f"{score.name}, KPI portal s.d. {periods.written(score.closing.through)}, "
            f"keadaan per {waktu(score.closing.as_of)}"
        )
        self.stdout.write(f"tersimpan: {score.statement}")
        self.stdout.write(f"dihitung:  {made.statement}")
        self.stdout.write("SAMA byte demi byte." if made.is_same else _difference(made))
        return made.is_same

    def _all(self, month: str) -> bool:
        results = [self._closing(closing) for closing in _closings(month)]
        return all(results)

    def _closing(self, closing: Closing) -> bool:
        rows = ClosingScore.objects.filter(closing=closing).order_by("pk")
        count = different = 0
        for made in queries.reproduced(rows.iterator(chunk_size=_CHUNK)):
            count += 1
            if not made.is_same:
                different += 1
                self.stdout.write(f"#{made.score.pk} {made.score.name}: {_difference(made)}")
        said = f"{periods.month_code(closing.through)}: {count - different} dari {count} sama"
        if count != closing.libraries:
            said += f"; waktu ditutup ada {closing.libraries} perpustakaan"
        self.stdout.write(f"{said}.")
        return not different and count == closing.libraries


def _difference(made: queries.Reproduction) -> str:
    score = made.score
    return (
        f"BERBEDA: tersimpan {score.colour} {score.points}, "
        f"dihitung {made.result.colour} {made.result.points}."
    )


def _closings(month: str) -> list[Closing]:
    found = Closing.objects.order_by("through")
    if not month:
        return list(found)
    try:
        through = periods.parse_month(month)
    except periods.BadPeriod as bad:
        raise Refused(str(bad)) from None
    closing = found.filter(through=through).first()
    if closing is None:
        raise Refused(f"{periods.written(through)} belum ditutup.")
    return [closing]
