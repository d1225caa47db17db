"""Flags in words, for somebody: what lies outside the places of who reads is not named."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from activities.enums import Source
from activities.flags.kinds import FlagKind
from activities.flags.reading import findings_of
from activities.flags.rules import Finding
from activities.models import Activity, MonthlyReport
from tpbis.accounts.models import User
from tpbis.core import periods


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at twice: about ``entry``, or about the report; ``link`` leads to what it
    is compared with, where the reader may see that."""

    kind: FlagKind
    entry: Activity | None
    text: str
    link: str = ""


def kinds_of(reports: Sequence[MonthlyReport]) -> dict[int, frozenset[FlagKind]]:
    """Which kinds of flags each of ``reports`` has, by its key; no words, so fit for hundreds."""
    return {pk: frozenset(one.kind for one in found) for pk, found in findings_of(reports).items()}


def flags_of(
    reports: Sequence[MonthlyReport], *, seen_by: User | None = None
) -> dict[int, list[Flag]]:
    """The flags of each of ``reports``, by its key, in words for ``seen_by``; without a reader no
    other library is named. A constant number of queries."""
    found = findings_of(reports)
    prefetch_related_objects(list(reports), "activities")
    entries = {entry.pk: entry for report in reports for entry in report.activities.all()}
    others = _others(found.values(), entries)
    visible = _visible(others, seen_by)
    order = list(FlagKind)
    return {
        report.pk: [
            _flag(one, report, entries, others, visible)
            for one in sorted(found.get(report.pk, ()), key=lambda one: order.index(one.kind))
        ]
        for report in reports
    }


def sentences(flags: Iterable[Flag]) -> list[str]:
    """Flags that stand away from the entries they concern, which are therefore named."""
    return [f"“{flag.entry.title}”: {flag.text}" if flag.entry else flag.text for flag in flags]


def _others(
    found: Iterable[Collection[Finding]], known: dict[int, Activity]
) -> dict[int, Activity]:
    """The entries compared with, with their library."""
    pks = {one.other for findings in found for one in findings if one.other is not None}
    rows = Activity.objects.filter(pk__in=pks).select_related("report__library__regency")
    return {entry.pk: entry for entry in rows}


def _visible(others: dict[int, Activity], reader: User | None) -> frozenset[int]:
    if reader is None or not others:
        return frozenset()
    seen = Activity.objects.visible_to(reader).filter(pk__in=others.keys())
    return frozenset(seen.values_list("pk", flat=True))


def _flag(
    one: Finding,
    report: MonthlyReport,
    entries: dict[int, Activity],
    others: dict[int, Activity],
    visible: frozenset[int],
) -> Flag:
    entry = entries[one.entry] if one.entry is not None else None
    other = others[one.other] if one.other is not None else None
    if other is None:
        return Flag(one.kind, entry, _said_alone(one, entry))
    return Flag(
        one.kind, entry, _compared(one, report, other, visible), _link(report, other, visible)
    )


def _said_alone(one: Finding, entry: Activity | None) -> str:
    if one.kind == FlagKind.CROWD and entry is not None:
        return _("%(count)s peserta, biasanya sekitar %(usual)s di perpustakaan ini.") % {
            "count": _number(entry.participants_total or 0),
            "usual": _number(round(one.number)),
        }
    if one.kind == FlagKind.BATCH and one.day is not None:
        return _("%(count)s catatan perpustakaan ini dimasukkan pada %(day)s.") % {
            "count": _number(one.number),
            "day": date_format(one.day, "j F Y"),
        }
    if one.kind == FlagKind.LATE:
        return _("Dicatat %(days)s hari sesudah kegiatannya.") % {"days": _number(one.number)}
    return _("Bertanggal 1 Januari. Benar hari itu?")


def _compared(one: Finding, report: MonthlyReport, other: Activity, visible: frozenset[int]) -> str:
    said = {
        "where": _where(report, other, visible),
        "title": other.title,
        "day": date_format(other.held_on, "j F Y"),
    }
    if one.kind == FlagKind.PHOTO:
        return _said_of_a_photo(one, said, is_named=_is_named(report, other, visible))
    if one.kind == FlagKind.DOUBLE:
        return _("Judul dan tanggalnya sama dengan catatan lain di %(where)s.") % said
    if one.kind == FlagKind.SIMILAR:
        return _("Mirip “%(title)s”, %(day)s, di %(where)s.") % said
    if not _is_named(report, other, visible):
        return _("Judul yang sama tercatat di %(where)s pada waktu berdekatan.") % said
    if other.participants_total is None:
        return _("Judul yang sama tercatat di %(where)s, %(day)s.") % said
    return _("Judul yang sama tercatat di %(where)s, %(day)s, %(count)s peserta.") % {
        **said,
        "count": _number(other.participants_total),
    }


def _said_of_a_photo(one: Finding, said: dict[str, str], *, is_named: bool) -> str:
    if not is_named and one.number:
        return _("Fotonya mirip foto di %(where)s.") % said
    if not is_named:
        return _("Fotonya sudah pernah dipakai di %(where)s.") % said
    if one.number:
        return _("Fotonya mirip foto “%(title)s”, %(day)s, di %(where)s.") % said
    return _("Fotonya sudah dipakai untuk “%(title)s”, %(day)s, di %(where)s.") % said


def _is_named(report: MonthlyReport, other: Activity, visible: frozenset[int]) -> bool:
    return other.report.library_id == report.library_id or other.pk in visible


def _where(report: MonthlyReport, other: Activity, visible: frozenset[int]) -> str:
    there = other.report
    if there.pk == report.pk:
        return _("laporan ini")
    if there.library_id != report.library_id:
        if other.pk not in visible:
            return _("perpustakaan lain")
        return _("%(library)s, %(regency)s") % {
            "library": there.library.name,
            "regency": there.library.regency.short_name,
        }
    month = periods.written(there.month)
    if there.source == Source.SIM:
        return _("data SIM %(month)s") % {"month": month}
    if there.is_supplementary:
        return _("laporan susulan %(month)s") % {"month": month}
    return _("laporan %(month)s") % {"month": month}


def _link(report: MonthlyReport, other: Activity, visible: frozenset[int]) -> str:
    anchor = f"#catatan-{other.pk}"
    if other.report_id == report.pk:
        return anchor
    return f"{other.report.get_absolute_url()}{anchor}" if other.pk in visible else ""


def _number(count: float) -> str:
    return number_format(int(count), 0, use_l10n=True, force_grouping=True)
