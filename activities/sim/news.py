"""What people are told of the SIM, each thing once, however often this runs.

- *a score fell*: for 3 days after an import that brought an official score lower than the one
  before; once for library and import, and once for the PIC of its regency with all of them.
- *nothing entered*: from the 20th, where the SIM leads and an import since then still shows nothing
  of this month; once for library and month, and once for the PIC.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.enums import Source
from activities.models import MonthlyReport, OfficialScore, SimImport
from activities.notices import STILL_NEWS, librarians_on, posts_on
from libraries import participation
from libraries.enums import Level, ReportingMode
from libraries.models import Library
from tpbis.accounts import services as accounts
from tpbis.accounts.enums import MessageKind, Role
from tpbis.accounts.services import News
from tpbis.core import periods

ASKED_FROM = 20  # the day of the month
_LISTED = 8  # libraries that a PIC's message names

# Library, and what is said of it in a PIC's list.
Told = list[tuple[Library, str]]


def of_the_day(*, on: date) -> int:
    """How much of it was new."""
    with translation.override(settings.LANGUAGE_CODE):
        return accounts.tell_many([*_scores_that_fell(on), *_nothing_entered(on)])


# --- A score fell ---------------------------------------------------------------------------------


def _scores_that_fell(on: date) -> Iterator[News]:
    since = periods.midnight(on - STILL_NEWS)
    for run in SimImport.objects.done().filter(finished_at__gte=since).order_by("pk"):
        fallen = fallen_scores(run)
        libraries = Library.objects.select_related("regency").in_bulk(fallen)
        told: Told = []
        for pk, library in sorted(libraries.items(), key=lambda one: one[1].name):
            before, now = (number_format(points / 1000, 2) for points in fallen[pk])
            told.append((library, _("%(before)s menjadi %(now)s") % {"before": before, "now": now}))
        yield from _news(
            told,
            on,
            period=f"skor {run.pk}",
            title=_("Skor resmi SIM turun sejak impor terakhir"),
            advice=_("Periksa isian di SIM: ada yang dihapus, ditolak, atau belum diverifikasi."),
        )


def fallen_scores(run: SimImport) -> dict[int, tuple[int, int]]:
    """By library, the official points before this import and after it, where they are fewer; a
    library without a score before or after has none that fell."""
    brought = {
        library: (date.fromisoformat(day), points if was_there else None)
        for library, day, points, was_there in run.scores_before
    }
    scores: dict[int, list[tuple[date, int]]] = defaultdict(list)
    known = OfficialScore.objects.filter(library__in=brought, points__isnull=False)
    for library, day, points in known.order_by("as_of").values_list("library", "as_of", "points"):
        scores[library].append((day, points or 0))
    fallen = {}
    for library, (day, replaced) in brought.items():
        now = next((points for at, points in scores[library] if at == day), None)
        earlier = [points for at, points in scores[library] if at < day]
        before = replaced if replaced is not None else (earlier[-1] if earlier else None)
        if now is not None and before is not None and now < before:
            fallen[library] = before, now
    return fallen


# --- Nothing entered this month -------------------------------------------------------------------


def _nothing_entered(on: date) -> Iterator[News]:
    month = periods.first_of_month(on)
    if on.day < ASKED_FROM:
        return
    asked_from = periods.midnight(month.replace(day=ASKED_FROM))
    # An older feed knows nothing of these weeks: silence is not the library's then.
    if not SimImport.objects.done().filter(finished_at__gte=asked_from).exists():
        return
    said = {"month": periods.written(month)}
    yield from _news(
        [(library, "") for library in without_entries(month)],
        on,
        period=f"isian {periods.month_code(month)}",
        title=_("Belum ada isian SIM bulan ini (%(month)s)") % said,
        advice=_("Sudah diisi di SIM? Isian masuk ke portal pada impor berikutnya."),
    )


def without_entries(month: date) -> list[Library]:
    """Libraries that record in the SIM, took part in ``month``, and of which it tells nothing."""
    end = periods.last_day(month)
    told = MonthlyReport.objects.filter(source=Source.SIM, month=month, library=OuterRef("pk"))
    expected = Library.objects.filter(regency__reporting_mode=ReportingMode.SIM)
    away = expected.away_between(month, end)
    silent = expected.joined_by(end).exclude(Exists(told)).select_related("regency")
    return [
        library
        for library in silent.order_by("name", "pk")
        if participation.in_month(month, library.joined_on, away.get(library.pk, ()))
    ]


# --- To whom --------------------------------------------------------------------------------------


def _news(told: Told, on: date, *, period: str, title: str, advice: str) -> Iterator[News]:
    """A message to the librarians of each library, and one to the PIC of each regency."""
    if not told:
        return
    librarians = librarians_on(on)
    by_regency: dict[int, Told] = defaultdict(list)
    for library, words in told:
        by_regency[library.regency_id].append((library, words))
        for user in librarians.get(library.pk, ()):
            yield News(
                user=user,
                kind=MessageKind.SIM,
                subject=f"libraries.library:{library.pk}",
                period=period,
                title=f"{library.name}: {title}"[:200],
                text=f"{_line(library, words)}\n\n{advice}",
                link=library.get_absolute_url(),
            )
    posts = posts_on(Role.REGENCY_PIC, on).filter(region__level=Level.REGENCY)
    for user, regency in posts.values_list("user", "region"):
        if theirs := by_regency.get(regency):
            yield News(
                user=user,
                kind=MessageKind.SIM,
                subject=f"libraries.region:{regency}",
                period=period,
                title=title,
                text=f"{_listed(theirs)}\n\n{advice}",
                link=reverse("reports:libraries"),
            )


def _listed(told: Sequence[tuple[Library, str]]) -> str:
    lines = [_line(library, words) for library, words in told[:_LISTED]]
    if more := len(told) - len(lines):
        lines.append(
            ngettext("dan %(count)s perpustakaan lain", "dan %(count)s perpustakaan lain", more)
            % {"count": more}
        )
    return "\n".join(lines)


def _line(library: Library, words: str) -> str:
    return f"{library.name}: {words}" if words else library.name
