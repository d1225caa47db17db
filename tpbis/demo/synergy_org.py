"""What sort of bodies support the demo's libraries, what they care about, and whom to call at those
of the synergy team. No partnership is added here: the published figures count them."""

from collections.abc import Iterator
from datetime import date

from libraries.enums import Theme
from stakeholders.enums import OrganisationKind as Kind
from stakeholders.models import Contact, Organisation

_AGENCY, _COMMUNITY = Kind.AGENCY, Kind.COMMUNITY
_LEARNING, _ARTS, _MONEY = Theme.EDUCATION, Theme.ARTS, Theme.ECONOMY

# Those of the coordination of 2025, as the document of the programme names them.
TEAM: dict[str, tuple[Kind, tuple[Theme, ...]]] = {
    "Bappeda Provinsi Jawa Timur": (_AGENCY, (_LEARNING, _MONEY)),
    "Bank Jatim": (Kind.PROVINCE_OWNED, (_MONEY, Theme.DIGITAL)),
    "Petrogas Jatim Utama Cendana": (Kind.PROVINCE_OWNED, (_LEARNING, _MONEY)),
    "IKAPI Jawa Timur": (Kind.PROFESSION, (_LEARNING, _ARTS)),
    "GPMB Jawa Timur": (_COMMUNITY, (_LEARNING,)),
    "Universitas Airlangga": (Kind.UNIVERSITY, (_LEARNING, Theme.HEALTH, Theme.DIGITAL)),
    "TJSL PT SIER": (Kind.STATE_OWNED, (_LEARNING, _MONEY)),
    "Rotary Club of Surabaya Persada": (_COMMUNITY, (_LEARNING, Theme.HEALTH)),
    "Dinas Pertanian dan Ketahanan Pangan Provinsi Jawa Timur": (_AGENCY, (Theme.FARMING,)),
    "Dinas Kelautan dan Perikanan Provinsi Jawa Timur": (_AGENCY, (Theme.FARMING, _MONEY)),
    "UPT Dinas Koperasi dan UMKM Provinsi Jawa Timur": (_AGENCY, (_MONEY, Theme.DIGITAL)),
    "PT Jamkrida Jatim": (Kind.PROVINCE_OWNED, (_MONEY,)),
    "Dinas Pemberdayaan Masyarakat dan Desa Provinsi Jawa Timur": (_AGENCY, (_MONEY,)),
    "Komunitas Read Aloud Jawa Timur": (_COMMUNITY, (_LEARNING, _ARTS)),
}
# Others, by how their names begin.
_BEGINNINGS: dict[str, tuple[Kind, tuple[Theme, ...]]] = {
    "BUM Desa": (Kind.VILLAGE, (_MONEY,)),
    "Karang Taruna": (_COMMUNITY, (Theme.SPORTS, _ARTS)),
    "TP PKK": (_COMMUNITY, (Theme.HEALTH, _MONEY)),
    "Puskesmas": (_AGENCY, (Theme.HEALTH,)),
    "Kelompok Tani": (_COMMUNITY, (Theme.FARMING,)),
    "SDN": (Kind.SCHOOL, (_LEARNING,)),
    "Koperasi": (_COMMUNITY, (_MONEY,)),
    "Dinas": (_AGENCY, (_MONEY,)),
    "Forum Literasi": (_COMMUNITY, (_LEARNING,)),
    "Kabar": (Kind.MEDIA, ()),
    "Radio": (Kind.MEDIA, ()),
}
_PEOPLE = (
    ("Bank Jatim", "Kepala Divisi CSR", "Ratna Wulandari", "+6281200000101"),
    ("Petrogas Jatim Utama Cendana", "Staf TJSL", "Bagus Prasetyo", "+6281200000102"),
    ("Universitas Airlangga", "Koordinator pengabdian", "Dian Kusuma", "+6281200000103"),
    ("Rotary Club of Surabaya Persada", "Sekretaris", "Lina Hartono", "+6281200000104"),
    ("IKAPI Jawa Timur", "Ketua", "Arif Rahmadi", "+6281200000105"),
)
_CONSENTED = date(2025, 2, 10)


def describe_organisations() -> None:
    """Say of each organisation of the demo what it is; the ones of the team that it lacks are
    added."""
    known = {one.name: one for one in Organisation.objects.order_by("pk")}
    missing = [Organisation(name=name) for name in TEAM if name not in known]
    Organisation.objects.bulk_create(missing)
    known |= {one.name: one for one in missing}
    described = list(_described(known))
    Organisation.objects.bulk_update(described, ["kind", "themes"], batch_size=200)
    Contact.objects.bulk_create(
        Contact(
            organisation=known[name],
            position=position,
            name=person,
            phone=phone,
            consented_on=_CONSENTED,
        )
        for name, position, person, phone in _PEOPLE
    )


def _described(known: dict[str, Organisation]) -> Iterator[Organisation]:
    for name, organisation in known.items():
        found = TEAM.get(name) or next(
            (what for start, what in _BEGINNINGS.items() if name.startswith(start)), None
        )
        if found:
            organisation.kind, themes = found
            organisation.themes = [theme.value for theme in themes]
            yield organisation
