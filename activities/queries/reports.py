"""What is in a report, what it lacks, what is odd about it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.enums import Kind, ReviewAction, ServiceForm
from activities.models import Activity, MonthlyReport, Remark, ReviewEvent
from activities.queries import wanted
from libraries.models import Library
from tpbis.core import periods

MANY_PARTICIPANTS = 500  # worth a second look in a village
MANY_ON_ONE_DAY = 6


@dataclass(frozen=True, slots=True)
class KindSection:
    """The entries of one kind in a report, and what was said of them when it came back."""

    kind: Kind
    entries: tuple[Activity, ...]
    remarks: Mapping[UUID, Sequence[Remark]] = field(default_factory=dict)

    @property
    def remarked(self) -> list[tuple[Activity, Sequence[Remark]]]:
        return [(entry, self.remarks.get(entry.uuid, ())) for entry in self.entries]

    @property
    def excluded(self) -> int:
        """How many of them do not count."""
        return sum(1 for entry in self.entries if entry.is_excluded)


def listed(pks: Sequence[int]) -> list[MonthlyReport]:
    """The reports of one page of a long list, in its order: counting the entries of all of them
    to show thirty takes ten times as long."""
    found = MonthlyReport.objects.for_list().in_bulk(pks)
    return [found[pk] for pk in pks]


def sections(
    entries: Iterable[Activity], remarks: Mapping[UUID, Sequence[Remark]] | None = None
) -> list[KindSection]:
    """``entries`` by kind, all four kinds, in the order of the programme."""
    by_kind: dict[str, list[Activity]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind].append(entry)
    return [KindSection(kind, tuple(by_kind[kind]), remarks or {}) for kind in Kind]


def last_objection(events: Sequence[ReviewEvent]) -> ReviewEvent | None:
    """Why a returned report came back: the latest return or reopening."""
    objections = (ReviewAction.RETURNED, ReviewAction.REOPENED)
    return next((event for event in reversed(events) if event.action in objections), None)


def missing(report: MonthlyReport, entries: Sequence[Activity]) -> list[str]:
    """What a reviewer would ask for, in words. Needs ``photos`` prefetched."""
    return [want.text for want in wanted.lacking(report, entries)]


def unserved(report: MonthlyReport, entries: Sequence[Activity]) -> list[str]:
    """General components without an entry this month, in words."""
    return [want.text for want in wanted.unserved(report, entries)]


def odd(report: MonthlyReport, entries: Sequence[Activity]) -> list[str]:
    """What is allowed but worth a second look before it is sent; what else is odd, the flags say
    (:mod:`activities.flags`)."""
    found = []
    if report.is_editable and timezone.localdate() <= periods.last_day(report.month):
        found.append(
            _("%(month)s belum berakhir. Kegiatan yang menyusul nanti masuk laporan susulan.")
            % {"month": periods.written(report.month)}
        )
    on_day = Counter(entry.held_on for entry in entries)
    found += [
        _("%(count)s catatan bertanggal sama: %(day)s.")
        % {"count": count, "day": date_format(day, "j F Y")}
        for day, count in on_day.items()
        if count >= MANY_ON_ONE_DAY
    ]
    found += [
        _("“%(title)s”: %(count)s peserta. Angkanya benar?")
        % {"title": entry.title, "count": entry.participants_total}
        for entry in entries
        if entry.participants_total == 0 or (entry.participants_total or 0) >= MANY_PARTICIPANTS
    ]
    return found


def latest_snapshot(library: Library) -> Activity | None:
    """The newest half-yearly picture of books, computers and bandwidth that counts."""
    approved = MonthlyReport.objects.approved().filter(library=library)
    snapshots = Activity.objects.counted().filter(service_form=ServiceForm.SNAPSHOT)
    pictures = snapshots.filter(report__in=approved)
    return pictures.order_by("-held_on", "-pk").first()
