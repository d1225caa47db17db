"""What libraries of the demo need, what organisations offer, and what became of it.

What came is a gift that the demo tells of anyway (``gifts``): no figure changes, no library gets a
partner.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice

from django.utils import timezone

from libraries.enums import Level, Theme
from libraries.models import Assignment, Library, Region
from stakeholders.enums import (
    CommitmentState,
    MatchReason,
    NeedState,
    OfferState,
    PartnershipKind,
    Urgency,
)
from stakeholders.models import Commitment, Need, Offer, Organisation, Partnership, Support
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.demo.cast import KLEMUNAN, LABRUK
from tpbis.demo.support import PROVINCIAL

_MONEY, _GOODS, _SPEAKER = PartnershipKind.MONEY, PartnershipKind.GOODS, PartnershipKind.SPEAKER
_PLACE, _MEDIA, _HELPERS = PartnershipKind.PLACE, PartnershipKind.MEDIA, PartnershipKind.VOLUNTEERS
_R = MatchReason


@dataclass(frozen=True, slots=True)
class Lack:
    theme: Theme
    kind: PartnershipKind
    title: str
    why: str
    quantity: int | None
    unit: str
    rupiah: int | None
    people: int
    urgency: Urgency = Urgency.NORMAL


# The first two are those of the libraries that people look at first.
LACKS: Sequence[Lack] = (
    Lack(Theme.ECONOMY, _GOODS, "Mesin jahit untuk kelompok ibu",
         "Sembilan belas ibu belajar menjahit bergantian dengan satu mesin. Pesanan seragam PAUD "
         "sudah ada, tetapi belum dapat dipenuhi.", 4, "mesin", 12_000_000, 19, Urgency.HIGH),
    Lack(Theme.EDUCATION, _GOODS, "Buku bacaan anak usia dini",
         "Pojok baca dikunjungi anak PAUD tiap Jumat; bukunya sudah lusuh dan habis dibaca semua.",
         120, "buku", 4_800_000, 60),
    Lack(Theme.FARMING, _SPEAKER, "Pelatihan mengolah hasil panen",
         "Harga cabai jatuh saat panen raya. Petani ingin belajar membuat cabai kering dan bubuk.",
         2, "narasumber", 3_000_000, 35, Urgency.HIGH),
    Lack(Theme.DIGITAL, _GOODS, "Komputer untuk ruang belajar",
         "Satu komputer dipakai dua belas pelajar; pendaftaran sekolah kini lewat internet.",
         3, "komputer", 21_000_000, 48),
    Lack(Theme.ECONOMY, _MONEY, "Modal awal kelompok usaha keripik",
         "Kelompok sudah dilatih dan punya izin, tetapi belum punya alat potong dan kemasan.",
         None, "", 15_000_000, 12),
    Lack(Theme.HEALTH, _SPEAKER, "Kelas gizi untuk ibu balita",
         "Posyandu mencatat delapan balita kurang gizi; ibu-ibunya meminta kelas memasak sehat.",
         1, "narasumber", 1_500_000, 28, Urgency.HIGH),
    Lack(Theme.EDUCATION, _HELPERS, "Pendamping kelas membaca nyaring",
         "Empat puluh anak datang tiap Sabtu, pengelola hanya dua orang.", 4, "relawan", None, 40),
    Lack(Theme.OTHER, _GOODS, "Rak buku kayu",
         "Buku hibah setahun ini masih di kardus karena raknya penuh.", 4, "rak", 6_000_000, 100,
         Urgency.LOW),
    Lack(Theme.DIGITAL, _MONEY, "Langganan internet satu tahun",
         "Internet desa berakhir Desember; tanpa itu kelas pemasaran daring berhenti.",
         None, "", 4_200_000, 55),
    Lack(Theme.ECONOMY, _SPEAKER, "Pelatihan memasarkan lewat internet",
         "Sebelas pengusaha rumahan belum pernah menjual ke luar kecamatan.", 1, "narasumber",
         2_000_000, 25),
    Lack(Theme.ARTS, _PLACE, "Tempat latihan tari anak",
         "Latihan di halaman berhenti tiap hujan; dua puluh anak menunggu.", None, "", None, 20,
         Urgency.LOW),
    Lack(Theme.OTHER, _MEDIA, "Liputan kegiatan perpustakaan",
         "Warga desa tetangga belum tahu bahwa pelatihannya terbuka dan gratis.", 2, "liputan",
         None, 200, Urgency.LOW),
    Lack(Theme.FARMING, _GOODS, "Buku pertanian dan peternakan",
         "Kelompok tani meminjam berulang-ulang tiga judul yang ada.", 60, "buku", 3_600_000, 45),
    Lack(Theme.HEALTH, _GOODS, "Alat ukur kesehatan sederhana",
         "Lansia berkumpul tiap Rabu; kader ingin memeriksa tekanan darah di perpustakaan.",
         2, "set", 1_800_000, 30),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offered:
    organisation: str
    region: str
    theme: str
    kind: PartnershipKind
    description: str
    quantity: int | None = None
    unit: str = ""
    rupiah: int | None = None
    lasts: int | None = 240  # days from now
    state: OfferState = OfferState.OPEN


OFFERS: Sequence[Offered] = (
    Offered("Bank Jatim", "35", "", _MONEY, "Dana TJSL untuk usaha warga binaan perpustakaan",
            rupiah=150_000_000),
    Offered("Bank Jatim", "35.08", "", _SPEAKER, "Kelas mengelola keuangan usaha", 6,
            "narasumber"),
    Offered("IKAPI Jawa Timur", "35", "Pendidikan", _GOODS, "Buku bacaan anak", 2_000, "buku"),
    Offered("IKAPI Jawa Timur", "35", "Pertanian", _GOODS, "Buku pertanian", 300, "buku"),
    Offered("TJSL PT SIER", "35", "Inklusi Digital", _GOODS, "Komputer bekas kantor yang layak",
            25, "komputer", 75_000_000),
    Offered("Rotary Club of Surabaya Persada", "35", "", _GOODS, "Rak buku kayu", 40, "rak"),
    Offered("Universitas Airlangga", "35", "Pendidikan", _HELPERS,
            "Mahasiswa pendamping kelas membaca", 30, "relawan", lasts=120),
    Offered("Universitas Airlangga", "35", "Kesehatan", _SPEAKER, "Kelas gizi dan kesehatan", 10,
            "narasumber"),
    Offered("Dinas Pertanian dan Ketahanan Pangan Provinsi Jawa Timur", "35", "Pertanian",
            _SPEAKER, "Penyuluh pengolahan hasil panen", 12, "narasumber", lasts=None),
    Offered("UPT Dinas Koperasi dan UMKM Provinsi Jawa Timur", "35", "Ekonomi", _SPEAKER,
            "Pelatih pemasaran lewat internet", 8, "narasumber"),
    Offered("Komunitas Read Aloud Jawa Timur", "35", "Pendidikan", _HELPERS,
            "Relawan membaca nyaring", 20, "relawan", lasts=None),
    Offered("PT Jamkrida Jatim", "35", "Ekonomi", _MONEY, "Bantuan alat usaha mikro",
            rupiah=60_000_000),
    Offered("Petrogas Jatim Utama Cendana", "35", "Ekonomi", _GOODS, "Mesin jahit", 12, "mesin",
            48_000_000),
    Offered("GPMB Jawa Timur", "35", "Seni Budaya", _PLACE, "Aula untuk latihan seni", lasts=30,
            state=OfferState.WITHDRAWN),
    Offered("Dinas Kelautan dan Perikanan Provinsi Jawa Timur", "35", "", _SPEAKER,
            "Pelatih olahan ikan", 6, "narasumber", lasts=-20),
)  # fmt: skip

THEMES = {
    "Bank Jatim": [Theme.ECONOMY, Theme.EDUCATION, Theme.DIGITAL],
    "IKAPI Jawa Timur": [Theme.EDUCATION, Theme.FARMING],
    "TJSL PT SIER": [Theme.DIGITAL, Theme.EDUCATION],
    "Universitas Airlangga": [Theme.EDUCATION, Theme.HEALTH],
    "Dinas Pertanian dan Ketahanan Pangan Provinsi Jawa Timur": [Theme.FARMING],
    "UPT Dinas Koperasi dan UMKM Provinsi Jawa Timur": [Theme.ECONOMY],
    "Komunitas Read Aloud Jawa Timur": [Theme.EDUCATION],
    "PT Jamkrida Jatim": [Theme.ECONOMY],
    "GPMB Jawa Timur": [Theme.EDUCATION, Theme.ARTS],
    "Rotary Club of Surabaya Persada": [Theme.EDUCATION, Theme.HEALTH],
}

# How far the needs beside the realised ones have come, in the order of the libraries.
_STATES = (
    *[NeedState.OPEN, NeedState.PROMISED],  # Labruk Kidul, Klemunan
    *[NeedState.OPEN, NeedState.MATCHED, NeedState.OPEN, NeedState.STATED, NeedState.PROMISED],
    *[NeedState.OPEN, NeedState.MATCHED, NeedState.OPEN, NeedState.OPEN, NeedState.STATED],
    *[NeedState.PROMISED, NeedState.OPEN, NeedState.DECLINED, NeedState.OPEN, NeedState.MATCHED],
    *[NeedState.OPEN, NeedState.STATED, NeedState.OPEN, NeedState.PROMISED, NeedState.WITHDRAWN],
    *[NeedState.OPEN, NeedState.OPEN, NeedState.MATCHED, NeedState.STATED, NeedState.OPEN],
    *[NeedState.OPEN, NeedState.PROMISED, NeedState.DECLINED, NeedState.OPEN, NeedState.OPEN],
)
_REALISED = 6
_REASONS = {
    NeedState.DECLINED: "Sudah tercakup dalam bantuan buku kabupaten tahun ini.",
    NeedState.WITHDRAWN: "Sudah dibeli dengan dana desa.",
}


def tell(now: datetime) -> None:
    organisations = {
        one.name: one
        for one in Organisation.objects.filter(name__in=[name for name, _kind in PROVINCIAL])
    }
    for name, themes in THEMES.items():
        if one := organisations.get(name):
            one.themes = [theme.value for theme in themes]
            one.save(update_fields=["themes"])
    offers = _offer(organisations, now)
    desk = _Desk(now)
    for place, (library, state) in enumerate(zip(_places(), cycle(_STATES), strict=False)):
        if place >= len(_STATES):
            break
        lack = LACKS[place % len(LACKS)]
        need = desk.need(library, lack, state, days=150 - 4 * place, place=place)
        if state in (NeedState.MATCHED, NeedState.PROMISED):
            desk.commit(need, lack, offers, organisations, overdue=place % 3 == 0)
        if place == 4:  # somebody tried before
            desk.lapse(need, offers[0].organisation)
    desk.met_by_gifts(organisations)


def _places() -> Iterator[Library]:
    """The two known libraries, then those with somebody to sign in, regency by regency in turn."""
    named = Library.objects.filter(region__code__in=(LABRUK, KLEMUNAN))
    yield from sorted(named, key=lambda one: one.region.code != LABRUK)
    staffed = Assignment.objects.in_force().filter(
        library__isnull=False, user__activated_at__isnull=False
    )
    rest = (
        Library.objects.filter(pk__in=staffed.values("library"))
        .exclude(pk__in=named.values("pk"))
        .select_related("region", "regency")
        .order_by("regency__code", "pk")
    )
    queues: dict[str, list[Library]] = {}
    for library in rest:
        queues.setdefault(library.regency.code, []).append(library)
    for row in range(3):
        for regency in islice(queues.values(), 0, None, 2):
            if len(regency) > row:
                yield regency[row]


def _offer(organisations: dict[str, Organisation], now: datetime) -> list[Offer]:
    regions = Region.objects.filter(level__lte=Level.REGENCY).in_bulk(field_name="code")
    province = User.objects.get(username="provinsi")
    today = timezone.localdate(now)
    return Offer.objects.bulk_create(
        Offer(
            organisation=organisations[one.organisation],
            region=regions[one.region],
            theme=one.theme,
            kind=one.kind,
            description=one.description,
            quantity=one.quantity,
            unit=one.unit,
            rupiah=one.rupiah,
            starts_on=today - timedelta(days=120),
            ends_on=today + timedelta(days=one.lasts) if one.lasts is not None else None,
            state=one.state,
            recorded_at=now - timedelta(days=120 - place),
            recorded_by=province,
        )
        for place, one in enumerate(OFFERS)
        if one.organisation in organisations
    )


class _Desk:
    """Writes needs and commitments as of ``now``; each regency's PIC confirms."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.province = User.objects.get(username="provinsi")
        self._pics: dict[int, User] = {}
        posts = Assignment.objects.in_force().filter(user__role=Role.REGENCY_PIC)
        for post in posts.select_related("user").order_by("-pk"):
            if post.region_id:
                self._pics[post.region_id] = post.user
        librarians = Assignment.objects.in_force().filter(library__isnull=False)
        self._librarians = {
            post.library_id: post.user for post in librarians.select_related("user").order_by("-pk")
        }

    def pic_of(self, region_id: int) -> User:
        return self._pics.get(region_id, self.province)

    def need(
        self, library: Library, lack: Lack, state: NeedState, *, days: int, place: int
    ) -> Need:
        stated = self.now - timedelta(days=max(days, 2))
        need = Need(
            library=library,
            region=library.regency,
            theme=lack.theme,
            kind=lack.kind,
            title=lack.title,
            why=lack.why,
            quantity=lack.quantity,
            unit=lack.unit,
            rupiah=lack.rupiah,
            people=lack.people,
            urgency=lack.urgency,
            state=state,
            reason=_REASONS.get(state, ""),
            recorded_at=stated,
            recorded_by=self._librarians.get(library.pk) or self.pic_of(library.regency_id),
        )
        if state not in (NeedState.STATED, NeedState.DECLINED):
            need.confirmed_at = stated + timedelta(days=1)
            need.confirmed_by = self.pic_of(library.regency_id)
            if place % 4 == 0:
                need.priority = 1 + place % 5
                need.prioritised_at = stated + timedelta(days=2)
                need.prioritised_by = self.province
        need.save()
        return need

    def commit(
        self,
        need: Need,
        lack: Lack,
        offers: list[Offer],
        organisations: dict[str, Organisation],
        *,
        overdue: bool,
    ) -> None:
        """From an offer that fits where there is one; else by whoever works on the theme."""
        fitting = (
            one
            for one in offers
            if (one.kind, one.unit, one.region.level) == (lack.kind, lack.unit, Level.PROVINCE)
            and one.state == OfferState.OPEN
        )
        offer = next((one for one in fitting if one.theme in ("", lack.theme)), None)
        known = (organisations[name] for name, themes in THEMES.items() if lack.theme in themes)
        organisation = offer.organisation if offer else next(known, organisations["Bank Jatim"])
        assert need.confirmed_at is not None
        is_promised = need.state == NeedState.PROMISED
        Commitment.objects.create(
            need=need,
            organisation=organisation,
            offer=offer,
            state=CommitmentState.PROMISED if is_promised else CommitmentState.MATCHED,
            reasons=[_R.THEME.value, _R.KIND.value, _R.ENOUGH.value] if offer else [],
            rupiah=lack.rupiah if lack.kind == _MONEY else None,
            quantity=lack.quantity,
            unit=lack.unit,
            due_on=timezone.localdate(self.now) + timedelta(days=-9 if overdue else 45),
            accepted_at=need.confirmed_at + timedelta(hours=20),
            accepted_by=self.pic_of(need.region_id),
            promised_at=need.confirmed_at + timedelta(hours=44) if is_promised else None,
            promised_by=self.province if is_promised else None,
        )

    def lapse(self, need: Need, organisation: Organisation) -> None:
        assert need.confirmed_at is not None
        Commitment.objects.create(
            need=need,
            organisation=organisation,
            state=CommitmentState.LAPSED,
            rupiah=need.rupiah,
            due_on=timezone.localdate(need.confirmed_at) + timedelta(days=30),
            accepted_at=need.confirmed_at + timedelta(hours=3),
            accepted_by=self.pic_of(need.region_id),
            settled_at=need.confirmed_at + timedelta(days=31),
            settled_by=self.pic_of(need.region_id),
            reason="Anggaran tahun ini sudah habis.",
        )

    def met_by_gifts(self, organisations: dict[str, Organisation]) -> None:
        """Needs that were met by gifts of this year, the newest of each organisation."""
        gifts = (
            Support.objects.filter(library__isnull=False, organisation__in=organisations.values())
            .select_related("library__regency", "organisation")
            .order_by("-given_on", "-pk")
        )
        newest: dict[int, Support] = {}
        for gift in gifts:
            newest.setdefault(gift.organisation_id, gift)
        for gift in islice(newest.values(), _REALISED):
            assert gift.library is not None
            self._met(gift, gift.library)

    def _met(self, gift: Support, library: Library) -> None:
        came = timezone.make_aware(datetime.combine(gift.given_on, datetime.min.time()))
        lack = Lack(
            _theme_of(gift),
            PartnershipKind(gift.kind),
            gift.description,
            "Diajukan setelah musyawarah warga; belum ada dalam anggaran desa.",
            gift.quantity,
            gift.unit,
            gift.rupiah,
            gift.reached or 30,
        )
        stated = (self.now - came).days + 60
        need = self.need(library, lack, NeedState.REALISED, days=stated, place=1)
        assert need.confirmed_at is not None
        partnership = Partnership.objects.in_force_on(gift.given_on).filter(
            organisation=gift.organisation, library=library
        )
        Commitment.objects.create(
            need=need,
            organisation=gift.organisation,
            state=CommitmentState.REALISED,
            rupiah=gift.rupiah,
            quantity=gift.quantity,
            unit=gift.unit,
            due_on=gift.given_on + timedelta(days=10),
            accepted_at=need.confirmed_at + timedelta(days=3),
            accepted_by=self.pic_of(need.region_id),
            promised_at=need.confirmed_at + timedelta(days=9),
            promised_by=self.province,
            settled_at=min(self.now, came + timedelta(hours=34)),
            settled_by=self.pic_of(need.region_id),
            support=gift,
            partnership=partnership.order_by("pk").first(),
        )


def _theme_of(gift: Support) -> Theme:
    known = THEMES.get(gift.organisation.name)
    return known[0] if known else Theme.OTHER
