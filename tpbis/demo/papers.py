"""What the offices have settled and printed: awards of last year with their certificates, one taken
back; the public page; reports that make themselves; a report that was signed. Through the services.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from kpi import queries as kpi_queries
from kpi import services as kpi_services
from kpi.enums import AwardDecision
from kpi.models import Closing
from libraries.files import BadFile
from libraries.models import Library, Region
from reports import services
from reports.enums import LeadingKpi, Span
from reports.models import Certificate, Document, Office
from reports.services import certificates, provinces
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.core.periods import Period
from tpbis.demo import ink
from tpbis.demo.cast import LUMAJANG
from tpbis.demo.people import Staff

_AFTER_THE_CLOSING = timedelta(days=13, hours=10)  # the province decides
_UNTIL_IT_ISSUES = timedelta(days=2)
_UNTIL_IT_TAKES_BACK = timedelta(days=40)
_MOST_AWARDS = 12
_AFTER_CLOSING_DAY = 16  # of the month: the month before is closed by then

INTRO = (
    "Di Jawa Timur, perpustakaan desa dan kelurahan menjadi tempat warga belajar, berbagi "
    "pengalaman, dan berlatih keterampilan kerja.\n\n"
    "Halaman ini menunjukkan berapa perpustakaan yang ikut, apa yang mereka kerjakan bersama "
    "warga, dan cerita yang boleh dibagikan. Angkanya berasal dari laporan bulanan yang sudah "
    "diperiksa PIC kabupaten/kota."
)
# What the PIC writes into the report that is signed.
_OBSTACLES = (
    "Beberapa desa berganti pengelola pada pertengahan triwulan, sehingga laporan bulanannya "
    "terlambat.\n\nJaringan internet di tiga kecamatan belum stabil; catatan dikirim setelah "
    "pengelola turun ke balai desa."
)
_FOLLOW_UP = (
    "Pengelola baru didampingi Fasda pada bulan pertamanya.\n\nPendampingan advokasi "
    "didahulukan bagi perpustakaan kuning yang paling dekat ke hijau."
)
_WHY_AWARDED = "Hijau pada tiga penutupan terakhir tahun itu; diputuskan dalam rapat evaluasi."
_WHY_NOT = "Ditunda: data kunjungan masih dicocokkan dengan buku tamu bersama PIC."
_WHY_TAKEN_BACK = (
    "Kegiatan November tercatat dua kali. Setelah dikoreksi, nilainya tidak lagi hijau."
)


def tell(staff: Staff, now: datetime) -> None:
    """After the months were closed."""
    province = Region.objects.get(code=settings.TPBIS_PROVINCE)
    by = User.objects.get(username="provinsi")
    award(province, by, now)
    show(province, by)
    lumajang, pic = Region.objects.get(code=LUMAJANG), staff.pics[LUMAJANG]
    schedule(province, Span.MONTH, _AFTER_CLOSING_DAY, by, now)
    schedule(lumajang, Span.YEAR, _AFTER_CLOSING_DAY + 1, pic, now)
    sign(lumajang, pic, now)


# --- Awards ---------------------------------------------------------------------------------------


def award(province: Region, by: User, now: datetime) -> None:
    """For the newest December that was closed and decided about by now: most of those that fit are
    awarded and have their certificate, one waits, and one certificate was withdrawn."""
    decided_at = now - _UNTIL_IT_ISSUES
    past = Closing.objects.filter(through__month=12, as_of__lte=decided_at - _AFTER_THE_CLOSING)
    closing = past.order_by("-through").first()
    if closing is None:
        return
    decided_at = closing.as_of + _AFTER_THE_CLOSING
    found = kpi_queries.award_candidates(
        closing, Library.objects.all(), kpi_queries.AwardConditions()
    )
    fit = [one.library for one in found.standings if one.is_fit][:_MOST_AWARDS]
    if len(fit) < 3:
        return
    last = fit.pop()
    for chosen, decision, note in (
        (fit, AwardDecision.GRANTED, _WHY_AWARDED),
        ([last], AwardDecision.DECLINED, _WHY_NOT),
    ):
        kpi_services.decide(
            closing=closing,
            libraries=dict.fromkeys(chosen, ""),
            decision=decision,
            decided_on=decided_at.date(),
            note=note,
            by=by,
            at=decided_at,
        )
    certificates.issue_certificates(closing=closing, region=province, by=by)
    issued_at = decided_at + _UNTIL_IT_ISSUES
    Certificate.objects.update(issued_at=issued_at)
    taken_back = certificates.withdraw_certificate(
        certificate=Certificate.objects.order_by("-pk")[0], reason=_WHY_TAKEN_BACK, by=by
    )
    Certificate.objects.filter(pk=taken_back.pk).update(
        withdrawn_at=min(issued_at + _UNTIL_IT_TAKES_BACK, now)
    )


# --- What everybody sees, and what makes itself ---------------------------------------------------


def show(province: Region, by: User) -> None:
    """The public page is on; the portal's own KPI heads the pages."""
    provinces.decide(
        region=province,
        leading_kpi=LeadingKpi.PORTAL,
        public_page=True,
        public_intro=INTRO,
        by=by,
        version=provinces.decided_version(provinces.province_settings(province)),
    )


def schedule(region: Region, span: Span, day: int, by: User, now: datetime) -> None:
    """Every month from the next ``day`` on; not today, as nobody waits for it then."""
    services.make_schedule(region=region, span=span, day=day + (now.day == day), told=[by], by=by)


def sign(region: Region, by: User, now: datetime) -> Document | None:
    """The report of the last quarter that was closed, made and signed."""
    end = kpi_queries.last_month_due(now)
    end = periods.add_months(end, -(end.month % 3))
    asked = services.request(
        region=region,
        period=Period(periods.add_months(end, -2), end),
        by=by,
        details={"obstacles": _OBSTACLES, "follow_up": _FOLLOW_UP},
    )
    document = services.render(document_id=asked.pk, at=now)
    if document is None or not document.is_done:
        return document
    with storages["documents"].open(document.file_name) as made:
        signed = ink.signed(made.read(), Office.objects.get(region=region).signer_name)
    name = f"laporan-capaian-{region.short_name.lower()}-ditandatangani.pdf"
    with suppress(BadFile):  # a machine too busy to look at it in time
        services.add_signed_copy(
            document=document,
            file=ContentFile(signed, name),
            by=by,
            note="Ditandatangani kepala dinas",
        )
    return document
