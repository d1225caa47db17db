"""Rounds of the programme: who belongs to them, and their figures against the others."""

import csv
import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from activities.enums import Kind, SimKind
from activities.models import SimRow
from kpi import services as kpi
from kpi.enums import Colour
from libraries.enums import ProgrammeSource
from libraries.models import Library, Region
from reports import figures
from reports.figures.cohorts import cohort_rows, compared, side, told_of_replication
from stakeholders.models import Cohort
from stakeholders.rounds import libraries_of, others_than
from stakeholders.services import cohorts
from stakeholders.services.cohorts import Round
from tests import factories
from tpbis.core import periods
from tpbis.core.periods import Period

REPLICATION = ProgrammeSource.REPLICATION


def a_cohort(region, by, **more) -> Cohort:
    told = {"name": "Replikasi 2023–2024", "source": REPLICATION}
    said = {**told, "first_year": 2023, "last_year": 2024, **more}
    return cohorts.open_cohort(region=region, told=Round(**said), by=by)


def a_library(code: str, day: date, **more) -> Library:
    return factories.LibraryFactory(region=factories.region(code), joined_on=day, **more)


@pytest.fixture
def world(province, staff):
    """Two of the round, and of those that are not: too late, of another source, elsewhere."""
    return {
        "a": a_library("35.08.21.2001", date(2023, 1, 1), tags=["Replikasi Jatim"]),
        "b": a_library("35.05.17.1001", date(2024, 12, 31)),
        "late": a_library("35.08.21.2002", date(2025, 1, 1)),
        "books": a_library(
            "35.08.21.2003", date(2023, 6, 1), source=ProgrammeSource.NATIONAL_BOOKS
        ),
    }


def names(libraries) -> set[int]:
    return set(libraries.values_list("pk", flat=True))


# --- Who belongs to it ----------------------------------------------------------------------------


def test_who_belongs_follows_from_source_and_years(world, province, staff):
    cohort = a_cohort(province, staff)

    assert names(libraries_of(cohort, Library.objects.all())) == {world["a"].pk, world["b"].pk}
    assert names(others_than(cohort, Library.objects.all())) == {
        world["late"].pk,
        world["books"].pk,
    }


def test_a_tag_narrows_it_however_it_is_written(world, province, staff):
    cohort = a_cohort(province, staff, tag="replikasi  JATIM")

    assert names(libraries_of(cohort, Library.objects.all())) == {world["a"].pk}


def test_a_regencys_round_knows_its_own_alone(world, lumajang, pic):
    cohort = a_cohort(lumajang, pic)

    assert names(libraries_of(cohort, Library.objects.all())) == {world["a"].pk}
    assert world["b"].pk not in names(others_than(cohort, Library.objects.all()))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"last_year": 2022}, "last_year"), ({"first_year": 1999}, "first_year")],
)
def test_impossible_years_are_refused_by_the_field(province, staff, wrong, field):
    with pytest.raises(ValidationError) as error:
        a_cohort(province, staff, **wrong)

    assert set(error.value.message_dict) == {field}


def test_a_name_is_there_once_and_a_pic_makes_none_of_the_province(province, staff, pic):
    a_cohort(province, staff)

    with pytest.raises(ValidationError, match="sudah ada"):
        a_cohort(province, staff)
    with pytest.raises(PermissionDenied):
        a_cohort(province, pic, name="Lain")


# --- Its figures ----------------------------------------------------------------------------------


@pytest.fixture
def last_month(world, province, staff):
    """Of the round, one library had two activities with 40 people last month."""
    month = periods.add_months(periods.this_month(), -1)
    who = factories.someone("librarian", world["a"])
    pic = factories.someone("regency_pic", factories.region("35.08"))
    factories.approved(world["a"], who, pic, Kind.INVOLVEMENT, Kind.INVOLVEMENT, month=month)
    for library in Library.objects.all():
        kpi.recount(library)
    return Period(month, month)


def test_both_sides_say_what_every_page_says_of_those_libraries(world, last_month, province, staff):
    cohort = a_cohort(province, staff)
    now = timezone.now()

    found = compared(cohort, Library.objects.all(), last_month, as_of=now)

    members = Library.objects.filter(pk__in=[world["a"].pk, world["b"].pk])
    assert found.cohort.colours == figures.colour_counts(members, last_month.end)
    assert found.cohort.totals == figures.totals(members, last_month)
    assert found.cohort.completeness == figures.completeness(members, last_month, as_of=now)
    assert found.cohort.totals.participants == 40
    assert found.cohort.each("participants") == 20
    assert found.others.totals.participants == 0
    assert list(found.trend) == figures.colour_trend(members, last_month.end)


def test_the_list_says_the_same_as_the_page(world, last_month, province, staff):
    tagged = a_cohort(province, staff, name="Bertanda", tag="Replikasi Jatim")
    whole = a_cohort(province, staff)
    now = timezone.now()

    rows = cohort_rows([tagged, whole], Library.objects.all(), last_month, as_of=now)

    for row in rows:
        same = side(libraries_of(row.cohort, Library.objects.all()), last_month, as_of=now)
        assert (row.colours, row.totals, row.completeness) == (
            same.colours,
            same.totals,
            same.completeness,
        )


def test_whoever_sees_a_part_gets_the_figures_of_that_part(
    client, world, last_month, province, staff
):
    cohort = a_cohort(province, staff)
    client.force_login(factories.someone("regency_pic", factories.region("35.05")))

    response = client.get(reverse("reports:cohort", args=[cohort.pk]))

    both = response.context["both"]
    assert (both.cohort.colours.total, both.cohort.totals.participants) == (1, 0)
    assert "Hanya perpustakaan di wilayah tugas Anda" in response.text


def test_numbers_lead_to_the_libraries_they_count(client, world, province, staff):
    cohort = a_cohort(province, staff)
    client.force_login(staff)
    page = client.get(reverse("reports:cohort", args=[cohort.pk]))
    both = page.context["both"]
    libraries = reverse("reports:libraries")

    inside = client.get(libraries, {"angkatan": cohort.pk})
    grey = client.get(libraries, {"angkatan": cohort.pk, "warna": Colour.GREY})
    outside = client.get(libraries, {"di_luar": cohort.pk})

    assert f"angkatan={cohort.pk}&amp;warna=green" in page.text
    assert inside.context["page"].paginator.count == both.cohort.colours.total == 2
    assert grey.context["page"].paginator.count == both.cohort.colours.grey
    assert outside.context["page"].paginator.count == both.others.colours.total == 2


def test_a_round_that_is_not_there_narrows_nothing(client, staff, lumajang, province):
    client.force_login(factories.someone("regency_pic", factories.region("35.05")))
    hidden = a_cohort(lumajang, staff)

    response = client.get(reverse("reports:libraries"), {"angkatan": hidden.pk})

    assert response.status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_many_questions_however_many_rounds(
    client, world, province, staff, rows, django_assert_num_queries
):
    for number in range(rows):
        a_cohort(province, staff, name=f"Angkatan {number}")
    client.force_login(staff)
    client.get(reverse("reports:cohorts"))

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        response = client.get(reverse("reports:cohorts"))

    assert len(response.context["rows"]) == rows


QUERIES_OF_THE_LIST = 21


def test_the_list_as_a_table(client, world, last_month, province, staff):
    a_cohort(province, staff)
    client.force_login(staff)
    month = periods.month_code(last_month.end)

    response = client.get(
        reverse("reports:cohorts_export", args=["csv"]), {"dari": month, "sampai": month}
    )

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["Angkatan"], row["Mitra"], row["Peserta"]) == ("Replikasi 2023–2024", "2", "40")


def test_a_round_is_made_and_changed_in_the_browser(client, province, staff):
    client.force_login(staff)
    said = {"name": "Replikasi 2025", "source": "replication"}
    years = {"first_year": "2025", "last_year": "2025"}

    made = client.post(reverse("reports:cohort_add"), {**said, **years, "region": "35"})
    cohort = Cohort.objects.get()
    changed = client.post(
        reverse("reports:cohort_change", args=[cohort.pk]),
        {**said, "first_year": "2025", "last_year": "2024"},
    )

    assert made.url == cohort.get_absolute_url()
    assert changed.status_code == 422
    assert set(changed.context["form"].errors) == {"last_year"}


def test_an_empty_round_says_what_to_do(client, province, staff):
    cohort = a_cohort(province, staff)
    client.force_login(staff)

    response = client.get(cohort.get_absolute_url())

    assert "Belum ada perpustakaan yang cocok" in response.text


# --- What the SIM says ----------------------------------------------------------------------------


def a_row(key: str, regency: str, **raw) -> SimRow:
    return SimRow.objects.create(
        kind=SimKind.REPLICATION,
        key=key.ljust(64, "k"),
        content_hash="h" * 64,
        raw=raw,
        regency_name=regency,
    )


def test_replication_rows_of_the_sim_are_counted_within_ones_regencies(
    client, lumajang, blitar, province, pic
):
    a_row("1", "Kab. Lumajang", dana=20_000_000, jumlah_desa=10)
    a_row("2", "KAB. LUMAJANG", dana="5000000", jumlah_desa="-")
    a_row("3", "Kab. Blitar", dana=1, jumlah_desa=1)

    whole = told_of_replication(Region.objects.all())
    own = told_of_replication(Region.objects.visible_to(pic))

    assert (whole.rows, whole.regencies, whole.linked) == (3, 2, 0)
    assert (own.rows, own.regencies, own.villages, own.rupiah) == (2, 1, 10, 25_000_000)


def test_the_page_of_a_replication_says_so_and_no_other_does(client, world, province, staff):
    a_row("1", "Kab. Lumajang", dana=20_000_000, jumlah_desa=10)
    replication = a_cohort(province, staff)
    national = a_cohort(province, staff, name="Bantuan buku", source=ProgrammeSource.NATIONAL_BOOKS)
    client.force_login(staff)

    shown = client.get(replication.get_absolute_url())
    other = client.get(national.get_absolute_url())

    assert "1 baris replikasi dari 1 kabupaten/kota: 10 desa, Rp20.000.000." in shown.text
    assert "Tertaut ke perpustakaan di daftar: 0 dari 1." in shown.text
    assert "Replikasi menurut SIM" not in other.text
