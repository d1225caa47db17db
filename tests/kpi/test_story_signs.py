"""A published story is a sign of sustainability in the year it tells of, and only while it is
published."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from activities.enums import Kind
from activities.models import Story
from activities.services import stories
from kpi import queries, services, tasks
from kpi.models import Score
from kpi.services import Outcome
from libraries.models import Library
from tests import factories
from tests.kpi.conftest import SEPTEMBER
from tpbis.core import periods

LONG_AFTER = periods.midnight(date(2025, 6, 1))
MONTHS = [date(2024, 8, 1), SEPTEMBER, date(2024, 12, 1), date(2025, 1, 1)]


@pytest.fixture
def published(library, librarian, pic) -> Story:
    """Told of 12 September 2024."""
    return factories.published_story(library, librarian, pic)


def signs(through: date = SEPTEMBER) -> int:
    (score,) = queries.computed_scores(Library.objects.all(), through, as_of=LONG_AFTER)
    return score.sustainability


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        (date(2023, 12, 31), 0),
        (date(2024, 1, 1), 1),
        (date(2024, 9, 30), 1),
        (date(2024, 10, 1), 0),
    ],
)
def test_it_counts_by_the_day_it_tells_of(library, librarian, pic, day, counted):
    factories.published_story(library, librarian, pic, happened_on=day)

    assert signs() == counted


def test_one_that_waits_is_none_and_one_of_somebody_else_is_theirs(
    library, librarian, other_library, stranger, strange_pic
):
    stories.submit(story=factories.story(library, librarian), by=librarian)
    factories.published_story(other_library, stranger, strange_pic)

    found = queries.computed_scores(Library.objects.all(), SEPTEMBER, as_of=LONG_AFTER)

    assert {score.library_id: score.sustainability for score in found} == {
        library.pk: 0,
        other_library.pk: 1,
    }


def test_a_consent_taken_back_takes_the_sign_away(published, librarian):
    before = signs()

    stories.withdraw_consent(consent=published.consents.get(), by=librarian)

    assert (before, signs()) == (1, 0)


def test_a_story_alone_leaves_a_library_grey(published):
    (score,) = queries.computed_scores(Library.objects.all(), SEPTEMBER, as_of=LONG_AFTER)

    assert (score.colour, score.points) == ("grey", None)


def test_colours_of_many_months_agree_with_those_of_one(library, librarian, pic, approve):
    """Everything for green but the sign, in September 2024."""
    kinds = [Kind.INVOLVEMENT] * 27 + [Kind.SERVICE] * 3 + [Kind.PUBLICATION] * 27
    approve(*kinds)
    services.count(library.reports.all())
    tally = library.tallies.get()
    tally.participants, tally.advocacy, tally.visits_entered = 400, 14, 1
    tally.save()

    def colours() -> list[dict[int, str]]:
        many = queries.computed_colours(Library.objects.all(), MONTHS, as_of=LONG_AFTER)
        one = {
            month: {
                score.library_id: score.colour
                for score in queries.computed_scores(Library.objects.all(), month, as_of=LONG_AFTER)
            }
            for month in MONTHS
        }
        assert many == one
        return [many[month][library.pk] for month in MONTHS]

    without = colours()
    factories.published_story(library, librarian, pic)

    assert without[1] == "yellow"
    assert colours()[1] == "green"


# --- How it gets into the score -------------------------------------------------------------------


@pytest.fixture
def sent(monkeypatch) -> list:
    messages: list = []
    monkeypatch.setattr(
        tasks.rescore_library, "apply_async", lambda kwargs, **_: messages.append(kwargs)
    )
    return messages


def test_publishing_and_withdrawing_are_announced(
    library, librarian, pic, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        story = factories.published_story(library, librarian, pic)
    with django_capture_on_commit_callbacks(execute=True):
        stories.withdraw(story=story, comment="Diminta.", by=librarian)

    assert sent == [{"library_id": library.pk}] * 2


def test_the_message_scores_every_span_of_the_library(library, librarian, pic, approve):
    approve(Kind.INVOLVEMENT)
    services.count_and_rescore(library=library, month=SEPTEMBER)
    factories.published_story(library, librarian, pic)

    tasks.rescore_library(library_id=library.pk)

    assert {score.sustainability for score in Score.objects.filter(through__year=2024)} == {1}


@pytest.fixture
def scored(library, approve) -> list[date]:
    """Two stored spans of this year, without a sign."""
    spans = [periods.add_months(periods.this_month(), -1), periods.this_month()]
    for span in spans:
        services.rescore(Library.objects.all(), span)
    return spans


def test_the_sweep_does_what_a_lost_message_left_undone(library, librarian, pic, scored):
    factories.published_story(library, librarian, pic, happened_on=scored[0])
    services.sweep()
    with_it = list(Score.objects.order_by("through").values_list("sustainability", flat=True))

    stories.withdraw(story=Story.objects.get(), comment="Diminta.", by=librarian)
    services.sweep()

    assert with_it == [1] * len(with_it)
    assert {score.sustainability for score in Score.objects.all()} == {0}
    assert services.sweep() == Outcome()


def test_the_night_finds_what_the_sweep_did_not_look_at(library, librarian, pic, scored):
    factories.published_story(library, librarian, pic, happened_on=scored[0])
    Story.objects.update(updated_at=timezone.now() - timedelta(days=2))

    services.sweep()
    before = set(Score.objects.filter(through=scored[1]).values_list("sustainability", flat=True))
    services.run_full()

    assert before == {0}
    assert Score.objects.get(through=scored[1]).sustainability == 1


def test_scoring_asks_the_same_number_of_queries_however_many_stories(library, librarian, pic):
    def ask() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            list(queries.computed_scores(Library.objects.all(), SEPTEMBER))
            queries.computed_colours(Library.objects.all(), MONTHS)
        return len(seen)

    factories.published_story(library, librarian, pic)
    ask()  # rules are remembered from now on
    one = ask()
    for _again in range(3):
        factories.published_story(library, librarian, pic)

    assert ask() == one
