import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from tpbis.accounts import history
from tpbis.core.commands import PortalCommand

MOST_LISTED = 10


class Command(PortalCommand):
    help = (
        "Memeriksa rantai jejak audit: setiap sidik dihitung ulang. "
        "Catat jumlah dan sidik terakhir di tempat lain, lalu berikan lain kali dengan --known."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--known",
            default="",
            metavar="SIDIK",
            help="sidik terakhir dari pemeriksaan sebelumnya; harus masih ada di rantai",
        )

    def handle(self, *, known: str, **options: Any) -> None:
        verdict = history.check(known=known.strip().lower())
        self.stdout.write(f"{verdict.count} kejadian tertaut, sidik terakhir {verdict.head}")
        if verdict.is_sound:
            self.stdout.write("Rantai utuh.")
            return
        for problem in _problems(verdict):
            self.stderr.write(problem)
        sys.exit(1)


def _problems(verdict: history.Verdict) -> list[str]:
    gaps = [f"{first}–{last}" if last > first else str(first) for first, last in verdict.gaps]
    found = [
        (verdict.broken, f"Sidik tidak cocok, isinya diubah: {_listed(verdict.broken)}."),
        (gaps, f"Mata rantai hilang: {_listed(gaps)}."),
        (verdict.without_event, f"Kejadiannya dihapus: {_listed(verdict.without_event)}."),
        (
            verdict.unlinked,
            f"{verdict.unlinked} kejadian lebih dari 5 menit belum tertaut; "
            "periksa penjadwal dan worker.",
        ),
        (
            verdict.knows is False,
            "Sidik yang dicatat dulu tidak ada di rantai: ujungnya dipotong atau diganti.",
        ),
    ]
    return [text for is_so, text in found if is_so]


def _listed(positions: Sequence[Any]) -> str:
    """The first few, from the very first on; how many there are in all."""
    told = ", ".join(str(position) for position in positions[:MOST_LISTED])
    rest = f", … ({len(positions)} semuanya)" if len(positions) > MOST_LISTED else ""
    return f"posisi {told}{rest}"
