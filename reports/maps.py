"""The only writer of boundaries: a file is given, looked at, taken into use, withdrawn."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from libraries.enums import Level
from libraries.models import Region
from reports.boundaries import checking
from reports.charts.outlines import label_size
from reports.models import Boundaries
from tpbis.accounts import audit
from tpbis.accounts.models import User

SECONDS = 30  # the process may think; it stops itself after less

_SENTENCES = {
    "too_big": gettext_noop("Berkas melebihi %(most)s MB."),
    "not_text": gettext_noop("Berkas ini bukan teks UTF-8. Simpan sebagai GeoJSON."),
    "empty": gettext_noop("Berkas ini kosong."),
    "too_deep": gettext_noop(
        "Isi berkas bersarang terlalu dalam. Ini bukan GeoJSON batas wilayah."
    ),
    "not_json": gettext_noop(
        "Berkas ini bukan JSON yang utuh: rusak di baris %(line)s, kolom %(column)s."
    ),
    "not_a_number": gettext_noop("Ada angka yang tidak mungkin (%(value)s)."),
    "not_a_collection": gettext_noop("Isi teratas harus “FeatureCollection”."),
    "no_features": gettext_noop("Tidak ada satu pun wilayah (“features”) di dalamnya."),
    "too_many_features": gettext_noop("Ada %(count)s wilayah; paling banyak %(most)s."),
    "too_many_points": gettext_noop("Lebih dari %(most)s titik. Sederhanakan dulu berkasnya."),
    "too_much": gettext_noop("Berkas ini terlalu berat untuk diolah. Sederhanakan dulu."),
    "no_code": gettext_noop(
        "Wilayah ke-%(place)s tidak mempunyai “kode” berupa teks, misalnya 35.08."
    ),
    "unknown_code": gettext_noop(
        "Wilayah ke-%(place)s: kode “%(code)s” bukan kabupaten/kota provinsi ini."
    ),
    "twice": gettext_noop("Kode %(code)s ada %(count)s kali; harus sekali."),
    "missing": gettext_noop("Kode %(code)s (%(name)s) tidak ada."),
    "wrong_geometry": gettext_noop(
        "%(code)s: bentuknya “%(found)s”; harus Polygon atau MultiPolygon."
    ),
    "wrong_coordinates": gettext_noop("%(code)s: susunan koordinatnya keliru."),
    "not_closed": gettext_noop(
        "%(code)s: garis batasnya tidak tertutup; titik terakhir harus sama dengan yang pertama."
    ),
    "too_few_points": gettext_noop("%(code)s: garis batasnya kurang dari empat titik."),
    "not_a_coordinate": gettext_noop("%(code)s: koordinat %(value)s bukan angka."),
    "out_of_range": gettext_noop(
        "%(code)s: koordinat %(value)s di luar bumi. Urutannya bujur, lalu lintang."
    ),
    "no_area": gettext_noop("%(code)s: garis batasnya tidak melingkupi apa pun."),
    "more": gettext_noop("… dan %(count)s kesalahan sejenis lagi."),
}


class BadBoundaries(Exception):
    """The file can't become a map; ``sentences`` say everything that is wrong with it."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class Gone(Exception):
    """Somebody else has done it, or decided otherwise."""

    def __str__(self) -> str:
        return str(gettext_lazy("Peta ini sudah diganti atau ditarik. Muat ulang halamannya."))


def upload(*, region: Region, file_name: str, data: bytes, by: User) -> Boundaries:
    """Draw the boundaries in ``data``, to be looked at; what was given before and not taken into
    use is withdrawn. Raises ``BadBoundaries``."""
    drawing = _drawn(region, data)
    with transaction.atomic():
        _lock(region)
        now = timezone.now()
        waiting = Boundaries.objects.filter(region=region).to_look_at()
        waiting.update(withdrawn_at=now, withdrawn_by=by)
        boundaries = Boundaries.objects.create(
            region=region,
            file_name=file_name[:150],
            sha256=hashlib.sha256(data).hexdigest(),
            drawing=drawing,
            size=sum(len(path) for path, _label, _anchor in drawing["shapes"].values()),
            uploaded_at=now,
            uploaded_by=by,
        )
        _note("reports.upload_boundaries", boundaries, by=by, sha256=boundaries.sha256)
    return boundaries


@transaction.atomic
def activate(*, boundaries: Boundaries, by: User) -> Boundaries:
    """Every map of the province is drawn so from now on. Raises ``Gone``."""
    _lock(boundaries.region)
    of_province = Boundaries.objects.filter(region=boundaries.region)
    chosen = of_province.to_look_at().filter(pk=boundaries.pk).first()
    if chosen is None:
        raise Gone
    now = timezone.now()
    of_province.in_use().update(withdrawn_at=now, withdrawn_by=by)
    chosen.activated_at, chosen.activated_by = now, by
    chosen.save(update_fields=["activated_at", "activated_by"])
    _note("reports.activate_boundaries", chosen, by=by)
    return chosen


@transaction.atomic
def withdraw(*, boundaries: Boundaries, by: User) -> Boundaries:
    """Out of use, or out of sight before it came into it: tiles again. Raises ``Gone``."""
    _lock(boundaries.region)
    chosen = Boundaries.objects.filter(pk=boundaries.pk, withdrawn_at__isnull=True).first()
    if chosen is None:
        raise Gone
    chosen.withdrawn_at, chosen.withdrawn_by = timezone.now(), by
    chosen.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _note("reports.withdraw_boundaries", chosen, by=by)
    return chosen


def _lock(region: Region) -> None:
    Region.objects.select_for_update(of=("self",), no_key=True).get(pk=region.pk)


def _note(verb: str, boundaries: Boundaries, *, by: User, **said: str) -> None:
    changes = audit.difference({}, said)
    audit.record(verb, by=by, subject=boundaries, about=boundaries.region, changes=changes)


# --- The process of its own -----------------------------------------------------------------------


def _drawn(region: Region, data: bytes) -> dict[str, Any]:
    """What ``python -m reports.boundaries`` makes of the file."""
    regencies = Region.objects.within(region.code).filter(level=Level.REGENCY)
    names = {one.code: one.short_name for one in regencies}
    if len(data) > checking.MOST_BYTES:
        raise BadBoundaries(
            _sentences([["too_big", {"most": checking.MOST_BYTES // 1_000_000}]], names)
        )
    room = {code: label_size(name) for code, name in names.items()}
    too_much = BadBoundaries(_sentences([["too_much", {}]], names))
    try:
        done = subprocess.run(  # noqa: S603 - the portal's own module; codes and sizes of labels
            [sys.executable, "-m", "reports.boundaries", json.dumps(room)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            cwd=settings.BASE_DIR,
            env={"PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1"},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as ended:
        raise too_much from ended
    answer = json.loads(done.stdout)
    if "faults" in answer:
        raise BadBoundaries(_sentences(answer["faults"], names))
    drawing: dict[str, Any] = answer["drawing"]
    return drawing


def _sentences(faults: Iterable[Any], names: dict[str, str]) -> list[str]:
    return [
        _(_SENTENCES[kind]) % {"name": names.get(str(said.get("code")), ""), **said}
        for kind, said in faults
    ]
