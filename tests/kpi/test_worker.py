"""The journey of one approval through a real Celery worker, another process, another connection:
committed here, counted there, and nobody told the reader of the score."""

from collections.abc import Iterator
from datetime import date

import pytest

from activities import services as activity_services
from activities.enums import Kind
from kpi.models import Score
from libraries.models import Library
from tests import factories, workers
from tests.workers import Worker, soon
from tpbis.accounts.enums import Role

SEPTEMBER = date(2024, 9, 1)


@pytest.fixture(params=workers.places())
def worker(request, tmp_path, django_db_blocker) -> Iterator[Worker]:
    with (
        django_db_blocker.unblock(),
        request.param(tmp_path) as place,
        workers.at_work_in(place),
        workers.a_worker(place) as worker,
    ):
        yield worker


def test_an_approval_changes_the_score_and_a_reopening_takes_it_back(worker):
    library = factories.LibraryFactory()
    librarian = factories.someone(Role.LIBRARIAN, library)
    pic = factories.someone(Role.REGENCY_PIC, library.regency)

    def colour() -> str | None:
        found = Score.objects.filter(library=library, through=SEPTEMBER)
        return found.values_list("colour", flat=True).first()

    before = colour()
    report = factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=SEPTEMBER)
    soon(lambda: colour() == "red", worker)

    score = Score.objects.get(library=library, through=SEPTEMBER)
    assert before is None
    assert (score.involvement, score.participants, score.visit_months) == (1, 20, 1)

    activity_services.reopen(report=report, comment="Jumlah peserta keliru.", by=pic)
    soon(lambda: colour() == "grey", worker)

    assert Library.objects.count() == 1
