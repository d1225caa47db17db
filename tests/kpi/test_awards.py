"""Who may be awarded for a closed month, and what is decided about them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from activities import services as activities
from activities.enums import Kind
from activities.flags import FlagKind
from activities.models import Activity
from kpi import queries, services
from kpi.enums import AwardDecision
from kpi.models import Award, Closing
from kpi.queries import AwardConditions
from libraries.models import Library
from libraries.services import merge
from tests import factories
from tests.kpi.closed import closed
from tests.kpi.conftest import sim_report, wib
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

JULY, AUGUST, SEPTEMBER = (date(2024, month, 1) for month in (7, 8, 9))
GREEN, RED = 80_000, 10_000
CLOSED_ON = date(2024, 10, 15)  # September
TWICE = {"title": "Pelatihan merajut", "held_on": date(2024, 9, 3)}


@pytest.fixture
def second(lumajang) -> Library:
    return factories.LibraryFactory(
        name="Perpustakaan Cahaya", region=factories.region("35.08.21.2001")
    )


@pytest.fixture
def september(library) -> Closing:
    return closed(SEPTEMBER, {library: GREEN})


def find(closing: Closing, **asked) -> queries.AwardCandidates:
    conditions = AwardConditions(**{"least": 1, "last": 1, **asked})
    return queries.award_candidates(closing, Library.objects.all(), conditions)


def fit(closing: Closing, **asked) -> list[int]:
    return [one.library for one in find(closing, **asked).standings if one.is_fit]


def decide(closing: Closing, *libraries: Library, by, **changes) -> list[Award]:
    said = {
        "libraries": {one.pk: "" for one in libraries},
        "decision": AwardDecision.GRANTED,
        "decided_on": CLOSED_ON,
        "note": "SK 12/2024",
        **changes,
    }
    return services.decide(closing=closing, by=by, **said)


# --- Who was green, and how often -----------------------------------------------------------------


def test_who_was_green_at_the_closing_may_be_awarded(library, second, other_library):
    closing = closed(SEPTEMBER, {library: GREEN, second: 75_000, other_library: None})

    (standing,) = find(closing).standings

    assert (standing.library, standing.points, standing.version) == (library.pk, GREEN, 1)
    assert (standing.greens, standing.is_fit, standing.award) == (1, True, None)
    assert queries.green_at(closing, Library.objects.all()) == {library.pk}


@pytest.mark.parametrize(
    ("least", "last", "who"),
    [(1, 1, 3), (2, 2, 2), (3, 3, 1), (2, 3, 3), (3, 12, 1)],
)
def test_green_in_some_of_the_last_closings(library, second, other_library, least, last, who):
    closed(JULY, {library: GREEN, second: RED, other_library: GREEN})
    closed(AUGUST, {library: GREEN, second: GREEN, other_library: RED})
    september = closed(SEPTEMBER, dict.fromkeys((library, second, other_library), GREEN))

    found = find(september, least=least, last=last)

    assert found.fit == who
    assert found.green == 3 == found.fit + found.too_seldom + found.flagged


def test_a_closing_that_came_later_does_not_matter(library):
    august = closed(AUGUST, {library: GREEN})
    closed(SEPTEMBER, {library: RED})

    found = find(august, least=2, last=2)

    assert [one.through for one in found.closings] == [AUGUST]


def test_of_fewer_closings_than_asked_for_all_must_be_green(library, second):
    closed(AUGUST, {library: GREEN, second: RED})
    september = closed(SEPTEMBER, {library: GREEN, second: GREEN})

    found = find(september, least=3, last=3)

    assert (len(found.closings), found.needed) == (2, 2)
    assert fit(september, least=3, last=3) == [library.pk]


def test_only_libraries_that_may_be_seen_are_candidates(library, other_library, pic):
    closing = closed(SEPTEMBER, {library: GREEN, other_library: GREEN})

    found = queries.award_candidates(
        closing, Library.objects.visible_to(pic), AwardConditions(least=1, last=1)
    )

    assert [one.library for one in found.standings] == [library.pk]
    assert found.green == 1


def test_what_was_closed_under_a_merged_name_counts_for_the_survivor(library, second, staff):
    closed(AUGUST, {second: GREEN})
    september = closed(SEPTEMBER, {second: 90_000})

    merge(keep=library, duplicate=second, by=staff)

    (standing,) = find(september, least=2, last=2).standings
    assert (standing.library, standing.greens, standing.points) == (library.pk, 2, 90_000)


def test_where_the_survivor_has_a_score_of_its_own_that_one_counts(library, second, staff):
    july = closed(JULY, {library: GREEN, second: RED})
    august = closed(AUGUST, {library: RED, second: GREEN})
    september = closed(SEPTEMBER, {library: 85_000, second: 90_000})

    merge(keep=library, duplicate=second, by=staff)

    assert [fit(one) for one in (july, august, september)] == [[library.pk], [], [library.pk]]
    assert fit(september, least=3, last=3) == []
    (standing,) = find(september, least=2, last=3).standings
    assert (standing.greens, standing.points) == (2, 85_000)
    with pytest.raises(ValidationError):
        decide(august, library, by=staff)


# --- What is open ---------------------------------------------------------------------------------


def twice(library: Library, librarian) -> object:
    """A report of September in which the same activity stands twice, sent in."""
    report = factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)
    activities.record(
        report=report,
        kind=Kind.INVOLVEMENT,
        content=factories.content(Kind.INVOLVEMENT, month=SEPTEMBER),
        by=librarian,
    )
    Activity.objects.update(created_at=wib(2024, 9, 2))
    return activities.submit(report=report, by=librarian)


def test_a_flag_that_waits_for_its_reviewer_is_open(september, library, librarian):
    twice(library, librarian)

    found = find(september)

    assert (found.fit, found.flagged) == (0, 1)
    (standing,) = find(september, flags_allowed=True).standings
    assert (standing.open_flags.waiting, standing.open_flags.from_sim) == (1, 0)
    assert standing.open_flags.kinds == (FlagKind.DOUBLE,)


def test_who_approved_or_sent_back_has_answered(september, library, librarian, pic):
    report = twice(library, librarian)
    activities.send_back(report=report, reason="foto", comment="Hapus yang kedua.", by=pic)
    assert fit(september) == [library.pk]

    sent = activities.submit(report=report, by=librarian)
    assert fit(september) == []

    activities.approve(report=sent, by=pic)
    assert fit(september) == [library.pk]


def test_nobody_ever_answered_for_the_sim(september, library):
    entries = [{**factories.CONTENT[Kind.INVOLVEMENT], **TWICE, "kind": Kind.INVOLVEMENT}] * 2
    sim_report(library, SEPTEMBER, *entries)

    (standing,) = find(september, flags_allowed=True).standings

    assert (standing.open_flags.waiting, standing.open_flags.from_sim) == (0, 1)
    assert fit(september) == []


def test_what_waits_of_another_span_is_not_of_this_closing(library, librarian):
    august = closed(AUGUST, {library: GREEN})
    twice(library, librarian)

    assert fit(august) == [library.pk]


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_number_of_queries_however_many_are_green(
    rows, lumajang, librarian, staff, django_assert_num_queries
):
    made = factories.LibraryFactory.create_batch(rows)
    closing = closed(SEPTEMBER, dict.fromkeys(made, GREEN))
    for one in made:
        twice(one, factories.someone(Role.LIBRARIAN, one))
    decide(closing, *made, by=staff)

    with django_assert_num_queries(10):
        found = find(closing, flags_allowed=True)

    assert len(found.standings) == rows


# --- The decision ---------------------------------------------------------------------------------


def test_a_decision_is_kept_and_told(september, library, staff):
    (award,) = decide(september, library, by=staff)

    award.refresh_from_db()
    assert (award.decision, award.decided_on, award.note) == ("granted", CLOSED_ON, "SK 12/2024")
    assert award.decided_by == staff
    event = AuditEvent.objects.get(action="kpi.decide_award")
    assert (event.by, event.about) == (staff, f"libraries.library:{library.pk}")
    assert event.changes["decision"] == [None, "granted"]
    assert event.changes["month"] == [None, "2024-09-01"]
    assert "SK 12/2024" not in str(event.changes)


def test_a_decision_covers_several_libraries_with_an_event_each(library, second, staff):
    closing = closed(SEPTEMBER, {library: GREEN, second: GREEN})

    decide(closing, library, second, by=staff, decision=AwardDecision.DECLINED)

    assert set(Award.objects.values_list("library", "decision")) == {
        (library.pk, "declined"),
        (second.pk, "declined"),
    }
    assert AuditEvent.objects.filter(action="kpi.decide_award").count() == 2


def test_who_has_seen_a_decision_may_change_it(september, library, staff):
    (award,) = decide(september, library, by=staff)
    seen = {library.pk: queries.award_seen_as(award)}

    decide(september, by=staff, libraries=seen, decision=AwardDecision.DECLINED)

    assert Award.objects.get().decision == AwardDecision.DECLINED
    event = AuditEvent.objects.filter(action="kpi.decide_award").latest("pk")
    assert event.changes == {"decision": ["granted", "declined"]}


def test_who_has_not_seen_it_is_told_and_nothing_is_written(library, second, staff, province):
    closing = closed(SEPTEMBER, {library: GREEN, second: GREEN})
    other = factories.someone(Role.PROVINCE_STAFF, province, full_name="Budi Santoso")
    decide(closing, library, by=other)

    with pytest.raises(services.DecidedMeanwhile) as told:
        decide(closing, library, second, by=staff, decision=AwardDecision.DECLINED)

    assert library.name in str(told.value)
    assert "diberikan oleh Budi Santoso, 15 Oktober 2024" in str(told.value)
    assert [award.library for award in told.value.awards] == [library]
    assert list(Award.objects.values_list("library", "decision")) == [(library.pk, "granted")]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"note": " \n "}, "note", "Tulis alasan"),
        ({"decided_on": CLOSED_ON - timedelta(days=1)}, "decided_on", "antara penutupan"),
        ({"libraries": {}}, "libraries", "Pilih paling sedikit satu"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(september, library, staff, changes, field, said):
    with pytest.raises(ValidationError) as refused:
        decide(september, library, by=staff, **changes)

    assert list(refused.value.message_dict) == [field]
    assert said in refused.value.message_dict[field][0]
    assert not Award.objects.exists()


def test_a_day_to_come_is_refused(september, library, staff):
    with pytest.raises(ValidationError) as refused:
        decide(september, library, by=staff, decided_on=timezone.localdate() + timedelta(days=1))

    assert list(refused.value.message_dict) == ["decided_on"]


def test_who_was_not_green_then_is_refused_by_name(library, second, staff):
    closing = closed(SEPTEMBER, {library: GREEN, second: RED})

    with pytest.raises(ValidationError) as refused:
        decide(closing, library, second, by=staff)

    assert refused.value.message_dict == {
        "libraries": ["Tidak hijau pada penutupan September 2024: Perpustakaan Cahaya."]
    }
    assert not Award.objects.exists()


@pytest.mark.parametrize("who", ["pic", "leader", "facilitator", "librarian"])
def test_only_the_province_decides(september, library, who, request):
    with pytest.raises(PermissionDenied):
        decide(september, library, by=request.getfixturevalue(who))


def test_a_library_out_of_ones_places_is_none(september, library, lumajang, blitar):
    elsewhere = factories.someone(Role.PROVINCE_STAFF, blitar)

    with pytest.raises(PermissionDenied):
        decide(september, library, by=elsewhere)


# --- What is asked of them later ------------------------------------------------------------------


def test_a_decision_stays_in_the_list_when_conditions_are_no_longer_met(
    september, library, librarian, staff
):
    decide(september, library, by=staff)
    twice(library, librarian)

    (standing,) = find(september).standings

    assert (standing.is_fit, standing.award.decision) == (False, "granted")


def test_certificates_are_made_of_what_was_granted(library, second, other_library, staff):
    closing = closed(SEPTEMBER, dict.fromkeys((library, second, other_library), GREEN))
    decide(closing, library, other_library, by=staff)
    decide(closing, second, by=staff, decision=AwardDecision.DECLINED)

    granted = queries.granted_awards(closing, Library.objects.all())
    in_lumajang = queries.granted_awards(closing, Library.objects.within("35.08"))

    assert [award.library for award in granted] == [other_library, library]
    assert [award.library for award in in_lumajang] == [library]


def test_the_awards_of_a_library_are_told_newest_first(library, staff):
    august, september = closed(AUGUST, {library: GREEN}), closed(SEPTEMBER, {library: GREEN})
    decide(september, library, by=staff)
    decide(august, library, by=staff, decision=AwardDecision.DECLINED)

    found = [(award.closing.through, award.decision) for award in queries.awards_of(library)]

    assert found == [(SEPTEMBER, "granted"), (AUGUST, "declined")]


# --- A merger -------------------------------------------------------------------------------------


def test_what_the_duplicate_was_awarded_is_the_survivors(library, second, staff):
    closing = closed(SEPTEMBER, {library: RED, second: GREEN})
    decide(closing, second, by=staff)

    merge(keep=library, duplicate=second, by=staff)

    assert list(Award.objects.values_list("library", "decision")) == [(library.pk, "granted")]


def test_of_two_decisions_the_survivors_stays_and_the_audit_knows_the_other(library, second, staff):
    closing = closed(SEPTEMBER, {library: GREEN, second: GREEN})
    decide(closing, library, by=staff, decision=AwardDecision.DECLINED)
    decide(closing, second, by=staff)

    merge(keep=library, duplicate=second, by=staff)

    assert list(Award.objects.values_list("library", "decision")) == [(library.pk, "declined")]
    event = AuditEvent.objects.get(action="kpi.drop_award")
    assert event.changes["decision"] == ["granted", None]
    assert event.about == f"libraries.library:{library.pk}"
