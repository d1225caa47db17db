"""Sending a month in, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import permissions, seals, signals, sim
from activities.enums import ReturnReason, ReviewAction, State
from activities.models import SEALED_FIELDS, Activity, MonthlyReport, Remark, ReviewEvent
from activities.services.refusals import (
    AllExcluded,
    ChangedMeanwhile,
    NothingToSubmit,
    NotItsEntry,
    NotNihil,
    VisitsMissing,
)
from activities.services.steps import lock, lock_editable, lock_waiting, touch
from tpbis.accounts import audit
from tpbis.accounts.models import User

JUDGED = ("state", "nihil", "seal")
# What a remark may point at: the fields of the entry forms.
REMARKABLE = frozenset({*SEALED_FIELDS, "held_on", "partner_name", "photos"} - {"kind"})


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why one entry of an approved report does not count."""

    reason: ReturnReason
    comment: str


@dataclass(frozen=True, slots=True)
class EntryRemark:
    """What is wrong with one entry of a report that goes back, or with one field of it."""

    entry: int  # pk of the Activity
    field: str  # of its form; "" is all of it
    reason: ReturnReason
    comment: str


NOTHING_EXCLUDED: Mapping[int, Exclusion] = MappingProxyType({})


@transaction.atomic
def submit(
    *,
    report: MonthlyReport,
    by: User,
    nihil: bool = False,
    seen: str = "",
    at: datetime | None = None,
) -> MonthlyReport:
    """Hand the month to the reviewer; from here on it is locked, its entries included.

    Pressed twice it is sent once: the second press gets the report that is waiting already.
    ``seen`` is the seal of the content as it was shown (:meth:`MonthlyReport.compute_seal`); where
    something was added or changed since, nothing is sent. What a reviewer had excluded is up for
    judgement again. Raises ``NothingToSubmit``, ``VisitsMissing``, ``NotNihil``, ``Locked``,
    ``ChangedMeanwhile``.
    """
    report = lock(report)
    if _is_sent_already(report, by, nihil=nihil):
        return report
    report = lock_editable(report, by)
    before = audit.values(report, JUDGED)
    at = at or timezone.now()
    if seen and seen != report.compute_seal():
        raise ChangedMeanwhile(
            _("Isi laporan ini berubah sejak Anda memeriksanya. Periksa sekali lagi, lalu kirim.")
        )
    _check_complete(report, nihil=nihil)
    action = (
        ReviewAction.SUBMITTED if report.first_submitted_at is None else ReviewAction.RESUBMITTED
    )
    _clear_exclusions(report)
    report.nihil = nihil
    report.state = State.SUBMITTED
    report.first_submitted_at = report.first_submitted_at or at
    report.submitted_at, report.submitted_by = at, by
    _move(report, action, by=by, at=at)
    _note("activities.submit", report, by, before)
    return report


@transaction.atomic
def approve(
    *,
    report: MonthlyReport,
    by: User,
    exclusions: Mapping[int, Exclusion] = NOTHING_EXCLUDED,
    seen: str = "",
    at: datetime | None = None,
) -> MonthlyReport:
    """What is approved is sealed and counts, but for the entries in ``exclusions`` (by pk): they
    are sealed with the reason why they do not.

    ``seen`` is the sending that the reviewer looked at (:attr:`MonthlyReport.sent_as`): where it
    came back and was sent again since, nothing is sealed unread. Raises ``NotWaiting``,
    ``ChangedMeanwhile``, ``NotItsEntry``, ``AllExcluded``, ``ValidationError``.
    """
    report = lock_waiting(report, by, seen=seen)
    before = audit.values(report, JUDGED)
    at = at or timezone.now()
    _exclude(report, exclusions)
    report.seal = report.compute_seal()
    report.state = State.APPROVED
    report.decided_at, report.decided_by = at, by
    _move(report, ReviewAction.APPROVED, by=by, at=at, seal=report.seal)
    _note("activities.approve", report, by, before, excluded=len(exclusions) or None)
    _announce(report)
    _hold_against_sim(report, at)
    return report


@transaction.atomic
def send_back(
    *,
    report: MonthlyReport,
    reason: ReturnReason | str,
    comment: str,
    by: User,
    remarks: Sequence[EntryRemark] = (),
    seen: str = "",
    at: datetime | None = None,
) -> MonthlyReport:
    """Return the report to its library with a reason code **and** words, on the whole or in
    ``remarks`` on single entries; a blank whole takes those of the first remark.

    ``seen`` as for :func:`approve`. Raises ``NotWaiting``, ``ChangedMeanwhile``, ``NotItsEntry``,
    ``ValidationError``.
    """
    report = lock_waiting(report, by, seen=seen)
    before = audit.values(report, JUDGED)
    said = _said_of_entries(report, remarks)
    if remarks:
        reason, comment = reason or remarks[0].reason, comment.strip() or remarks[0].comment
    if reason not in ReturnReason.values:
        raise ValidationError({"reason": _("Pilih alasannya.")})
    _need_words(comment)
    at = at or timezone.now()
    content = report.sealed_content()
    report.state = State.RETURNED
    report.decided_at, report.decided_by = at, by
    event = _move(
        report,
        ReviewAction.RETURNED,
        by=by,
        at=at,
        reason=ReturnReason(reason),
        comment=comment.strip(),
        content=content,
        seal=seals.seal_of(content),
    )
    for remark in said:
        remark.event = event
    Remark.objects.bulk_create(said)
    words = {"reason": ReturnReason(reason), "comment": comment.strip()}
    _note("activities.send_back", report, by, before, remarks=len(said) or None, **words)
    _announce(report, signals.report_returned)
    return report


@transaction.atomic
def reopen(
    *, report: MonthlyReport, comment: str, by: User, at: datetime | None = None
) -> MonthlyReport:
    """Break the seal of an approved report, with a reason; it no longer counts until approved.
    The sealed version stays readable in the event."""
    report = lock(report)
    if not permissions.can_reopen(by, report):
        raise PermissionDenied
    before = audit.values(report, JUDGED)
    _need_words(comment)
    at = at or timezone.now()
    broken, content = report.seal, report.sealed_content()
    report.seal = ""
    report.state = State.RETURNED
    report.decided_at, report.decided_by = at, by
    _move(
        report,
        ReviewAction.REOPENED,
        by=by,
        at=at,
        comment=comment.strip(),
        content=content,
        seal=broken,
    )
    _note("activities.reopen", report, by, before, comment=comment.strip())
    _announce(report)
    _hold_against_sim(report, at)
    _announce(report, signals.report_returned)
    return report


# --- The steps they share -----------------------------------------------------------------------


def _is_sent_already(report: MonthlyReport, by: User, *, nihil: bool) -> bool:
    """The same press again: what it asks for has happened and nobody has judged it yet."""
    return (
        report.state == State.SUBMITTED
        and report.nihil == nihil
        and permissions.can_record(by, report.library)
    )


def _check_complete(report: MonthlyReport, *, nihil: bool) -> None:
    has_entries = report.activities.exists()
    if nihil and has_entries:
        raise NotNihil
    if not nihil and not has_entries:
        raise NothingToSubmit
    if report.visits_total is None and not report.is_supplementary:
        raise VisitsMissing


def _clear_exclusions(report: MonthlyReport) -> None:
    excluded = report.activities.exclude(exclusion="")
    excluded.update(exclusion="", exclusion_comment="")


def _exclude(report: MonthlyReport, exclusions: Mapping[int, Exclusion]) -> None:
    """Set them anew: what an earlier approval left out counts unless it is named again."""
    _clear_exclusions(report)
    entries = list(report.activities.all()) if exclusions else []
    by_pk = {entry.pk: entry for entry in entries}
    if not exclusions.keys() <= by_pk.keys():
        raise NotItsEntry
    if entries and exclusions.keys() == by_pk.keys():
        raise AllExcluded
    excluded = []
    for pk, exclusion in exclusions.items():
        _need_words(exclusion.comment)
        entry = by_pk[pk]
        entry.exclusion = ReturnReason(exclusion.reason)
        entry.exclusion_comment = exclusion.comment.strip()
        excluded.append(entry)
    Activity.objects.bulk_update(excluded, ["exclusion", "exclusion_comment"])


def _hold_against_sim(report: MonthlyReport, at: datetime) -> None:
    """What the SIM tells of the month, too, counts once: as soon as this report counts, or again
    as soon as it does not."""
    sim.look_again_and_seal({(report.library_id, report.month)}, now=at)
    report.refresh_from_db(fields=["seal", "updated_at"])


def _said_of_entries(report: MonthlyReport, remarks: Sequence[EntryRemark]) -> list[Remark]:
    """Unsaved remarks; they name entries by uuid, so that they outlive them."""
    uuids = dict(report.activities.values_list("pk", "uuid")) if remarks else {}
    said = []
    for remark in remarks:
        if remark.entry not in uuids or remark.field not in REMARKABLE | {""}:
            raise NotItsEntry
        _need_words(remark.comment)
        said.append(
            Remark(
                entry=uuids[remark.entry],
                field=remark.field,
                reason=ReturnReason(remark.reason),
                comment=remark.comment.strip(),
            )
        )
    return said


def _move(
    report: MonthlyReport,
    action: ReviewAction,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    comment: str = "",
    seal: str = "",
    content: seals.Content | None = None,
) -> ReviewEvent:
    touch(report)
    return ReviewEvent.objects.create(
        report=report,
        action=action,
        at=at,
        by=by,
        reason=reason,
        comment=comment,
        seal=seal,
        content=content,
    )


def _note(
    action: str, report: MonthlyReport, by: User, before: dict[str, Any], **words: Any
) -> None:
    """The whole seal goes into the audit: its chain then vouches for the content, too."""
    changes = audit.difference(before, {**audit.values(report, JUDGED), **words})
    audit.record(action, by=by, subject=report, about=report.library, changes=changes)


def _need_words(comment: str) -> None:
    if not comment.strip():
        raise ValidationError({"comment": _("Tulis penjelasan singkat.")})


def _announce(report: MonthlyReport, what: Signal = signals.approved_content_changed) -> None:
    transaction.on_commit(
        partial(what.send_robust, sender=MonthlyReport, report_id=report.pk),
    )
