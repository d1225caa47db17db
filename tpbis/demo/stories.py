"""Stories of the demo, through the services: some that everybody reads, and one that waits.

They are signs of sustainability, and no published colour may move: they are told of libraries that
had such a sign all through the year already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from activities.enums import ConsentScope, StoryKind
from activities.models import Consent, Story
from activities.services import stories as services
from libraries.enums import Theme
from libraries.models import Library
from tpbis.accounts.models import User
from tpbis.demo.cast import KLEMUNAN, LABRUK, LUMAJANG, Partner
from tpbis.demo.chance import stream
from tpbis.demo.people import Staff
from tpbis.demo.pictures import Album
from tpbis.demo.support import InForce
from tpbis.demo.timing import evening, office_hours


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who is in a story, and how far it may go; for a child also who agreed in its place."""

    name: str
    scope: ConsentScope
    guardian: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Tale:
    kind: StoryKind
    theme: Theme
    scene: str
    pictures: int
    days_ago: int
    title: str
    text: str
    testimony: str = ""
    speaker: str = ""
    agreed: tuple[Agreed, ...] = ()


PUBLISHED = [
    Tale(
        StoryKind.IMPACT, Theme.ECONOMY, "_workshop", 3, 34,
        "Dari buku resep ke dua puluh warung",
        "Tahun lalu Ibu S. datang ke perpustakaan hanya untuk mengantar anaknya. Sambil menunggu, "
        "ia membuka buku tentang olahan singkong dan memotret satu resep.\n\n"
        "Perpustakaan lalu mengajaknya ikut pelatihan kemasan bersama Dinas Koperasi. Enam kali "
        "pertemuan, belajarnya sederhana: menakar, menghitung harga pokok, dan menempel label.\n\n"
        "Sekarang keripiknya dititipkan di dua puluh warung. Empat tetangganya ikut mengiris dan "
        "menggoreng tiap Senin dan Kamis. Uang sekolah anaknya tidak lagi menunggu panen.",
        "Dulu saya kira perpustakaan itu cuma untuk anak sekolah. Ternyata di sini saya belajar "
        "berhitung untung.",
        "Ibu S., pembuat keripik",
        (Agreed("Sulastri", ConsentScope.PUBLIC), Agreed("Kasiyati", ConsentScope.PUBLIC)),
    ),
    Tale(
        StoryKind.IMPACT, Theme.EDUCATION, "_reading", 2, 61,
        "Membaca nyaring untuk adik",
        "R. kelas lima ketika pertama kali ikut membaca nyaring setiap Jumat sore. Waktu itu ia "
        "masih mengeja. Relawan tidak menyuruhnya cepat; ia boleh memilih buku yang sama "
        "berminggu-minggu.\n\n"
        "Setelah tiga bulan ia membaca satu buku utuh di depan teman-temannya. Sekarang ia yang "
        "duduk di depan, membacakan cerita untuk adik-adik PAUD sebelum magrib.",
        "Kalau dibaca pelan-pelan, ceritanya malah lebih seru.",
        "R., siswa kelas enam",
        (Agreed("Raka", ConsentScope.PORTAL, "Nur Hidayah", "ibu kandung"),),
    ),
    Tale(
        StoryKind.PRACTICE, Theme.DIGITAL, "_computers", 2, 96,
        "Satu meja untuk semua urusan daring",
        "Banyak warga datang ke balai desa hanya untuk mencetak atau mengisi formulir daring, lalu "
        "pulang lagi karena jaringannya penuh. Kami menaruh satu komputer di dekat pintu "
        "perpustakaan dengan tulisan besar: Boleh Dibantu.\n\n"
        "Dua anak muda karang taruna bergantian duduk di sana tiap sore. Setiap permintaan ditulis "
        "di buku kecil, sehingga kami tahu pelatihan apa yang perlu dibuat berikutnya. Yang paling "
        "sering ditanyakan: mendaftar NIB dan mengecek bantuan sosial.\n\n"
        "Desa lain bisa menirunya mulai besok: satu meja, satu papan, satu buku catatan.",
    ),
    Tale(
        StoryKind.PRACTICE, Theme.HEALTH, "_health", 1, 128,
        "Posyandu pindah ke ruang baca",
        "Ruang posyandu bocor pada musim hujan. Kepala desa mengizinkan penimbangan dilakukan di "
        "perpustakaan, dan kami menata rak agar anak-anak punya tempat menunggu.\n\n"
        "Kini ibu-ibu menunggu sambil membacakan buku kain. Kader memakai buku gizi dari rak untuk "
        "menjelaskan isi piring. Sejak pindah, kunjungan ibu dan balita dua kali lipat, dan "
        "penyuluhannya tidak perlu pengeras suara lagi.",
        "Anak saya sekarang minta ke posyandu, karena ada buku ikan.",
        "Ibu dua anak",
        (Agreed("Umi Kalsum", ConsentScope.PUBLIC),),
    ),
    Tale(
        StoryKind.IMPACT, Theme.FARMING, "_farming", 2, 165,
        "Pupuk dari halaman belakang",
        "Kelompok tani kami dulu membeli semua pupuk. Setelah membaca bersama buku tentang pupuk "
        "organik dan mencobanya di halaman perpustakaan, tujuh petani membuat komposnya sendiri "
        "dari jerami dan kotoran kambing.\n\n"
        "Biaya tanam musim ini turun. Sisa uangnya dipakai membeli bibit cabai, dan percobaannya "
        "dicatat di papan perpustakaan supaya petani lain bisa melihat hasilnya.",
        "Yang dulu dibakar, sekarang dipakai.",
        "Pak W., petani",
        (Agreed("Warsito", ConsentScope.PRINT),),
    ),
]  # fmt: skip
WAITING = Tale(
    StoryKind.IMPACT, Theme.ARTS, "_stage", 2, 12,
    "Panggung kecil di teras perpustakaan",
    "Remaja di sekitar perpustakaan biasa berkumpul di warung sampai malam. Kami menawarkan teras "
    "perpustakaan untuk latihan musik, dengan satu syarat: membaca satu buku sebulan.\n\n"
    "Dua belas anak bertahan. Bulan ini mereka tampil di peringatan hari jadi desa, dengan lagu "
    "yang liriknya mereka tulis dari cerita rakyat setempat.",
    "Saya jadi tahu desa ini punya cerita sebanyak itu.",
    "D., anggota kelompok musik",
    (Agreed("Danu", ConsentScope.PORTAL, "Sri Wahyuni", "ibu kandung"),),
)  # fmt: skip


def tell(
    partners: Sequence[Partner],
    libraries: dict[int, Library],
    staff: Staff,
    album: Album,
    in_force: InForce,
    now: datetime,
) -> None:
    """Write the stories, and let the PICs publish all but the last."""
    for tale, partner in zip(
        PUBLISHED, _tellers(partners, staff, in_force, now.date()), strict=False
    ):
        story, sent_at = _send(tale, partner, libraries[partner.number], staff, album, now)
        pic = staff.pics[partner.regency]
        at = min(office_hours(stream("publish", partner.number), sent_at), now)
        services.publish(story=story, by=pic, at=at)
        Story.objects.filter(pk=story.pk).update(updated_at=at)
    labruk = next(partner for partner in partners if partner.code == LABRUK)
    _send(WAITING, labruk, libraries[labruk.number], staff, album, now)


def _tellers(
    partners: Sequence[Partner], staff: Staff, in_force: InForce, today: date
) -> list[Partner]:
    """Klemunan, one of Lumajang, and others of a regency each, the lively first."""
    free = [
        partner
        for partner in partners
        if partner.code != LABRUK and _is_sustained(partner, staff, in_force, today)
    ]
    free.sort(
        key=lambda one: (one.code != KLEMUNAN, one.regency != LUMAJANG, -one.vigour, one.number)
    )
    found: dict[str, Partner] = {}
    for partner in free:
        found.setdefault(partner.regency, partner)
    return list(found.values())[: len(PUBLISHED)]


def _is_sustained(partner: Partner, staff: Staff, in_force: InForce, today: date) -> bool:
    """Somebody works there, and all years told of began with a partnership in force."""
    posts = staff.librarians.get(partner.number, [])
    years = {(today - timedelta(days=tale.days_ago)).year for tale in PUBLISHED}
    return (
        bool(posts)
        and posts[-1][0].ends_on is None
        and posts[-1][0].starts_on < date(min(years), 1, 1)
        and all(in_force(partner.number, date(y, 1, 1), date(y, 1, 1)) for y in years)
    )


def _send(
    tale: Tale, partner: Partner, library: Library, staff: Staff, album: Album, now: datetime
) -> tuple[Story, datetime]:
    rng, by = stream("story", partner.number), staff.librarian_now(partner.number)
    happened_on = now.date() - timedelta(days=tale.days_ago)
    written_at = min(evening(rng, happened_on + timedelta(days=3)), now)
    story = services.write(
        library=library,
        content={
            "kind": tale.kind,
            "theme": tale.theme,
            "happened_on": happened_on,
            "title": tale.title,
            "text": tale.text,
            "testimony": tale.testimony,
            "speaker": tale.speaker,
            "has_people": bool(tale.agreed),
        },
        by=by,
    )
    services.add_photos(story=story, photos=album.by_scene[tale.scene][: tale.pictures], by=by)
    for one in tale.agreed:
        _agree(story, one, happened_on, by)
    Consent.objects.filter(story=story).update(recorded_at=written_at)
    story = services.submit(story=story, by=by, at=written_at)
    Story.objects.filter(pk=story.pk).update(created_at=written_at, updated_at=written_at)
    return story, written_at


def _agree(story: Story, one: Agreed, on: date, by: User) -> None:
    content = {
        "given_by": one.name,
        "given_on": on,
        "scope": one.scope,
        "is_child": bool(one.guardian),
        "guardian": one.guardian,
        "guardian_relation": one.relation,
    }
    services.record_consent(story=story, content=content, by=by)
