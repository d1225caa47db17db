"""What the portal has of the figures that the *Indeks Pembangunan Literasi Masyarakat* asks a
regency for: each with what was counted and where from; what the portal has not, said as such."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from activities.enums import Kind, ServiceForm
from libraries.enums import Level, LibraryKind
from libraries.models import Assignment, Region
from libraries.querysets import LibraryQuerySet
from reports.figures.activities import entries
from reports.figures.counts import totals
from tpbis.accounts.enums import Role
from tpbis.core.periods import Period
from tpbis.core.templatetags.tpbis import angka

if TYPE_CHECKING:
    from activities.models import Activity

REGISTER = "Daftar perpustakaan mitra"
REPORTS = "Laporan bulanan yang disetujui dan data SIM"
SNAPSHOTS = "Potret fasilitas yang disetujui"
ACCOUNTS = "Akun portal dan penugasannya"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure; ``value`` is ``None`` where the portal does not have it."""

    name: str
    value: int | None
    unit: str
    counted: str  # what the figure covers, in words
    source: str


@dataclass(frozen=True, slots=True)
class Element:
    """One of the elements the index is made of, with what the portal can say of it."""

    title: str
    lines: tuple[Line, ...]


def iplm(region: Region, libraries: LibraryQuerySet, period: Period) -> tuple[Element, ...]:
    """Of ``libraries``, those of ``region`` that were partners on the last day of ``period``."""
    partners = libraries.partners_on(period.last_day)
    return (
        Element("Pemerataan layanan perpustakaan", tuple(_spread(region, partners))),
        Element("Ketercukupan koleksi", _collection(partners, period)),
        Element("Ketercukupan tenaga perpustakaan", _staff(partners, period)),
        Element("Tingkat kunjungan masyarakat", _visits(libraries, period)),
        Element("Perpustakaan ber-Standar Nasional (SNP)", _standard(partners)),
        Element("Keterlibatan masyarakat", _involvement(libraries, period)),
        Element("Anggota perpustakaan", (_lacking("Anggota terdaftar", "orang"),)),
    )


def _lacking(name: str, unit: str, why: str = "") -> Line:
    return Line(name, None, unit, why, "")


def _spread(region: Region, partners: LibraryQuerySet) -> list[Line]:
    kinds = Counter(partners.order_by().values_list("kind", flat=True))
    villages = Region.objects.within(region.code).filter(level=Level.VILLAGE)
    reached = villages.filter(libraries__in=partners.order_by().values("pk")).distinct().count()
    lines = [
        Line(
            "Perpustakaan mitra TPBIS",
            sum(kinds.values()),
            "perpustakaan",
            "Ikut program dan tidak nonaktif pada akhir tahun data",
            REGISTER,
        )
    ]
    lines += [
        Line(f"– {label}", kinds[kind], "perpustakaan", "Menurut jenisnya", REGISTER)
        for kind, label in LibraryKind.choices
        if kinds[kind]
    ]
    return [
        *lines,
        Line(
            "Desa/kelurahan dengan perpustakaan mitra",
            reached,
            "desa/kelurahan",
            f"Dari {angka(villages.count())} desa/kelurahan di daftar wilayah portal",
            REGISTER,
        ),
        _lacking("Perpustakaan di luar program TPBIS", "perpustakaan"),
    ]


def _collection(partners: LibraryQuerySet, period: Period) -> tuple[Line, ...]:
    """The newest snapshot of the year of each library."""
    taken = (
        entries(partners, period)
        .filter(kind=Kind.SERVICE, service_form=ServiceForm.SNAPSHOT)
        .select_related("report")
        .order_by("held_on", "pk")
    )
    newest: dict[int, Activity] = {one.report.library_id: one for one in taken}
    said = f"Potret terbaru tahun itu dari {angka(len(newest))} perpustakaan yang mengisinya"

    def summed(field: str) -> int:
        return sum(getattr(one, field) or 0 for one in newest.values())

    return (
        Line("Buku", summed("books"), "eksemplar", said, SNAPSHOTS),
        Line("Buku digital", summed("digital_books"), "judul atau berkas", said, SNAPSHOTS),
        Line("Komputer untuk pengunjung", summed("computers"), "unit", said, SNAPSHOTS),
        _lacking("Judul koleksi dan penambahannya", "judul"),
    )


def _staff(partners: LibraryQuerySet, period: Period) -> tuple[Line, ...]:
    posts = Assignment.objects.in_force(period.last_day).filter(
        library__in=partners.order_by().values("pk"),
        user__role=Role.LIBRARIAN,
        user__activated_at__isnull=False,
    )
    return (
        Line(
            "Pengelola yang bertugas",
            posts.values("user").distinct().count(),
            "orang",
            "Punya akun portal yang aktif dan bertugas pada akhir tahun data",
            ACCOUNTS,
        ),
        Line(
            "Perpustakaan dengan pengelola bertugas",
            posts.values("library").distinct().count(),
            "perpustakaan",
            "Paling sedikit satu pengelola seperti di atas",
            ACCOUNTS,
        ),
        _lacking("Pendidikan dan sertifikasi pengelola", "orang"),
    )


def _visits(libraries: LibraryQuerySet, period: Period) -> tuple[Line, ...]:
    found = totals(libraries, period)
    return (
        Line("Kunjungan", found.visits_total, "kunjungan", "Jumlah tahun data", REPORTS),
        Line(
            "– perempuan",
            found.visits_women,
            "kunjungan",
            "Dari bulan yang mengisi jenis kelamin",
            REPORTS,
        ),
        Line(
            "– laki-laki",
            found.visits_men,
            "kunjungan",
            "Dari bulan yang mengisi jenis kelamin",
            REPORTS,
        ),
        _lacking("Kunjungan per hari buka", "kunjungan", "Hari buka tidak dicatat di portal"),
    )


def _standard(partners: LibraryQuerySet) -> tuple[Line, ...]:
    def having(name: str, field: str) -> Line:
        return Line(
            name,
            partners.filter(**{field: True}).count(),
            "perpustakaan",
            "Menurut profil perpustakaan saat ini",
            REGISTER,
        )

    return (
        Line(
            "Perpustakaan ber-NPP",
            partners.exclude(npp="").count(),
            "perpustakaan",
            "Nomor Pokok Perpustakaan terisi di profil saat ini",
            REGISTER,
        ),
        having("Ruang berbagi pengalaman", "has_sharing_room"),
        having("Ruang belajar kontekstual", "has_learning_room"),
        having("Ruang berlatih keterampilan kerja", "has_practice_room"),
        _lacking("Akreditasi dan pemenuhan SNP", "perpustakaan"),
    )


def _involvement(libraries: LibraryQuerySet, period: Period) -> tuple[Line, ...]:
    found = totals(libraries, period)
    told = "Dari kegiatan yang mengisi jenis kelamin"
    return (
        Line("Kegiatan pelibatan masyarakat", found.involvement, "kegiatan", "Tahun data", REPORTS),
        Line("Peserta kegiatan", found.participants, "orang", "Orang per kegiatan", REPORTS),
        Line("– perempuan", found.participants_women, "orang", told, REPORTS),
        Line("– laki-laki", found.participants_men, "orang", told, REPORTS),
        Line(
            "– penyandang disabilitas",
            found.participants_disabled,
            "orang",
            "Dari kegiatan yang mengisinya",
            REPORTS,
        ),
        Line("Kegiatan advokasi", found.advocacy, "kegiatan", "Tahun data", REPORTS),
        Line("Publikasi", found.publications, "publikasi", "Tahun data", REPORTS),
    )
