"""Closings: every month that was closed, and its scores."""

from collections.abc import Iterator

from django.utils import timezone

from kpi import services
from kpi.models import Closing
from libraries.models import Library
from tests.authorisation import marks
from tests.authorisation.world import MORE, Thing, World, about
from tpbis.core import periods


def closed(world: World) -> None:
    """The month before the last one: every library that took part has a row of it, in which its
    name stands for ever. So it is marked before."""
    for pk in Library.objects.values_list("pk", flat=True):
        Library.objects.filter(pk=pk).update(name=marks.mark(Library, pk, "name"))
    month = periods.add_months(periods.first_of_month(timezone.localdate()), -2)
    services.close(month, begins_earlier=True)


MORE.append(closed)


def _month() -> str:
    """The newest: of those that others closed by hand nobody marked the names."""
    return periods.month_code(Closing.objects.latest("through").through)


@about("closing")
def _(world: World) -> Iterator[Thing]:
    yield Thing("closing", {"month": _month()}, note="closed")
    yield Thing("closing", {"month": "2018-01"}, there=False, note="not closed")
    yield Thing("closing", {"month": "kemarin"}, there=False, note="no month")


@about("closing_file")
def _(world: World) -> Iterator[Thing]:
    for form in ("csv", "xlsx"):
        yield Thing("closing_file", {"month": _month(), "form": form}, note=form)
    yield Thing("closing_file", {"month": "2018-01", "form": "csv"}, there=False, note="not closed")
    yield Thing(
        "closing_file", {"month": _month(), "form": "exe"}, there=False, note="no such form"
    )
