from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kpi import scoring
from kpi.enums import Measure, RuleGroup
from kpi.models import RuleSet
from tests import factories

ADDRESS = "/cara-hitung-skor/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def first(db) -> RuleSet:
    return RuleSet.objects.get(group=RuleGroup.VILLAGE, version=1)


def test_whoever_is_not_signed_in_reads_how_the_score_works(client, first):
    response = client.get(reverse("kpi:explained"))

    page = response.content.decode()
    assert response.status_code == 200
    assert response.context["rule_set"] == first
    assert first.note in page
    for measure in Measure:
        assert measure.what_counts in page


def test_so_does_a_librarian(client, librarian, first):
    client.force_login(librarian)

    assert client.get(ADDRESS).status_code == 200


def test_targets_are_those_of_the_rules(client, first):
    rows = client.get(ADDRESS).context["rows"]

    assert {row.measure: row.targets for row in rows}[Measure.ADVOCACY] == (
        (1, 2),
        (6, 9),
        (12, 18),
    )
    assert {row.measure: row.rate for row in rows}[Measure.SERVICE] == "2 dalam setengah tahun"
    assert [row.measure for row in rows if row.is_general] == ["involvement", "advocacy", "service"]


def test_the_version_of_today_is_shown_and_any_published_one_on_request(client, first):
    today = timezone.localdate()
    now = factories.rule_set(valid_from=today, note="Sekarang", green_above=70_000)
    later = factories.rule_set(valid_from=today + timedelta(days=1), note="Nanti")

    assert client.get(ADDRESS).context["rule_set"] == now
    assert client.get(ADDRESS, {"aturan": first.pk}).context["rule_set"] == first
    response = client.get(ADDRESS, {"aturan": later.pk})
    assert (response.context["rule_set"], response.context["when"]) == (later, "later")
    assert first.note in response.content.decode()  # where all of them come from


def test_the_rules_of_regency_libraries_are_a_click_away(client, first):
    response = client.get(ADDRESS, {"kelompok": "regency"})

    assert response.context["rule_set"].group == RuleGroup.REGENCY


@pytest.mark.parametrize(
    "asked",
    [
        {"aturan": "0"},
        {"aturan": "x"},
        {"aturan": "-1"},
        {"aturan": "9" * 30},
        {"aturan": "²"},
        {"kelompok": "x"},
    ],
)
def test_what_is_not_there_is_not_found(client, first, asked):
    assert client.get(ADDRESS, asked).status_code == 404


def test_a_draft_is_not_shown_to_anybody_here(client, staff):
    draft = factories.rule_set()
    client.force_login(staff)

    assert client.get(ADDRESS, {"aturan": draft.pk}).status_code == 404


# --- The example ----------------------------------------------------------------------------------


def test_the_example_is_what_scoring_says_of_three_quarters(client, first):
    example = client.get(ADDRESS).context["example"]

    inputs = scoring.Inputs(
        involvement=13,
        participants=180,
        advocacy=6,
        service=1,
        visit_months=4,
        publications=13,
        sustainability=0,
    )
    assert example.result == scoring.score(inputs, first.rules, 6)
    assert sum(one.line.points for one in example.lines) == example.result.points
    assert example.way == scoring.way_ahead(inputs, first.rules, range(6, 12))
    assert scoring.score(example.way.inputs, first.rules, 6).colour == scoring.GREEN


def test_each_way_on_is_told_in_words(client):
    """Rules of which the example lacks something of every kind."""
    factories.rule_set(
        valid_from=timezone.localdate(),
        green_above=99_000,
        note="Sulit",
        indicators=[
            ("involvement", "involvement", 20, 3, 1),
            ("advocacy", "advocacy", 20, 2, 1),
            ("service", "service", 15, 4, 6),
            ("visits", "visit_months", 15, 1, 1),
            ("publication", "publications", 15, 3, 1),
            ("sustainability", "sustainability", 15, 4, 12),
        ],
    )

    response = client.get(ADDRESS)

    page = " ".join(response.content.decode().split())
    steps = {addition.step for addition in response.context["example"].additions}
    assert {"involvement", "service", "visits", "publication"} <= steps
    assert "masing-masing dengan 15 peserta" in page
    assert "data pengunjung <b>3</b> bulan" in page
    assert "sungguh terjadi" in page


def test_green_out_of_reach_is_said_as_it_is(client):
    made = factories.rule_set(green_above=99_000, note="Mustahil")
    made.indicators.update(ceiling=0)
    RuleSet.objects.filter(pk=made.pk).update(
        state="published",
        version=2,
        valid_from=timezone.localdate(),
        published_at=timezone.now(),
    )

    response = client.get(ADDRESS)

    assert isinstance(response.context["example"].way, scoring.NotPossible)
    assert "Hijau belum mungkin tahun ini" in response.content.decode()


def test_rules_without_a_sign_do_not_speak_of_signs(client):
    factories.rule_set(valid_from=timezone.localdate(), green_needs_signs=0, note="Tanpa tanda")

    assert "Yang termasuk tanda keberlanjutan" not in client.get(ADDRESS).content.decode()


def test_the_days_are_those_of_the_settings(client, first, settings):
    settings.TPBIS_DEADLINE_DAY, settings.TPBIS_CLOSING_DAY = 7, 20

    month = client.get(ADDRESS).context["month"]

    assert (month.deadline.day, month.reviewed_by.day, month.closing.day) == (7, 19, 20)


def test_the_page_asks_few_queries(client, first, django_assert_num_queries):
    client.get(ADDRESS)  # opens the session that keeps the form's token

    with django_assert_num_queries(6):
        client.get(ADDRESS)
