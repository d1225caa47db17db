import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from libraries.models import Region
from reports import services
from reports.enums import DocumentKind
from tpbis.core.commands import PortalCommand, Refused
from tpbis.core.periods import BadPeriod, Period


class Command(PortalCommand):
    help = (
        "Buat dokumen PDF: make_document progress --region 35 --from 2024-01 --to 2024-09 "
        "--out laporan.pdf"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help="jenis dokumen: progress (laporan capaian)")
        parser.add_argument("--region", required=True, help="kode provinsi atau kabupaten/kota")
        parser.add_argument("--from", dest="start", required=True, help="bulan awal, mis. 2024-01")
        parser.add_argument("--to", dest="end", required=True, help="bulan akhir, mis. 2024-09")
        parser.add_argument("--out", required=True, help="berkas PDF yang ditulis")

    def handle(
        self, *args: Any, kind: str, region: str, start: str, end: str, out: str, **options: Any
    ) -> None:
        if kind not in DocumentKind.values:
            known = ", ".join(DocumentKind.values)
            raise Refused(f"Jenis dokumen “{kind}” tidak dikenal. Yang ada: {known}.")
        place = Region.objects.filter(code=region).first()
        if place is None:
            raise Refused(f"Kode wilayah “{region}” tidak dikenal.")
        try:
            period = Period.parse(start, end)
        except BadPeriod as bad:
            raise Refused(str(bad)) from None
        path = _writable(out)
        with self.progress() as progress:
            bar = progress.add_task("Menghitung angka", total=None)
            try:
                made = services.make(
                    region=place,
                    period=period,
                    told=lambda step, steps, doing: progress.update(
                        bar, description=doing, completed=step, total=steps or None
                    ),
                )
            except (services.NotForThisRegion, services.NotMade) as problem:
                raise Refused(str(problem)) from None
            progress.update(bar, completed=1, total=1)
        _write(path, made.content)
        self.stdout.write(f"{path}: {made.pages} halaman, {len(made.content) // 1024} KB.")


def _writable(out: str) -> Path:
    """Known before the work begins: where the document goes."""
    path = Path(out)
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise Refused(f"Berkas “{out}” tidak dapat ditulis. Periksa folder tujuannya.")
    if path.exists() and not os.access(path, os.W_OK):
        raise Refused(f"Berkas “{out}” sudah ada dan tidak dapat ditimpa.")
    return path


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    draft = path.with_name(f".{path.name}.baru")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Refused(f"Berkas “{path}” tidak dapat ditulis: {error.strerror}.") from None
