"""Rules are drafted, looked at, published once, and never changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from activities.enums import Kind
from activities.models import MonthlyReport
from kpi import scoring
from kpi import services as kpi_services
from kpi.enums import Measure, RuleGroup, RunReason
from kpi.models import Closing, Indicator, RuleSet, Run, Score
from kpi.queries import previews
from kpi.queries import rules as queries
from kpi.services import rules as services
from libraries.enums import LibraryKind
from libraries.models import Library
from tests import factories
from tests.kpi.conftest import SEPTEMBER, wib
from tpbis.accounts.models import AuditEvent
from tpbis.core import periods

GENERAL = (Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE)
IN_NOVEMBER = wib(2024, 11, 20, 9)  # October's closing day has come
DECEMBER = date(2024, 12, 1)


@pytest.fixture
def first(db) -> RuleSet:
    return RuleSet.objects.get(group=RuleGroup.VILLAGE, version=1)


@pytest.fixture
def draft(first, staff) -> RuleSet:
    return services.draft_from(first, by=staff)


def content_with(draft: RuleSet, **changes):
    return replace(services.content_of(draft), **changes)


def with_row(content, measure: Measure, **changes):
    """``content`` with something else in the row of ``measure``."""
    return replace(
        content,
        indicators=tuple(
            replace(one, **changes) if one.measure == measure else one for one in content.indicators
        ),
    )


def change(draft, staff, content, **more):
    seen = more.pop("seen", services.saved_at(draft))
    return services.change_draft(draft=draft, content=content, seen=seen, by=staff, **more)


def publish(draft, staff, **more) -> RuleSet:
    draft.refresh_from_db()
    asked = {
        "valid_from": DECEMBER,
        "note": "Advokasi lebih berat.",
        "seen": services.saved_at(draft),
        "at": IN_NOVEMBER,
    }
    return services.publish(draft=draft, by=staff, **{**asked, **more})


def fields_wrong(draft, staff, content) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        change(draft, staff, content)
    return refused.value.message_dict


# --- Drafting -------------------------------------------------------------------------------------


def test_a_draft_says_what_its_version_says_but_for_the_note(first, draft, staff):
    assert services.content_of(draft) == replace(services.content_of(first), note="")
    assert (draft.version, draft.valid_from, draft.based_on, draft.author) == (
        None,
        None,
        first,
        staff,
    )
    assert draft.rules.indicators == first.rules.indicators


def test_a_draft_of_a_draft_is_based_on_the_version_both_come_from(first, draft, staff):
    assert services.draft_from(draft, by=staff).based_on == first


def test_what_was_changed_is_there_and_told_by_its_fields(draft, staff):
    content = with_row(content_with(draft, green_above=70_000), Measure.SERVICE, count=3)
    content = with_row(content, Measure.ADVOCACY, points=15)
    content = with_row(content, Measure.INVOLVEMENT, points=30)
    content = replace(content, general=("involvement", "advocacy"))

    change(draft, staff, content)

    draft.refresh_from_db()
    assert services.content_of(draft) == content
    event = AuditEvent.objects.get(action="kpi.change_rules")
    assert event.changes == {
        "green_above": [75_000, 70_000],
        "advocacy": [20, 15],
        "involvement": [25, 30],
        "gate_service": [True, False],
        "targets": [None, 1],
    }


def test_a_measure_that_is_left_out_is_gone(draft, staff):
    rest = tuple(i for i in services.content_of(draft).indicators if i.measure != "publications")
    content = with_row(content_with(draft, indicators=rest), Measure.SERVICE, points=25)

    change(draft, staff, content)

    assert set(draft.indicators.values_list("measure", flat=True)) == {one.measure for one in rest}


def test_saving_what_is_there_already_says_nothing(draft, staff):
    before = services.saved_at(draft)

    change(draft, staff, services.content_of(draft))

    draft.refresh_from_db()
    assert services.saved_at(draft) == before
    assert not AuditEvent.objects.filter(action="kpi.change_rules").exists()


def test_who_did_not_see_the_last_change_overwrites_nothing(draft, staff):
    seen = services.saved_at(draft)
    change(draft, staff, content_with(draft, green_above=70_000), at=draft.changed_at)

    with pytest.raises(services.DraftChanged) as refused:
        change(draft, staff, content_with(draft, green_above=60_000), seen=seen)

    assert refused.value.stored.green_above == 70_000
    draft.refresh_from_db()
    assert draft.green_above == 70_000


def test_a_discarded_draft_is_gone_with_its_indicators(draft, staff):
    services.discard(draft=draft, by=staff)

    assert not RuleSet.objects.drafts().exists()
    assert Indicator.objects.count() == 14  # of the two first versions
    with pytest.raises(services.DraftIsGone):
        services.discard(draft=draft, by=staff)


def test_nobody_else_drafts_changes_publishes_or_discards(first, draft, staff, leader, pic):
    for somebody in (leader, pic):
        for attempt in (
            lambda by: services.draft_from(first, by=by),
            lambda by: change(draft, by, services.content_of(draft)),
            lambda by: publish(draft, by),
            lambda by: services.discard(draft=draft, by=by),
        ):
            with pytest.raises(PermissionDenied):
                attempt(somebody)


# --- What rules must keep -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "changes", "field"),
    [
        (Measure.INVOLVEMENT, {"points": 20}, "total"),
        (Measure.INVOLVEMENT, {"points": 30}, "total"),
        (Measure.INVOLVEMENT, {"points": 0}, "points_involvement"),
        (Measure.ADVOCACY, {"count": 0}, "count_advocacy"),
        (Measure.ADVOCACY, {"per_months": 5}, "per_advocacy"),
        (Measure.VISIT_MONTHS, {"count": 2}, "count_visit_months"),
        (Measure.VISIT_MONTHS, {"count": 13, "per_months": 12}, "count_visit_months"),
        (Measure.SUSTAINABILITY, {"count": 25, "per_months": 12}, "count_sustainability"),
        (Measure.SUSTAINABILITY, {"count": 3, "per_months": 1}, "count_sustainability"),
        (Measure.SERVICE, {"effort": 0}, "effort_service"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused_at_its_field(draft, staff, measure, changes, field):
    wrong = fields_wrong(draft, staff, with_row(services.content_of(draft), measure, **changes))

    assert field in wrong


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"yellow_above": 75_000}, "green_above"),
        ({"yellow_above": 80_000}, "green_above"),
        ({"green_above": 100_000}, "green_above"),
        ({"general": ()}, "general"),
        ({"general": ("involvement", "visit_months")}, "general"),
        ({"participants_each": 0}, "participants_each"),
    ],
)
def test_gates_that_cannot_be_meant_are_refused_at_their_field(draft, staff, changes, field):
    assert list(fields_wrong(draft, staff, content_with(draft, **changes))) == [field]


@pytest.mark.parametrize(
    ("left_out", "field"), [("service", "general"), ("sustainability", "green_needs_signs")]
)
def test_what_gates_a_colour_must_earn_points_too(draft, staff, left_out, field):
    """Otherwise no page could say where it stands, and no shortest path ask for it."""
    kept = [one for one in services.content_of(draft).indicators if one.measure != left_out]
    gone = 100 - sum(one.points for one in kept)
    kept[0] = replace(kept[0], points=kept[0].points + gone)

    wrong = fields_wrong(draft, staff, content_with(draft, indicators=tuple(kept)))

    assert list(wrong) == [field]


def test_the_sum_says_how_far_it_is_from_100(draft, staff):
    content = with_row(services.content_of(draft), Measure.INVOLVEMENT, points=20)

    assert fields_wrong(draft, staff, content) == {"total": ["Jumlahnya 95, harus 100: kurang 5."]}


def test_as_many_visit_figures_as_there_are_months_may_be_asked_for(draft, staff):
    content = with_row(services.content_of(draft), Measure.VISIT_MONTHS, count=6, per_months=6)

    change(draft, staff, content)

    assert draft.indicators.get(measure="visit_months").count == 6


# --- From when ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "first_day"),
    [
        (wib(2024, 11, 14, 23, 59), date(2024, 10, 1)),  # October closes at midnight
        (wib(2024, 11, 15), date(2024, 11, 1)),
        (wib(2025, 1, 15), date(2025, 1, 1)),
        (wib(2025, 1, 14), date(2024, 12, 1)),
    ],
)
def test_new_rules_begin_after_the_last_closed_month(db, at, first_day):
    assert queries.open_from(at) == first_day
    services.check_valid_from(RuleGroup.VILLAGE, first_day, at=at)

    with pytest.raises(ValidationError) as refused:
        services.check_valid_from(RuleGroup.VILLAGE, first_day - timedelta(days=1), at=at)

    assert list(refused.value.message_dict) == ["valid_from"]


def test_a_month_stays_closed_when_the_closing_day_is_moved(db, settings):
    Closing.objects.create(through=date(2024, 10, 1), as_of=IN_NOVEMBER, libraries=0)
    settings.TPBIS_CLOSING_DAY = 25

    assert queries.open_from(IN_NOVEMBER) == date(2024, 11, 1)


def test_a_day_far_ahead_is_a_slip_of_the_finger(db):
    services.check_valid_from(RuleGroup.VILLAGE, date(2025, 12, 31), at=IN_NOVEMBER)

    with pytest.raises(ValidationError):
        services.check_valid_from(RuleGroup.VILLAGE, date(2026, 1, 1), at=IN_NOVEMBER)


def test_one_day_has_one_version_of_a_group(draft, staff):
    publish(draft, staff)

    with pytest.raises(ValidationError) as refused:
        services.check_valid_from(RuleGroup.VILLAGE, DECEMBER, at=IN_NOVEMBER)

    assert "Versi 2" in str(refused.value)
    services.check_valid_from(RuleGroup.REGENCY, DECEMBER, at=IN_NOVEMBER)


# --- Publishing -----------------------------------------------------------------------------------


def test_a_published_draft_is_the_next_version_of_its_group(draft, first, staff):
    published = publish(draft, staff)

    assert (published.version, published.valid_from) == (2, DECEMBER)
    assert (published.publisher, published.published_at) == (staff, IN_NOVEMBER)
    assert published.note == "Advokasi lebih berat."
    assert published.rules.version == 2
    event = AuditEvent.objects.get(action="kpi.publish_rules")
    assert event.changes == {"version": [None, 2], "valid_from": [None, "2024-12-01"]}
    later, before = queries.versions(RuleGroup.VILLAGE)
    assert (later.rule_set, later.until) == (published, None)
    assert (before.rule_set, before.until) == (first, date(2024, 11, 30))
    assert queries.version_of(first).until == date(2024, 11, 30)


def test_it_scores_the_spans_that_end_from_its_first_day_on(draft, first, staff):
    published = publish(draft, staff)

    assert queries.rules_on(RuleGroup.VILLAGE, date(2024, 11, 30)) == first
    assert queries.rules_on(RuleGroup.VILLAGE, DECEMBER) == published
    assert queries.rules_on(RuleGroup.REGENCY, DECEMBER).version == 1


def test_publishing_starts_a_run_over_everything(draft, staff):
    publish(draft, staff)

    run = Run.objects.get()
    assert (run.reason, run.requester) == (RunReason.RULES, staff)


def test_what_is_published_is_published_once(draft, staff):
    publish(draft, staff)

    with pytest.raises(services.AlreadyPublished) as refused:
        publish(draft, staff, valid_from=date(2024, 12, 2))

    assert "versi 2" in str(refused.value)
    assert RuleSet.objects.published().count() == 3
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    "attempt",
    [
        lambda draft, staff: change(draft, staff, content_with(draft, green_above=60_000)),
        lambda draft, staff: services.discard(draft=draft, by=staff),
    ],
)
def test_a_published_version_is_neither_changed_nor_discarded(draft, staff, attempt):
    publish(draft, staff)

    with pytest.raises(services.AlreadyPublished):
        attempt(draft, staff)


def test_what_was_looked_at_is_what_is_published(draft, staff):
    seen = services.saved_at(draft)
    change(draft, staff, content_with(draft, green_above=60_000))

    with pytest.raises(services.DraftChanged):
        publish(draft, staff, seen=seen)

    assert RuleSet.objects.drafts().get() == draft


@pytest.mark.parametrize("note", ["", "  \n "])
def test_without_a_note_nothing_is_published(draft, staff, note):
    with pytest.raises(ValidationError) as refused:
        publish(draft, staff, note=note)

    assert list(refused.value.message_dict) == ["note"]


def test_a_draft_that_cannot_be_meant_is_not_published_whoever_wrote_it(db, staff):
    rows = [row for row in factories.FIRST_INDICATORS if row[1] != "publications"]
    lacking = factories.rule_set(indicators=rows)

    with pytest.raises(ValidationError) as refused:
        publish(lacking, staff)

    assert "total" in refused.value.message_dict


# --- The database keeps what is published ---------------------------------------------------------


def test_a_draft_may_be_written_by_whoever_writes_to_the_database(draft):
    RuleSet.objects.filter(pk=draft.pk).update(green_above=70_000)
    draft.indicators.filter(measure="service").update(points=16)
    draft.indicators.filter(measure="service").delete()

    assert draft.indicators.count() == 6


@pytest.mark.parametrize(
    "attempt",
    [
        lambda rules: RuleSet.objects.filter(pk=rules.pk).update(green_above=60_000),
        lambda rules: RuleSet.objects.filter(pk=rules.pk).update(note="Lain"),
        lambda rules: RuleSet.objects.filter(pk=rules.pk).update(
            state="draft", version=None, valid_from=None, published_at=None
        ),
        lambda rules: RuleSet.objects.filter(pk=rules.pk)._raw_delete("default"),
        lambda rules: rules.indicators.filter(measure="service").update(points=99),
        lambda rules: rules.indicators.filter(measure="service").delete(),
        lambda rules: rules.indicators.all()._raw_delete("default"),
        lambda rules: rules.indicators.create(
            position=8, component="visits", measure="visit_months", points=1, count=1, per_months=1
        ),
        lambda rules: Indicator.objects.filter(
            rule_set__version__isnull=True, measure="visit_months"
        ).update(rule_set=rules),
    ],
)
def test_the_database_refuses_every_change_of_a_published_version(draft, staff, attempt):
    rows = [row for row in factories.FIRST_INDICATORS if row[1] != "visit_months"]
    published = factories.rule_set(valid_from=DECEMBER, indicators=rows)
    before = services.content_of(published)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        attempt(published)

    published = RuleSet.objects.get(pk=published.pk)
    assert (services.content_of(published), published.version) == (before, 2)


# --- Previewing -----------------------------------------------------------------------------------


@pytest.fixture
def scored(library, other_library, approve) -> None:
    """Sumber Ilmu has one of everything and is red; Mawar has nothing."""
    approve(*Kind)
    kpi_services.count(MonthlyReport.objects.all())
    kpi_services.rescore(Library.objects.all(), SEPTEMBER, as_of=wib(2024, 10, 20))


def test_a_preview_says_who_would_move_and_stores_nothing(
    library, other_library, scored, draft, staff
):
    stored = list(Score.objects.order_by("pk").values())
    change(draft, staff, content_with(draft, yellow_above=5_000, green_above=6_000))
    draft = RuleSet.objects.get(pk=draft.pk)

    found = previews.preview(draft, Library.objects.all(), SEPTEMBER)

    score = Score.objects.get(library=library)
    assert [(move.library, move.before, move.after) for move in found.moves] == [
        (library.pk, "red", "green")
    ]
    assert found.moves[0].points_before == found.moves[0].points_after == score.points
    assert found.pairs == {
        library.regency_id: {("red", "green"): 1},
        other_library.regency_id: {("grey", "grey"): 1},
    }
    assert found.libraries == 2
    assert [one.version for one in found.rule_sets] == [1]
    assert list(Score.objects.order_by("pk").values()) == stored


def test_a_preview_says_what_scoring_says_once_it_is_published(library, scored, draft, staff):
    content = with_row(content_with(draft, yellow_above=5_000), Measure.INVOLVEMENT, count=1)
    change(draft, staff, content)
    draft = RuleSet.objects.get(pk=draft.pk)
    (move,) = previews.preview(draft, Library.objects.all(), SEPTEMBER).moves

    publish(draft, staff, at=wib(2024, 9, 16), valid_from=date(2024, 9, 1))
    kpi_services.rescore(Library.objects.all(), SEPTEMBER, as_of=wib(2024, 10, 20))

    score = Score.objects.get(library=library)
    assert (score.rule_set.version, score.colour, score.points) == (
        2,
        move.after,
        move.points_after,
    )


def test_a_preview_speaks_of_the_libraries_its_rules_score(library, scored, draft, staff):
    factories.LibraryFactory(kind=LibraryKind.REGENCY, region=library.regency)

    assert previews.preview(draft, Library.objects.all(), SEPTEMBER).libraries == 2
    assert previews.preview(draft, Library.objects.none(), SEPTEMBER).libraries == 0


def test_a_span_that_is_not_stored_is_computed(library, scored, draft, staff):
    change(draft, staff, content_with(draft, yellow_above=5_000, green_above=6_000))
    draft = RuleSet.objects.get(pk=draft.pk)

    (move,) = previews.preview(draft, Library.objects.all(), periods.add_months(SEPTEMBER, 1)).moves

    assert (move.library, move.after) == (library.pk, scoring.GREEN)


def test_saving_twice_in_the_same_moment_is_two_changes(draft, staff):
    now = timezone.now()
    change(draft, staff, content_with(draft, noise_gap=4_000), at=now)
    draft.refresh_from_db()
    once = services.saved_at(draft)
    change(draft, staff, content_with(draft, noise_gap=3_000), at=now)

    assert services.saved_at(RuleSet.objects.get(pk=draft.pk)) != once


def test_a_library_that_took_no_part_yet_is_in_no_preview(library, scored, draft, staff):
    factories.LibraryFactory(joined_on=date(2024, 11, 1))

    found = previews.preview(draft, Library.objects.all(), SEPTEMBER)

    assert found.libraries == 2


def test_a_move_says_how_far_and_which_way(library, scored, draft, staff):
    content = with_row(content_with(draft, yellow_above=5_000), Measure.INVOLVEMENT, count=1)
    change(draft, staff, content)

    (move,) = previews.preview(
        RuleSet.objects.get(pk=draft.pk), Library.objects.all(), SEPTEMBER
    ).moves

    assert move.is_up
    assert move.change == move.points_after - move.points_before > 0
