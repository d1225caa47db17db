"""One figure, one number: the page, the API, the paper and both files say the same."""

import csv
import html
import io
import random
import re
import subprocess
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from activities.enums import Kind
from libraries.enums import Level, LibraryKind, ProgrammeSource, SimState
from libraries.models import Library, Region, SimAccount
from reports import services
from reports.enums import Comparison
from reports.exports.indicators import INDICATORS
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation, Partnership
from tests import factories
from tests.reports import figures_world as world
from tpbis.core import periods
from tpbis.core.periods import Period

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("shared_press")]

SEED = 20261122
SCOPES = 10
VILLAGES = ["35.08.21.2004", "35.08.21.2001", "35.08.20.2001", "35.05.01.2001", "35.05.02.2001"]
REGIONS = ["35", "35.08", "35.05", "35.08.21", "35.08.20", "35.05.01"]
FIELDS = {"jenis": "kind", "sumber": "source"}
# By the name the tidy table has for it.
SAID_BY_ALL = [
    *("mitra", "green", "yellow", "red", "grey"),
    *("visits_total", "involvement", "participants", "advocacy", "service", "publications"),
    "partnerships",
]
GREYS = ["no_account", "never", "stopped"]
MONTHS = ["expected", "reported", "on_time"]


@dataclass(frozen=True)
class Scope:
    code: str
    period: Period
    narrowing: dict[str, str]

    @property
    def asked(self) -> dict[str, str]:
        start, end = map(periods.month_code, (self.period.start, self.period.end))
        return {"dari": start, "sampai": end, **self.narrowing}

    def __str__(self) -> str:
        return f"{self.code} {urlencode(self.asked)}"


@pytest.fixture
def chance() -> random.Random:
    return random.Random(SEED)


@pytest.fixture
def province_at_work(province, staff, chance) -> None:
    """Libraries of several kinds and sources, each with a year of its own."""
    office = Organisation.objects.create(name="Bank Jatim")
    for number in range(9):
        library = factories.LibraryFactory(
            name=f"Perpustakaan Desa Cahaya {number}",
            region=factories.region(chance.choice(VILLAGES)),
            kind=chance.choice([LibraryKind.VILLAGE, LibraryKind.COMMUNITY]),
            source=chance.choice(list(ProgrammeSource)),
        )
        if number % 3 == 0:
            Partnership.objects.create(
                library=library,
                organisation=office,
                kind=PartnershipKind.GOODS,
                starts_on=date(2024, chance.randint(1, 9), 1),
                recorded_by=staff,
            )
        if number % 4 == 0:
            SimAccount.objects.create(
                library=library, state=SimState.ACTIVE, since_on=date(2022, 1, 1)
            )
        for month in sorted(chance.sample(range(1, 13), chance.choice([0, 2, 4]))):
            kinds = chance.sample(list(Kind), chance.randint(1, 4))
            world.approve(library, *kinds, month=date(2024, month, 1))


def scopes(chance: random.Random) -> list[Scope]:
    """Ten of them, in which somebody takes part."""
    found: list[Scope] = []
    while len(found) < SCOPES:
        start = chance.randint(1, 12)
        period = Period(date(2024, start, 1), date(2024, chance.randint(start, 12), 1))
        narrowing = chance.choice(
            [{}, {}, {"jenis": "community"}, {"sumber": chance.choice(ProgrammeSource.values)}]
        )
        scope = Scope(chance.choice(REGIONS), period, narrowing)
        asked = {FIELDS[name]: value for name, value in narrowing.items()}
        if Library.objects.within(scope.code).filter(**asked).exists():
            found.append(scope)
    return found


# --- Reading them ---------------------------------------------------------------------------------


def number(text: str) -> int:
    return int(text.replace(".", ""))


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def section(page: str, heading: str) -> str:
    """The words of the section that ``heading`` labels."""
    return plain(page.partition(f'id="{heading}"')[2].partition("</section>")[0])


def after(words: str, label: str) -> int:
    return number(re.search(rf"{label} ([\d.]+)", words)[1])


def on_the_page(client, scope: Scope) -> dict[str, int]:
    page = client.get(reverse("reports:region", args=[scope.code]), scope.asked).content.decode()
    colours, counts = section(page, "warna-judul"), section(page, "indikator-judul")
    reports = section(page, "laporan-judul")
    sum_of = re.search(r"(\d+) = (\d+) \+ (\d+) \+ (\d+) \+ (\d+) mitra", colours)
    greys = re.search(r"= (\d+) \+ (\d+) \+ (\d+) abu-abu", colours)
    found = dict(zip(SAID_BY_ALL, map(int, sum_of.groups()), strict=False))
    found |= dict(zip(GREYS, map(int, greys.groups()), strict=True))
    labels = {
        "visits_total": "Kunjungan",
        "involvement": "Pelibatan masyarakat",
        "partnerships": "Kemitraan",
        "advocacy": "Advokasi",
        "service": "Peningkatan layanan",
        "publications": "Publikasi",
        "participants": "Peserta kegiatan",
    }
    found |= {name: after(counts, label) for name, label in labels.items()}
    if came := re.search(r"Masuk ([\d.]+) dari ([\d.]+).*?Tepat waktu ([\d.]+)", reports):
        names = ("reported", "expected", "on_time")
        found |= dict(zip(names, map(number, came.groups()), strict=True))
    else:
        found |= dict.fromkeys(MONTHS, 0)
    return found


def in_the_api(client, scope: Scope) -> dict[str, int]:
    answer = client.get(reverse("api:figures", args=[scope.code]), scope.asked).json()
    found = {**answer["colours"], **answer["totals"], **answer["completeness"]}
    return {**found, "mitra": found["total"], "partnerships": answer["partnerships"]}


def in_the_workbook(client, scope: Scope) -> dict[str, int]:
    address = reverse("reports:region_export", args=[scope.code, "xlsx"])
    book = load_workbook(io.BytesIO(client.get(address, scope.asked).getvalue()))
    by_label = {label: value for label, value, *_ in book["Ringkasan"].values}
    found = {one.key: by_label[str(one.label)] for one in INDICATORS}
    about = dict(row[:2] for row in book["Keterangan"].values)
    sums = about["mitra = hijau + kuning + merah + abu-abu"]
    assert [int(n) for n in re.findall(r"\d+", sums)] == [found[name] for name in SAID_BY_ALL[:5]]
    return found


def in_the_table(client, scope: Scope) -> dict[str, int]:
    """The region's own rows, of the whole period."""
    address = reverse("reports:region_export", args=[scope.code, "csv"])
    text = client.get(address, {**scope.asked, "bom": "0"}).getvalue().decode()
    rows = csv.DictReader(io.StringIO(text))
    found: dict[str, int] = {}
    for row in rows:  # the first one is of the period; months follow
        if row["kode_wilayah"] == scope.code:
            found.setdefault(row["indikator"], int(row["nilai"]))
    return found


# A row of the paper's tables begins and ends with these.
ROWS = {
    "visits_total": ("Kunjungan", "kunjungan"),
    "partnerships": ("Kemitraan yang berlaku", "kemitraan"),
    "involvement": ("Kegiatan pelibatan masyarakat", "kegiatan"),
    "participants": ("Peserta kegiatan", "orang"),
    "advocacy": ("Kegiatan advokasi", "kegiatan"),
    "service": ("Peningkatan layanan informasi", "kegiatan"),
    "publications": ("Publikasi", "publikasi"),
}


def in_the_row(words: str, label: str, unit: str) -> int:
    """Of the number, the one before, and the difference: the first."""
    return number(re.search(rf"{label} ([\d.]+) [\d.]+ \S+ {unit}", words)[1])


def on_paper(user, scope: Scope) -> dict[str, int]:
    made = services.make(
        region=Region.objects.get(code=scope.code),
        period=scope.period,
        told=lambda *_: None,
        by=user,
        narrowing=scope.narrowing,
    )
    told = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=made.content, capture_output=True, check=True
    )
    words = " ".join(told.stdout.decode().split())
    sum_of = re.search(r"(\d+) = (\d+) \+ (\d+) \+ (\d+) \+ (\d+) mitra", words)
    found = dict(zip(SAID_BY_ALL, map(int, sum_of.groups()), strict=False))
    found |= {name: in_the_row(words, *row) for name, row in ROWS.items()}
    came = re.search(
        r"Dari ([\d.]+)(?: \([^)]*\))? laporan bulanan yang diharapkan selama .*?, ([\d.]+)"
        r"(?: \([^)]*\))? sudah diajukan .*? dan ([\d.]+)",
        words,
    )
    found |= dict(zip(MONTHS, map(number, came.groups()), strict=True)) if came else {}
    return found


# --- Comparing ------------------------------------------------------------------------------------


def test_every_place_says_the_same_figures(client, staff, province_at_work, chance):
    client.force_login(staff)
    papers = 0

    for scope in scopes(chance):
        said = {
            "page": on_the_page(client, scope),
            "api": in_the_api(client, scope),
            "xlsx": in_the_workbook(client, scope),
            "csv": in_the_table(client, scope),
        }
        figures = [*SAID_BY_ALL, *GREYS, *MONTHS]
        told = {where: {name: found[name] for name in figures} for where, found in said.items()}
        assert all(found == told["page"] for found in told.values()), (str(scope), told)
        if Region.objects.get(code=scope.code).level <= Level.REGENCY:
            paper = on_paper(staff, scope)
            assert paper == {name: told["page"][name] for name in paper}, str(scope)
            papers += 1

    assert papers >= 4


def test_the_comparison_is_the_same_too(client, staff, province_at_work):
    client.force_login(staff)
    asked = {"dari": "2024-07", "sampai": "2024-12", "bandingkan": Comparison.PREVIOUS.value}

    answer = client.get(reverse("api:figures", args=["35"]), asked).json()
    file = client.get(reverse("reports:region_export", args=["35", "xlsx"]), asked)
    book = load_workbook(io.BytesIO(file.getvalue()))

    assert answer["before"] == {"start": "2024-01", "end": "2024-06"}
    rows = {label: before for label, _now, _unit, before, *_ in book["Ringkasan"].values}
    assert rows["Hijau"] == answer["colours_before"]["green"]
    assert rows["Pengunjung"] == answer["totals_before"]["visits_total"] > 0
    assert rows["Kemitraan"] == answer["partnerships_before"]
