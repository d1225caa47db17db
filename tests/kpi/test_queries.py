from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import services as activity_services
from activities.enums import AdvocacyAudience, AdvocacyResult, Kind, ReturnReason
from activities.models import MonthlyReport
from kpi import queries, services
from kpi.enums import Grey, RuleGroup
from kpi.models import MonthlyTally, RuleSet
from libraries import services as library_services
from libraries.enums import LibraryKind, SimState
from libraries.models import Library
from stakeholders.enums import PartnershipKind
from stakeholders.services import record_partnership
from tests import factories
from tests.kpi.conftest import SEPTEMBER, sim_report, wib
from tpbis.core import periods

AUGUST = date(2024, 8, 1)
LONG_AFTER = periods.midnight(date(2025, 6, 1))


def tally(**expected):
    """The fields of a tally that a test speaks of, the rest 0."""
    fields = [name for name in queries.COUNTED_FIELDS if name != "seals"]
    return dict.fromkeys(fields, 0) | expected


def counted(reports) -> dict:
    return {
        (found.library_id, found.month): {name: getattr(found, name) for name in tally()}
        for found in queries.tallies_from_reports(reports)
    }


# --- Tallies --------------------------------------------------------------------------------------


def test_a_tally_adds_up_what_was_approved(library, approve):
    approve(Kind.INVOLVEMENT, Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE, Kind.PUBLICATION)

    found = counted(MonthlyReport.objects.all())

    assert found == {
        (library.pk, SEPTEMBER): tally(
            involvement=2,
            participants=40,
            advocacy=1,
            sustainability_signs=1,  # money came of it
            service=1,
            publications=1,
            visits_entered=1,
            visits_men=10,
            visits_women=12,
            visits_total=22,
        )
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_what_was_left_out_at_approval_does_not_count(library, librarian, pic, kind):
    report = factories.report(library, librarian, *Kind, kind, month=SEPTEMBER)
    left_out = report.activities.filter(kind=kind).first()
    sent = activity_services.submit(report=report, by=librarian)
    exclusion = activity_services.Exclusion(ReturnReason.DOUBLE, "Tercatat dua kali.")
    activity_services.approve(report=sent, by=pic, exclusions={left_out.pk: exclusion})

    (found,) = counted(MonthlyReport.objects.all()).values()

    assert found == tally(
        involvement=1,
        participants=20,
        advocacy=1,
        sustainability_signs=1,
        service=1,
        publications=1,
        visits_entered=1,
        visits_men=10,
        visits_women=12,
        visits_total=22,
    )


def test_approving_with_other_exclusions_is_counted_anew(library, librarian, pic):
    report = factories.report(library, librarian, *Kind, month=SEPTEMBER)
    sent = activity_services.submit(report=report, by=librarian)
    activity_services.approve(report=sent, by=pic)
    services.count_and_rescore(library=library, month=SEPTEMBER)
    activity_services.reopen(report=sent, comment="Ada yang ganda.", by=pic)
    again = activity_services.submit(report=sent, by=librarian)
    left_out = report.activities.get(kind=Kind.INVOLVEMENT)
    exclusion = activity_services.Exclusion(ReturnReason.DOUBLE, "Tercatat dua kali.")
    activity_services.approve(report=again, by=pic, exclusions={left_out.pk: exclusion})

    assert queries.stale_months(MonthlyReport.objects.all()) == {(library.pk, SEPTEMBER)}

    services.count_and_rescore(library=library, month=SEPTEMBER)
    assert MonthlyTally.objects.get().involvement == 0


def test_what_waits_or_was_returned_does_not_count(library, librarian):
    factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)

    assert counted(MonthlyReport.objects.all()) == {}


def test_supplementary_reports_and_the_sim_add_to_the_month(library, approve):
    approve(Kind.INVOLVEMENT)
    approve(Kind.ADVOCACY)
    sim_report(library, SEPTEMBER, factories.content(month=SEPTEMBER) | {"kind": Kind.INVOLVEMENT})

    found = counted(MonthlyReport.objects.all())[library.pk, SEPTEMBER]

    assert (found["involvement"], found["advocacy"]) == (2, 1)


def test_of_two_visit_figures_the_portals_own_counts(library, approve):
    sim_report(library, SEPTEMBER, visits_total=500)
    approve(Kind.INVOLVEMENT)

    found = counted(MonthlyReport.objects.all())[library.pk, SEPTEMBER]

    assert (found["visits_entered"], found["visits_total"]) == (1, 22)


def test_the_sims_visits_count_where_the_portal_has_none(library):
    sim_report(library, SEPTEMBER, visits_total=500)

    found = counted(MonthlyReport.objects.all())[library.pk, SEPTEMBER]

    assert found == tally(visits_entered=1, visits_total=500)


def test_no_visitors_is_a_figure_and_a_blank_is_none(library, librarian, pic):
    zero = factories.report(library, librarian, month=SEPTEMBER, visits=(0, 0))
    sent = activity_services.submit(report=zero, by=librarian, nihil=True)
    activity_services.approve(report=sent, by=pic)
    sim_report(library, AUGUST, factories.content(month=AUGUST) | {"kind": Kind.INVOLVEMENT})

    found = counted(MonthlyReport.objects.all())

    assert found[library.pk, SEPTEMBER]["visits_entered"] == 1
    assert found[library.pk, AUGUST]["visits_entered"] == 0


@pytest.mark.parametrize(
    ("content", "signs"),
    [
        ({"result": AdvocacyResult.MONEY}, 1),
        ({"result": AdvocacyResult.REGULATION}, 1),
        ({"result": AdvocacyResult.IN_KIND}, 0),
        (
            {
                "result": AdvocacyResult.IN_KIND,
                "audiences": [AdvocacyAudience.AGENCY, AdvocacyAudience.PRIVATE],
            },
            1,
        ),
        (
            {
                "result": AdvocacyResult.MONEY,
                "audiences": [AdvocacyAudience.AGENCY, AdvocacyAudience.PRIVATE],
            },
            1,
        ),
    ],
)
def test_signs_of_sustainability_in_advocacy(library, content, signs):
    entry = factories.content(Kind.ADVOCACY, month=SEPTEMBER) | {"kind": Kind.ADVOCACY} | content
    sim_report(library, SEPTEMBER, entry)

    found = counted(MonthlyReport.objects.all())[library.pk, SEPTEMBER]

    assert found["sustainability_signs"] == signs


# --- Staleness ------------------------------------------------------------------------------------


def stale() -> set:
    return queries.stale_months(MonthlyReport.objects.all())


def test_an_approved_month_is_stale_until_it_is_counted(library, approve):
    approve(Kind.INVOLVEMENT)

    before = stale()
    services.count(MonthlyReport.objects.all())

    assert before == {(library.pk, SEPTEMBER)}
    assert stale() == set()


def test_drafts_are_no_work(library, librarian):
    factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)

    assert stale() == set()


def test_a_second_report_makes_the_month_stale_again(library, approve):
    approve(Kind.INVOLVEMENT)
    services.count(MonthlyReport.objects.all())

    approve(Kind.ADVOCACY)

    assert stale() == {(library.pk, SEPTEMBER)}


def test_a_tally_lost_with_a_backup_is_stale(library, approve):
    approve(Kind.INVOLVEMENT)
    services.count(MonthlyReport.objects.all())

    MonthlyTally.objects.all().delete()

    assert stale() == {(library.pk, SEPTEMBER)}


# --- Months due -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("joined_on", "through", "as_of", "due"),
    [
        (date(2020, 1, 1), date(2024, 9, 1), wib(2024, 12, 1), 9),
        # The 15th of the next month, 00:00 WIB, is the moment.
        (date(2020, 1, 1), date(2024, 9, 1), wib(2024, 10, 15), 9),
        (date(2020, 1, 1), date(2024, 9, 1), wib(2024, 10, 14, 23, 59, 59), 8),
        (date(2020, 1, 1), date(2024, 1, 1), wib(2024, 1, 20), 1),  # at least 1
        (date(2020, 1, 1), date(2024, 2, 1), wib(2024, 2, 16), 1),
        (date(2020, 1, 1), date(2024, 12, 1), wib(2025, 1, 15), 12),
        # Only months as a partner; the month of joining is one.
        (date(2024, 4, 30), date(2024, 9, 1), wib(2025, 1, 1), 6),
        (date(2024, 9, 1), date(2024, 9, 1), wib(2025, 1, 1), 1),
        (date(2023, 12, 31), date(2024, 3, 1), wib(2025, 1, 1), 3),
    ],
)
def test_months_due(joined_on, through, as_of, due):
    assert queries.months_due(joined_on, through, as_of) == due


@given(
    joined_on=st.dates(date(2017, 1, 1), date(2026, 12, 31)),
    through=st.dates(date(2018, 1, 1), date(2026, 12, 31)),
    days=st.integers(-400, 800),
    seconds=st.integers(0, 86_399),
)
def test_many_libraries_at_once_have_the_same_months_due(joined_on, through, days, seconds):
    through = periods.first_of_month(through)
    as_of = periods.closing(through) + timedelta(days=days, seconds=seconds)
    joined_on = min(joined_on, periods.last_day(through))

    at_once = queries.MonthsDue(through, as_of)(joined_on)

    assert at_once == queries.months_due(joined_on, through, as_of)


# --- Scores ---------------------------------------------------------------------------------------


def scored(libraries=None, through: date = SEPTEMBER, as_of: datetime = LONG_AFTER) -> dict:
    libraries = Library.objects.all() if libraries is None else libraries
    return {
        score.library_id: score
        for score in queries.computed_scores(libraries, through, as_of=as_of)
    }


def test_a_colour_covers_january_to_the_end_of_the_month(library, approve):
    for month in (date(2023, 12, 1), date(2024, 1, 1), date(2024, 9, 1), date(2024, 10, 1)):
        approve(Kind.INVOLVEMENT, month=month)
    services.count(MonthlyReport.objects.all())

    score = scored()[library.pk]

    assert (score.involvement, score.visit_months, score.months_due) == (2, 2, 9)


def test_a_library_is_not_scored_before_it_joined(library):
    fresh = factories.LibraryFactory(joined_on=date(2024, 10, 1))
    just = factories.LibraryFactory(joined_on=date(2024, 9, 30))

    assert set(scored()) == {library.pk, just.pk}
    assert fresh.pk in scored(through=date(2024, 10, 1))


def test_partnerships_in_force_in_the_span_are_signs_of_sustainability(library, staff, approve):
    approve(Kind.INVOLVEMENT)
    services.count(MonthlyReport.objects.all())
    for name, starts_on, ends_on in [
        ("Bank Jatim", date(2022, 1, 1), None),
        ("Petani Maju", date(2023, 5, 1), date(2024, 1, 1)),  # one day is enough
        ("Radar", date(2024, 9, 30), date(2024, 9, 30)),
        ("Sudah lewat", date(2022, 1, 1), date(2023, 12, 31)),
        ("Belum mulai", date(2024, 10, 1), None),
    ]:
        record_partnership(
            library=library,
            organisation_name=name,
            kind=PartnershipKind.GOODS,
            starts_on=starts_on,
            ends_on=ends_on,
            by=staff,
        )

    assert scored()[library.pk].sustainability == 3


def test_a_partnership_alone_stays_grey(library, staff):
    record_partnership(
        library=library,
        organisation_name="Bank Jatim",
        kind=PartnershipKind.GOODS,
        starts_on=date(2024, 1, 1),
        ends_on=None,
        by=staff,
    )

    score = scored()[library.pk]

    assert (score.colour, score.points) == ("grey", None)


def test_regency_libraries_have_their_own_rules(library):
    regency_library = factories.LibraryFactory(
        kind=LibraryKind.REGENCY, region=factories.region("35.08")
    )

    groups = {pk: score.rule_set.group for pk, score in scored().items()}

    assert groups == {library.pk: RuleGroup.VILLAGE, regency_library.pk: RuleGroup.REGENCY}


def test_the_version_valid_on_the_last_day_scores_the_whole_span(library):
    first = RuleSet.objects.get(group=RuleGroup.VILLAGE, version=1)
    second = factories.rule_set(valid_from=date(2024, 9, 30))
    factories.rule_set()  # a draft scores nothing

    versions = {
        through: scored(through=through)[library.pk].rule_set for through in (AUGUST, SEPTEMBER)
    }

    assert versions == {AUGUST: first, SEPTEMBER: second}


def test_stored_scores_are_shown_and_missing_ones_computed(library, other_library, approve):
    approve(Kind.INVOLVEMENT)
    services.count(MonthlyReport.objects.all())
    services.rescore(Library.objects.filter(pk=library.pk), SEPTEMBER, as_of=LONG_AFTER)

    found = queries.scores_through(Library.objects.all(), SEPTEMBER)

    assert found[library.pk].pk is not None
    assert (found[other_library.pk].pk, found[other_library.pk].colour) == (None, "grey")


# --- Grey -----------------------------------------------------------------------------------------


def greys(on: date = date(2024, 9, 30)) -> dict:
    return queries.greys(Library.objects.all(), SEPTEMBER, on=on)


def test_the_three_greys(province):
    nobody, account, librarys, former = factories.LibraryFactory.create_batch(4)
    library_services.note_sim_state(
        library=account, state=SimState.ACTIVE, since_on=date(2024, 9, 30)
    )
    factories.someone("librarian", librarys)
    MonthlyTally.objects.create(library=former, month=date(2023, 12, 1), seals="a" * 64)

    assert greys() == {
        nobody.pk: Grey.NO_ACCOUNT,
        account.pk: Grey.NEVER,
        librarys.pk: Grey.NEVER,
        former.pk: Grey.STOPPED,
    }


def test_account_states_are_asked_as_of_the_day(library):
    for state, since_on in [
        (SimState.PROPOSED, date(2024, 1, 1)),
        (SimState.ACTIVE, date(2024, 9, 1)),
        (SimState.INACTIVE, date(2024, 12, 1)),
    ]:
        library_services.note_sim_state(library=library, state=state, since_on=since_on)

    found = [
        greys(on)[library.pk]
        for on in (date(2024, 8, 31), date(2024, 9, 1), date(2024, 11, 30), date(2024, 12, 1))
    ]

    assert found == [Grey.NO_ACCOUNT, Grey.NEVER, Grey.NEVER, Grey.NO_ACCOUNT]


def test_a_reopened_month_of_an_earlier_year_is_no_report(library):
    MonthlyTally.objects.create(library=library, month=date(2023, 12, 1), seals="")

    assert greys() == {library.pk: Grey.NO_ACCOUNT}
