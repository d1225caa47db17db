"""The register moves while a month is closed; PostgreSQL only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from kpi import queries, services
from kpi.models import ClosingScore, RuleSet
from libraries.services import merge
from tests import factories
from tests.kpi.conftest import SEPTEMBER, wib

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("question", ["greys", "computed_scores"])
def test_a_merger_while_a_month_is_closed_is_closed_with(library, staff, monkeypatch, question):
    """It is committed by another before the scores are read, or what they are kept with."""
    if not RuleSet.objects.exists():  # emptied by a test before
        factories.rule_set(valid_from=date(2020, 1, 1))
    duplicate = factories.LibraryFactory(name="Perpustakaan Ganda", region=library.region)
    real = getattr(queries, question)

    def merged() -> None:
        try:
            merge(keep=library, duplicate=duplicate, by=staff)
        finally:
            connection.close()

    def after_a_merger(*args, **more):
        monkeypatch.setattr(queries, question, real)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(merged).result(timeout=30)
        return real(*args, **more)

    monkeypatch.setattr(queries, question, after_a_merger)

    closing = services.close(SEPTEMBER, at=wib(2024, 10, 15))

    assert closing.libraries == 1
    assert [row.library_id for row in ClosingScore.objects.all()] == [library.pk]
