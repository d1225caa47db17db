"""Sealed versions of a report, and what changed between two of them, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from lokal import format_rupiah

from activities import seals
from activities.changes import Changes, Difference, compare
from activities.enums import AdvocacyAudience, Kind, ReturnReason
from activities.models import (
    SEALED_FIELDS,
    Activity,
    MonthlyReport,
    Remark,
    ReviewEvent,
    field_label,
)
from tpbis.accounts.models import User

FIELD_ORDER = ("held_on", *SEALED_FIELDS, "partner_name", "photos", "exclusion")
_CHUNK = 500  # reports whose seals are computed at a time


@dataclass(frozen=True, slots=True)
class Said:
    """One field that differs: its name and both values as people say them."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class EntryTold:
    """What became of one entry: "added", "removed" or "changed"."""

    uuid: UUID
    title: str
    what: str
    fields: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangesTold:
    """:class:`Changes` in words."""

    month: tuple[Said, ...]  # visits, nihil
    entries: tuple[EntryTold, ...]

    def __bool__(self) -> bool:
        return bool(self.month or self.entries)


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """An entry as it was sealed; ``activity`` is not in the database."""

    activity: Activity
    hashes: tuple[str, ...]  # of all its photos, also of those taken off since
    remarks: tuple[Remark, ...] = ()  # why it came back


@dataclass(frozen=True, slots=True)
class VersionSection:
    kind: Kind
    entries: tuple[VersionEntry, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A report as it was when it came back, and what it became after that."""

    event: ReviewEvent
    sections: tuple[VersionSection, ...]
    visits: Mapping[str, int | None]
    nihil: bool
    fits: bool  # the content still is what its seal says
    following: ReviewEvent | None  # the next version; without one, the report as it stands
    changes: ChangesTold


def versions_visible_to(user: User) -> QuerySet[ReviewEvent]:
    """Of the reports somebody may see, those steps that kept the content."""
    reports = MonthlyReport.objects.visible_to(user)
    return ReviewEvent.objects.filter(report__in=reports, content__isnull=False).select_related(
        "by", "report__library__region", "report__library__regency"
    )


def version(event: ReviewEvent) -> Version:
    """What ``event`` kept, with the differences to the version that followed."""
    content: dict[str, Any] = event.content or {}
    following = (
        ReviewEvent.objects.filter(report=event.report_id, pk__gt=event.pk, content__isnull=False)
        .order_by("pk")
        .first()
    )
    after = (following.content or {}) if following else event.report.sealed_content()
    return Version(
        event=event,
        sections=tuple(_sections(event, content.get("entries", []))),
        visits=content.get("visits", {}),
        nihil=bool(content.get("nihil")),
        fits=seals.seal_of(content) == event.seal,
        following=following,
        changes=told(compare(content, after)),
    )


def broken_seals(reports: QuerySet[MonthlyReport]) -> Iterator[MonthlyReport]:
    """Those of the approved ``reports`` whose content is no longer what their seal says."""
    approved = reports.filter(seal__gt="").order_by("pk")
    pks = list(approved.values_list("pk", flat=True))
    for start in range(0, len(pks), _CHUNK):
        chunk = MonthlyReport.objects.filter(pk__in=pks[start : start + _CHUNK])
        for report in chunk.with_content().order_by("pk"):
            if report.seal_over(report.activities.all()) != report.seal:
                yield report


# --- In words -------------------------------------------------------------------------------------


def told(changes: Changes) -> ChangesTold:
    """Entry by entry in the order of their days, field by field in the order of the form."""
    entries = [
        *(_entry_told(uuid, entry, "removed") for uuid, entry in changes.removed.items()),
        *(
            EntryTold(uuid, changes.titles[uuid], "changed", tuple(_fields_told(fields)))
            for uuid, fields in changes.changed.items()
        ),
        *(_entry_told(uuid, entry, "added") for uuid, entry in changes.added.items()),
    ]
    return ChangesTold(month=tuple(_month_told(changes)), entries=tuple(entries))


def _entry_told(uuid: UUID, entry: Mapping[str, Any], what: str) -> EntryTold:
    return EntryTold(uuid, str(entry.get("title", "")), what)


def _month_told(changes: Changes) -> Iterator[Said]:
    if changes.nihil is not None:
        was, now = (_("ya") if value else _("tidak") for value in changes.nihil)
        yield Said(_("nihil"), was, now)
    labels = {
        "men": _("pengunjung laki-laki"),
        "women": _("pengunjung perempuan"),
        "total": _("jumlah pengunjung"),
    }
    for name, label in labels.items():
        if name in changes.visits:
            old, new = changes.visits[name]
            yield Said(label, _value_told(name, old), _value_told(name, new))


def _fields_told(fields: Mapping[str, Difference]) -> Iterator[Said]:
    def place(name: str) -> int:
        return FIELD_ORDER.index(name) if name in FIELD_ORDER else len(FIELD_ORDER)

    for name in sorted(fields, key=place):
        old, new = fields[name]
        if name == "photos":
            yield _photos_told(old or [], new or [])
        else:
            label = _("penilaian") if name == "exclusion" else field_label(name)
            yield Said(label, _value_told(name, old), _value_told(name, new))


def _photos_told(old: Sequence[str], new: Sequence[str]) -> Said:
    fresh = len(set(new) - set(old))
    text = _("%(count)s foto") % {"count": len(new)} if new else _("tanpa foto")
    if fresh and old:
        text = _("%(photos)s, %(fresh)s di antaranya baru") % {"photos": text, "fresh": fresh}
    before = _("%(count)s foto") % {"count": len(old)} if old else _("tanpa foto")
    return Said(field_label("photos"), before, text)


def _value_told(name: str, value: Any) -> str:
    if name == "exclusion":
        return _exclusion_told(value)
    if value is None or value in ("", []):
        return _("kosong")
    if name == "held_on":
        return date_format(date.fromisoformat(value), "j F Y")
    if name == "amount":
        return str(format_rupiah(value))
    if name == "audiences":
        names = dict(AdvocacyAudience.choices)
        return ", ".join(str(names.get(one, one)) for one in value)
    if isinstance(value, int):
        return number_format(value, 0, use_l10n=True, force_grouping=True)
    return _choice_told(name, str(value))


def _choice_told(name: str, value: str) -> str:
    field = Activity._meta.get_field(name) if name in SEALED_FIELDS else None
    return str(dict(getattr(field, "choices", None) or ()).get(value, value))


def _exclusion_told(value: Sequence[str] | None) -> str:
    if not value:
        return _("dihitung")
    reason, comment = value
    label = dict(ReturnReason.choices).get(reason, reason)
    return _("tidak dihitung: %(reason)s. %(comment)s") % {"reason": label, "comment": comment}


# --- As it was ------------------------------------------------------------------------------------


def _sections(event: ReviewEvent, entries: Sequence[Mapping[str, Any]]) -> Iterator[VersionSection]:
    remarks = list(Remark.objects.filter(event=event).order_by("pk"))
    ordered = sorted(entries, key=lambda entry: (entry.get("held_on", ""), entry["uuid"]))
    found = [_entry(event.report, entry, remarks) for entry in ordered]
    for kind in Kind:
        yield VersionSection(kind, tuple(one for one in found if one.activity.kind == kind))


def _entry(
    report: MonthlyReport, said: Mapping[str, Any], remarks: Sequence[Remark]
) -> VersionEntry:
    reason, comment = said.get("exclusion") or ("", "")
    number = UUID(said["uuid"])
    return VersionEntry(
        activity=Activity(
            report=report,
            uuid=number,
            held_on=date.fromisoformat(said["held_on"]),
            exclusion=reason,
            exclusion_comment=comment,
            **{name: said[name] for name in (*SEALED_FIELDS, "partner_name") if name in said},
        ),
        hashes=tuple(said.get("photos") or ()),
        remarks=tuple(remark for remark in remarks if remark.entry == number),
    )
