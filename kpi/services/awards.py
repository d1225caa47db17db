"""The only writers of awards: what the province decides, and what a merger does to it."""

from collections.abc import Mapping
from datetime import date, datetime
from operator import attrgetter

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kpi import permissions, queries, signals
from kpi.enums import AwardDecision
from kpi.models import Award, Closing
from libraries.models import Library
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import periods

_SAID = ("decision", "decided_on", "note")


class DecidedMeanwhile(Exception):
    """Somebody else decided about some of these after they were looked at; nothing was written."""

    def __init__(self, awards: list[Award]) -> None:
        self.awards = tuple(awards)
        told = "; ".join(_told(award) for award in awards)
        super().__init__(_("Sudah diputuskan orang lain: %(awards)s.") % {"awards": told})


def _told(award: Award) -> str:
    return _("%(library)s (%(decision)s oleh %(name)s, %(day)s)") % {
        "library": award.library.name,
        "decision": str(award.get_decision_display()).lower(),
        "name": award.decided_by.full_name,
        "day": date_format(award.decided_on, "j F Y"),
    }


@transaction.atomic
def decide(
    *,
    closing: Closing,
    libraries: Mapping[int, str],
    decision: AwardDecision,
    decided_on: date,
    note: str,
    by: User,
    at: datetime | None = None,
) -> list[Award]:
    """One decision about each of ``libraries``: their keys, with the decision that ``by`` had
    before their eyes (:func:`kpi.queries.award_seen_as`). A decision may be changed; whoever has
    not seen the one there is gets :class:`DecidedMeanwhile`. All of it or nothing.

    Raises ``ValidationError`` naming the field: nobody chosen, not green then, a day that cannot
    be, no note.
    """
    if not permissions.decides_awards(by):
        raise PermissionDenied
    at = at or timezone.now()
    # The libraries first, as a merger does: what is decided here is there before it, or after.
    chosen = Library.objects.visible_to(by).filter(pk__in=libraries)
    held = chosen.select_for_update(of=("self",), no_key=True).order_by("pk")
    known = {library.pk: library for library in sorted(held, key=attrgetter("name", "pk"))}
    if len(known) != len(libraries):
        raise PermissionDenied
    # One decision about a closing at a time; nothing of its row is changed.
    closing = Closing.objects.select_for_update(of=("self",), no_key=True).get(pk=closing.pk)
    _refuse(closing, known, decided_on, note, timezone.localdate(at))
    there = {
        award.library_id: award
        for award in Award.objects.filter(closing=closing, library__in=known).select_related(
            "library", "decided_by"
        )
    }
    unseen = [award for pk, award in there.items() if libraries[pk] != queries.award_seen_as(award)]
    if unseen:
        raise DecidedMeanwhile(unseen)
    return [
        _write(
            there.get(pk) or Award(closing=closing, library=library),
            {"decision": decision, "decided_on": decided_on, "note": note.strip()},
            by,
            at,
        )
        for pk, library in known.items()
    ]


def _refuse(
    closing: Closing, chosen: Mapping[int, Library], decided_on: date, note: str, today: date
) -> None:
    """Raises ``ValidationError`` with everything that is wrong, by field."""
    wrong: dict[str, str] = {}
    green = queries.green_at(closing, Library.objects.filter(pk__in=chosen))
    others = [library.name for pk, library in chosen.items() if pk not in green]
    if not chosen:
        wrong["libraries"] = _("Pilih paling sedikit satu perpustakaan.")
    elif others:
        wrong["libraries"] = _("Tidak hijau pada penutupan %(month)s: %(names)s.") % {
            "month": periods.written(closing.through),
            "names": ", ".join(others),
        }
    closed_on = timezone.localdate(closing.as_of)
    if not closed_on <= decided_on <= today:
        wrong["decided_on"] = _(
            "Pilih tanggal antara penutupan (%(first)s) dan hari ini (%(last)s)."
        ) % {"first": date_format(closed_on, "j F Y"), "last": date_format(today, "j F Y")}
    if not note.strip():
        wrong["note"] = _("Tulis alasan atau dasar keputusannya.")
    if wrong:
        raise ValidationError(wrong)


def _write(award: Award, said: Mapping[str, object], by: User, at: datetime) -> Award:
    is_new = award.pk is None
    before = {} if is_new else audit.values(award, _SAID)
    for field, value in said.items():
        setattr(award, field, value)
    award.decided_at, award.decided_by = at, by
    award.full_clean()
    award.save()
    changes = audit.difference(before, said)
    if is_new:
        changes["month"] = [None, award.closing.through]
    audit.record("kpi.decide_award", by=by, subject=award, about=award.library, changes=changes)
    return award


@transaction.atomic
def move_awards(*, keep: Library, duplicate: Library, by: User) -> None:
    """What was decided about ``duplicate`` is ``keep``'s when the two become one library. Of two
    decisions for one closing the survivor's stays; the audit keeps what the other one said. Whoever
    merges holds both libraries, so that nobody decides about them meanwhile."""
    theirs = Award.objects.filter(library=duplicate)
    decided = {award.closing_id: award for award in Award.objects.filter(library=keep)}
    for award in theirs.filter(closing__in=decided).select_related("closing"):
        said = {**audit.values(award, _SAID), "month": award.closing.through}
        changes = {field: [value, None] for field, value in said.items()}
        audit.record("kpi.drop_award", by=by, subject=award, about=keep, changes=changes)
        stays = decided[award.closing_id]
        signals.award_dropping.send(sender=Award, award=award, stays=stays, by=by)
        award.delete()
    theirs.update(library=keep)
