"""Villages that could join the next round: in which order, proposed by whom, decided how."""

import csv
import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from stakeholders.candidates import ranked
from stakeholders.enums import CandidateState
from stakeholders.models import Candidate
from stakeholders.readiness import Points, Standing, points
from stakeholders.services import cohorts
from stakeholders.services.cohorts import Village
from tests import factories


@pytest.mark.parametrize(
    ("ticks", "people", "villages", "partners", "need", "readiness"),
    [
        (0, None, 10, 10, 0, 0),  # everybody around has a library, nothing is known or ready
        (5, 10_000, 10, 0, 50, 50),
        (5, 250_000, 10, 0, 50, 50),  # more people than counted
        (0, 0, 10, 0, 30, 0),
        (0, 5_000, 10, 10, 10, 0),
        (2, None, 8, 2, 23, 20),  # 22.5 is rounded up
        (1, 249, 4, 4, 0, 10),  # 0.498
        (1, 250, 4, 4, 1, 10),  # 0.5
        (3, None, 0, 0, 0, 30),  # a district the register does not know
        (0, None, 3, 5, 0, 0),  # more partners than villages: none is left
    ],
)
def test_points_by_hand(ticks, people, villages, partners, need, readiness):
    found = points(Standing(ticks, people, villages, partners))

    assert found == Points(need, readiness)
    assert found.total == need + readiness


@pytest.fixture
def village(lumajang):
    return factories.region("35.08.21.2001")


def test_a_village_is_proposed_once(village, pic):
    cohorts.add_candidate(village=village, told=Village(has_room=True), by=pic)

    with pytest.raises(ValidationError, match="sudah ada di daftar"):
        cohorts.add_candidate(village=village, told=Village(), by=pic)
    assert Candidate.objects.get().has_room


def test_a_village_with_a_partner_library_is_none(library, pic):
    with pytest.raises(ValidationError, match="sudah punya perpustakaan mitra"):
        cohorts.add_candidate(village=library.region, told=Village(), by=pic)


def test_only_a_village_is_a_candidate(lumajang, pic):
    with pytest.raises(ValidationError, match="Pilih desa"):
        cohorts.add_candidate(village=lumajang, told=Village(), by=pic)


def test_a_pic_proposes_its_own_villages_alone(pic, librarian, leader):
    elsewhere, own = factories.region("35.05.17.1001"), factories.region("35.08.21.2001")

    for by, place in ((pic, elsewhere), (librarian, own), (leader, own)):
        with pytest.raises(PermissionDenied):
            cohorts.add_candidate(village=place, told=Village(), by=by)


def test_who_needs_it_most_and_is_most_ready_comes_first(village, library, staff):
    near, far = village, factories.region("35.05.17.1001")
    cohorts.add_candidate(village=near, told=Village(has_room=True), by=staff)
    cohorts.add_candidate(village=far, told=Village(has_room=True), by=staff)

    rows = ranked(Candidate.objects.all())

    # In Sumbersuko one of the two villages known here has a partner; in the other none.
    assert [(row.candidate.village, row.points) for row in rows] == [
        (far, Points(30, 10)),
        (near, Points(15, 10)),
    ]
    assert "ada pengelola" in rows[0].lacking


def test_a_village_whose_library_has_joined_since_says_so(village, staff):
    cohorts.add_candidate(village=village, told=Village(), by=staff)
    factories.LibraryFactory(region=village, joined_on=date(2024, 1, 1))

    assert ranked(Candidate.objects.all())[0].is_partner


@pytest.mark.parametrize("rows", [1, 3])
def test_the_order_is_found_in_as_many_questions_however_many(
    staff, rows, django_assert_num_queries
):
    for number in range(rows):
        village = factories.region(f"35.08.21.200{number + 1}")
        cohorts.add_candidate(village=village, told=Village(), by=staff)

    with django_assert_num_queries(3):
        assert len(ranked(Candidate.objects.all())) == rows


# --- Pages ----------------------------------------------------------------------------------------


def test_a_village_is_found_by_name_and_proposed(client, pic, village, library):
    client.force_login(pic)
    address = reverse("stakeholders:candidate_add")

    found = client.get(address, {"cari": village.name})
    taken = client.get(address, {"cari": library.region.name})
    response = client.post(
        f"{address}?desa={village.code}",
        {"ready": ["has_room", "has_letter"], "people": "4.250", "state": "diusulkan"},
    )

    assert [one.code for one in found.context["found"]] == [village.code]
    assert list(taken.context["found"]) == []
    assert response.url == reverse("stakeholders:candidates")
    candidate = Candidate.objects.get()
    assert (candidate.people, candidate.has_letter, candidate.has_budget) == (4250, True, False)


def test_a_village_elsewhere_does_not_exist(client, pic):
    elsewhere = factories.region("35.05.17.1001")
    client.force_login(pic)

    response = client.get(reverse("stakeholders:candidate_add"), {"desa": elsewhere.code})

    assert response.status_code == 404


def test_absurd_people_are_refused_by_the_field(client, pic, village):
    client.force_login(pic)

    response = client.post(
        f"{reverse('stakeholders:candidate_add')}?desa={village.code}",
        {"people": "9.999.999", "state": "diusulkan"},
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"people"}


def test_it_is_chosen_and_the_list_narrowed_to_the_chosen(client, staff, village):
    candidate = cohorts.add_candidate(village=village, told=Village(), by=staff)
    other = factories.region("35.05.17.1001")
    cohorts.add_candidate(village=other, told=Village(), by=staff)
    client.force_login(staff)

    client.post(
        reverse("stakeholders:candidate_change", args=[candidate.pk]), {"state": "terpilih"}
    )

    address = reverse("stakeholders:candidates")
    chosen = client.get(address, {"keadaan": CandidateState.CHOSEN})
    there = client.get(address, {"wilayah": "35.05"})
    assert [row.candidate for row in chosen.context["page"]] == [candidate]
    assert [row.candidate.village for row in there.context["page"]] == [other]
    assert client.get(address, {"keadaan": "x"}).status_code == 400


def test_the_list_as_a_table_says_what_the_points_are(client, staff, village):
    cohorts.add_candidate(village=village, told=Village(has_room=True, people=5_000), by=staff)
    client.force_login(staff)

    response = client.get(reverse("stakeholders:candidates_export", args=["csv"]))

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["Kode desa"], row["Nilai"]) == ("35.08.21.2001", "50")
    assert (row["Kebutuhan (nilai)"], row["Kesiapan (nilai)"]) == ("40", "10")
    assert (row["ada ruang perpustakaan"], row["ada internet"]) == ("ya", "tidak")
