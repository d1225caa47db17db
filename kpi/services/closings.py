"""Closing a month: every score of it kept as it is on closing day."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.models import MonthlyReport
from kpi import queries, scoring
from kpi.enums import Colour, Grey
from kpi.models import Closing, ClosingScore, Score
from kpi.services.areas import run_area
from kpi.services.runs import counting_areas
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from tpbis.accounts import audit
from tpbis.core import periods

_PORTION = 4_000  # libraries scored and held at once
_BATCH = 1_000
_MOST_ATTEMPTS = 4  # at a closing whose register moves


class TooEarly(Exception):
    """The closing moment of the month has not come; the text says when it does."""


class TooOld(Exception):
    """Nobody looked at that month on its closing day, and all months after it would be closed too:
    ``first`` is where the closings begin."""

    def __init__(self, through: date, first: date) -> None:
        self.first = first
        super().__init__(f"{through:%Y-%m} < {first:%Y-%m}")


class RegisterMoved(Exception):
    """Libraries came or went while they were scored; nothing was closed."""


def close(
    through: date,
    *,
    at: datetime | None = None,
    is_counted: bool = False,
    begins_earlier: bool = False,
) -> Closing:
    """Keep every partner's score from 1 January to the end of ``through`` as of now (``at``), with
    all it is made of; what is stale is counted first, unless ``is_counted`` already. A month is
    closed once: whoever asks again gets what there is.

    Raises :class:`TooEarly` before the month's closing moment; :class:`TooOld` for a month before
    the first that is closed by itself, unless the closings shall begin earlier with it;
    :class:`RegisterMoved` when libraries came or went at each of some attempts.
    """
    at = at or timezone.now()
    if at < periods.closing(through):
        raise TooEarly(_too_early(through))
    closed = Closing.objects.filter(through=through).first()
    if closed:
        return closed
    first = queries.first_to_close(at)
    if through < first and not begins_earlier:
        raise TooOld(through, first)
    for _attempt in range(_MOST_ATTEMPTS - 1):
        with suppress(RegisterMoved):
            return _close(through, at, is_counted=is_counted)
    return _close(through, at, is_counted=is_counted)


def _close(through: date, at: datetime, *, is_counted: bool) -> Closing:
    if not is_counted:
        _count_what_is_stale(through, at)
    try:
        return _freeze(through, at)
    except IntegrityError:
        # Somebody else was quicker: theirs is the closing.
        closed = Closing.objects.filter(through=through).first()
        if closed is None:
            raise
        return closed


def close_months(*, at: datetime | None = None) -> list[Closing]:
    """Close every month that is to be closed by now, the oldest first."""
    at = at or timezone.now()
    return [close(month, at=at) for month in queries.months_to_close(at)]


def _too_early(through: date) -> str:
    return _("%(month)s baru dapat ditutup mulai %(day)s.") % {
        "month": periods.written(through),
        "day": date_format(timezone.localdate(periods.closing(through)), "j F Y"),
    }


def _count_what_is_stale(through: date, at: datetime) -> None:
    """Approvals of the span that no message has told of yet, regency by regency."""
    first, running = periods.january(through), periods.first_of_month(timezone.localdate(at))
    spans = list(periods.months_from_to(first, min(date(through.year, 12, 1), running)))
    for area in counting_areas():
        reports = MonthlyReport.objects.filter(library__regency=area, month__range=(first, through))
        stale = queries.stale_months(reports)
        if stale:
            libraries = Library.objects.filter(pk__in={library for library, _month in stale})
            run_area(area, spans, as_of=at, libraries=libraries)


@transaction.atomic
def _freeze(through: date, at: datetime) -> Closing:
    """All of it or nothing. The row of the month comes first: a second one waits for it, and then
    is refused."""
    _wait_as_long_as_it_takes()
    partners = Library.objects.partners_on(periods.last_day(through))
    closing = Closing.objects.create(
        through=through, as_of=at, libraries=partners.count(), made_at=timezone.now()
    )
    kept = 0
    for portion in _portions():
        rows = _kept(closing, portion)
        ClosingScore.objects.bulk_create(rows, batch_size=_BATCH)
        kept += len(rows)
    if kept != closing.libraries:
        raise RegisterMoved(f"{through:%Y-%m}: {kept} != {closing.libraries}")
    audit.record(
        "kpi.close",
        by=None,
        subject=closing,
        changes={"month": [None, through], "libraries": [None, kept]},
    )
    return closing


def _wait_as_long_as_it_takes() -> None:
    """A closing of the whole country takes longer than a page may wait for another."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")


def _portions() -> Iterator[LibraryQuerySet]:
    """All libraries, some at a time: memory does not grow with the country."""
    keys = list(Library.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _PORTION):
        portion = keys[start : start + _PORTION]
        yield Library.objects.filter(pk__range=(portion[0], portion[-1]))


def _kept(closing: Closing, libraries: LibraryQuerySet) -> list[ClosingScore]:
    through = closing.through
    scores = list(queries.computed_scores(libraries, through, as_of=closing.as_of))
    greys = queries.greys(libraries, through, on=periods.last_day(through))
    names = {
        pk: (name, regency)
        for pk, name, regency in libraries.order_by().values_list("pk", "name", "regency")
    }
    # Read one after another: whoever was merged in between is in the first and not in the others.
    if any(
        score.library_id not in names
        or (score.colour == Colour.GREY and score.library_id not in greys)
        for score in scores
    ):
        raise RegisterMoved(f"{through:%Y-%m}: merged meanwhile")
    return [_row(closing, score, *names[score.library_id], greys) for score in scores]


def _row(
    closing: Closing, score: Score, name: str, regency: int, greys: dict[int, Grey]
) -> ClosingScore:
    rules = score.rule_set.rules
    return ClosingScore(
        closing=closing,
        library_id=score.library_id,
        name=name,
        regency_id=regency,
        rule_set_id=score.rule_set_id,
        months_due=score.months_due,
        **score.inputs._asdict(),
        points=score.points,
        colour=score.colour,
        grey=greys[score.library_id] if score.colour == Colour.GREY else "",
        statement=scoring.statement(score.inputs, rules, score.months_due),
    )
