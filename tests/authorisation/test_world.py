"""The world proves something only if everything is in it, and if what may be seen is seen."""

import pytest

from tests.architecture.conftest import MODELS
from tests.authorisation import cells, marks

pytestmark = pytest.mark.once

# A page of each area shows what it is about to whoever may see it: else no leak could be seen.
SHOWS = {
    "activities:report": {"activity.title", "monthlyreport.comment", "user.full_name"},
    "activities:list": {"library.name"},
    "activities:queue": {"library.name"},
    "activities:review": {"activity.title", "library.name"},
    "activities:edit": {"activity.title"},
    "stakeholders:partnership_add": {"library.name", "organisation.name"},
    "reports:library": {"library.name", "organisation.name", "libraryalias.name"},
    "reports:libraries": {"library.name"},
    "reports:region": {"region.name", "library.name"},
    "reports:closing_export": {"library.name"},
    "reports:documents": {"region.name", "user.full_name"},
    "reports:document_download": {"document.page"},
    "api:figures": {"region.name"},
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_the_world_holds_some_of_every_model(model, the_world, db):
    assert model._base_manager.exists(), (
        f"no {model._meta.label} in the world: make one in tests/authorisation/world.py"
    )
    assert model._meta.label in marks.PLACED, (
        f"whose is a {model._meta.label}? Say so in PLACED, tests/authorisation/marks.py"
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_its_texts_say_whose_they_are(model, the_world, db):
    fields = [] if issubclass(model, marks.AppendOnlyModel) else list(marks.fields_of(model))

    rows = [row for row in model._base_manager.order_by("pk") if not marks.is_fixed(row)]
    for row in rows[:5]:
        for field in fields:
            if not getattr(row, marks.BESIDE.get(field.name, field.name)):
                assert field.name in marks.BESIDE, f"{field.name} says nothing"
                continue
            text = str(getattr(row, field.name))
            assert marks.found_in(text, the_world), f"{field.name} says {text!r}"


WHO_SEES = ("staff", "pic_a", "librarian_a1")


@pytest.mark.parametrize("route", SHOWS)
def test_who_may_see_it_sees_it(route, the_world, the_sight, asker):
    asked = cells.cells_of(route, the_world, methods=["GET"], actors=WHO_SEES)
    run = cells.run(asked, asker, the_sight)

    shown = {f"{name}.{field}" for name, _pk, field in run.shown}
    assert SHOWS[route] - shown == set()
