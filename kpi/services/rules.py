"""The only writers of rule sets: drafted from a version, changed by whoever saw it last, published
once, or discarded. Afterwards the database refuses every change."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kpi import permissions
from kpi.enums import Measure, Per, RuleState, RunReason
from kpi.models import Indicator, RuleSet
from kpi.queries import rules as versions
from kpi.services.runs import start_run
from tpbis.accounts import audit

if TYPE_CHECKING:
    from tpbis.accounts.models import User

# What may hold the colour: visits, publications and stories never open the gate.
GATING = (Measure.INVOLVEMENT, Measure.ADVOCACY, Measure.SERVICE)
# People come with activities: no entry of their own to be asked for, and no effort.
NOT_ASKED_FOR = frozenset({Measure.PARTICIPANTS})
FULL = 100  # points
MOST_SIGNS = 24  # of sustainability a year: two a month
_SIMPLE = (
    "yellow_above",
    "green_above",
    "green_needs_signs",
    "general",
    "participants_each",
    "noise_gap",
    "note",
)


_Wrong = tuple[str, str]  # field, what is wrong with it


class AlreadyPublished(Exception):
    """A published version stays as it is."""

    def __init__(self, rule_set: RuleSet) -> None:
        super().__init__(
            _("Aturan ini sudah terbit sebagai versi %(version)s dan tidak bisa diubah lagi.")
            % {"version": rule_set.version}
        )
        self.rule_set = rule_set


class DraftIsGone(Exception):
    """Somebody discarded it meanwhile."""

    def __str__(self) -> str:
        return _("Draf ini baru saja dibuang orang lain.")


class DraftChanged(Exception):
    """Somebody saved the draft after it was looked at."""

    def __init__(self, stored: RuleSet) -> None:
        super().__init__(
            _("Draf ini disimpan orang lain sesudah Anda membukanya. Isian Anda belum disimpan.")
        )
        self.stored = stored


@dataclass(frozen=True, slots=True)
class IndicatorContent:
    """``points`` for ``count`` of ``measure`` every ``per_months`` months due."""

    measure: str
    component: str
    points: int
    count: int
    per_months: int
    ceiling: int
    effort: int


@dataclass(frozen=True, slots=True)
class RuleContent:
    """All a draft says; thresholds and the noise gap in thousandths."""

    indicators: tuple[IndicatorContent, ...]
    yellow_above: int
    green_above: int
    green_needs_signs: int
    general: tuple[str, ...]
    participants_each: int
    noise_gap: int
    note: str = ""

    @property
    def total(self) -> int:
        return sum(one.points for one in self.indicators)


# --- What rules must keep -------------------------------------------------------------------------


def check_rules(content: RuleContent) -> None:
    """Raises a ValidationError that names the fields: those of the content, ``total``, and those
    of an indicator with its measure behind (``count_advocacy``)."""
    wrong: dict[str, list[str]] = {}
    for field, text in [*_wrong_in_rows(content), *_wrong_in_gates(content)]:
        wrong.setdefault(field, []).append(text)
    if wrong:
        raise ValidationError(wrong)


def _wrong_in_rows(content: RuleContent) -> Sequence[_Wrong]:
    found = [(f"{field}_{one.measure}", t) for one in content.indicators for field, t in _row(one)]
    missing = FULL - content.total
    if missing:
        how = _("kurang %(points)s") if missing > 0 else _("kelebihan %(points)s")
        found.append(
            (
                "total",
                _("Jumlahnya %(total)s, harus 100: %(how)s.")
                % {"total": content.total, "how": how % {"points": abs(missing)}},
            )
        )
    return found


def _row(one: IndicatorContent) -> Sequence[_Wrong]:
    found = []
    if one.points < 1:
        found.append(("points", _("Paling sedikit 1.")))
    if one.count < 1:
        found.append(("count", _("Paling sedikit 1.")))
    if one.per_months not in Per.values:
        found.append(("per", _("Pilih satuan waktunya.")))
    if one.measure == Measure.VISIT_MONTHS and one.count > one.per_months:
        text = _("Sebulan hanya ada satu data pengunjung: untuk %(per)s paling banyak %(most)s.")
        per = Per(one.per_months).label if one.per_months in Per.values else "–"
        found.append(("count", text % {"per": per, "most": one.per_months}))
    if one.measure == Measure.SUSTAINABILITY and one.count * 12 > MOST_SIGNS * one.per_months:
        text = _("Paling banyak %(most)s tanda setahun.") % {"most": MOST_SIGNS}
        found.append(("count", text))
    if one.effort < 1:
        found.append(("effort", _("Paling sedikit 1.")))
    return found


def _wrong_in_gates(content: RuleContent) -> Sequence[_Wrong]:
    found = [*_wrong_in_thresholds(content), *_wrong_in_general(content)]
    used = {one.measure for one in content.indicators}
    if content.participants_each < 1:
        found.append(("participants_each", _("Paling sedikit 1 orang.")))
    if content.green_needs_signs and Measure.SUSTAINABILITY not in used:
        text = _("Tanda keberlanjutan menjadi syarat hijau, jadi harus punya poin; atau tulis 0.")
        found.append(("green_needs_signs", text))
    return found


def _wrong_in_thresholds(content: RuleContent) -> Sequence[_Wrong]:
    if content.green_above >= FULL * 1000:
        return [("green_above", _("Paling tinggi 99: di atas 100 poin tidak ada apa-apa."))]
    if content.green_above <= content.yellow_above:
        text = _("Batas hijau harus di atas batas kuning (%(yellow)s).")
        return [("green_above", text % {"yellow": content.yellow_above // 1000})]
    return []


def _wrong_in_general(content: RuleContent) -> Sequence[_Wrong]:
    """One that earns no points could be named by no page and asked for by no shortest path."""
    if not content.general:
        return [("general", _("Pilih paling sedikit satu komponen umum."))]
    if not set(content.general) <= set(GATING):
        return [("general", _("Kunjungan, publikasi, dan cerita tidak menjadi komponen umum."))]
    used = {one.measure for one in content.indicators}
    text = _("%(measure)s menjadi komponen umum, jadi harus punya poin.")
    return [
        ("general", text % {"measure": Measure(measure).label.capitalize()})
        for measure in content.general
        if measure not in used
    ]


def saved_at(draft: RuleSet) -> str:
    """When the draft was last saved: another answer means that somebody saved it since."""
    return draft.changed_at.astimezone(UTC).isoformat()


def content_of(rule_set: RuleSet) -> RuleContent:
    names = IndicatorContent.__dataclass_fields__
    return RuleContent(
        indicators=tuple(
            IndicatorContent(**row)
            for row in rule_set.indicators.order_by("position", "pk").values(*names)
        ),
        **{name: getattr(rule_set, name) for name in _SIMPLE if name != "general"},
        general=tuple(rule_set.general),
    )


# --- Drafts ---------------------------------------------------------------------------------------


@transaction.atomic
def draft_from(rule_set: RuleSet, *, by: "User", at: datetime | None = None) -> RuleSet:
    """A draft that says what ``rule_set`` says, without its note."""
    _must_keep(by)
    at = at or timezone.now()
    content = content_of(rule_set)
    draft = RuleSet.objects.create(
        group=rule_set.group,
        based_on=rule_set if not rule_set.is_draft else rule_set.based_on,
        author=by,
        created_at=at,
        changed_at=at,
        **{name: getattr(content, name) for name in _SIMPLE if name not in ("general", "note")},
        general=list(content.general),
    )
    _write_indicators(draft, content.indicators)
    audit.record("kpi.draft_rules", by=by, subject=draft, changes={"group": [None, draft.group]})
    return draft


@transaction.atomic
def change_draft(
    *,
    draft: RuleSet,
    content: RuleContent,
    seen: str | None,
    by: "User",
    at: datetime | None = None,
) -> RuleSet:
    """``seen`` is what :func:`saved_at` said as ``by`` opened the draft. Raises
    :class:`DraftChanged` when somebody saved it since, and what :func:`check_rules` raises."""
    _must_keep(by)
    check_rules(content)
    draft = _locked_draft(draft.pk, seen)
    before = content_of(draft)
    if content == before:
        return draft
    for name in _SIMPLE:
        setattr(draft, name, getattr(content, name))
    draft.general = list(content.general)
    # Strictly later, whatever the clock says: it is what the next one to save has seen.
    draft.changed_at = max(at or timezone.now(), draft.changed_at + timedelta(microseconds=1))
    draft.save()
    draft.indicators.all().delete()
    _write_indicators(draft, content.indicators)
    draft.__dict__.pop("rules", None)
    changes = _difference(before, content)
    audit.record("kpi.change_rules", by=by, subject=draft, changes=changes)
    return draft


@transaction.atomic
def discard(*, draft: RuleSet, by: "User") -> None:
    _must_keep(by)
    draft = _locked_draft(draft.pk, None)
    audit.record("kpi.discard_rules", by=by, subject=draft)
    draft.indicators.all().delete()
    draft.delete()


# --- Publishing -----------------------------------------------------------------------------------


def check_valid_from(group: str, day: date, *, at: datetime | None = None) -> None:
    """Raises a ValidationError of ``valid_from``: a closed month stays as it was scored, and one
    day has one version."""
    first, last = versions.open_from(at), versions.open_until(at)
    text = ""
    if day < first:
        closed = versions.last_closed_month(at)
        text = _("%(month)s sudah ditutup dan skornya tetap. Pilih %(first)s atau sesudahnya.") % {
            "month": date_format(closed, "F Y"),
            "first": date_format(first, "j F Y"),
        }
    elif day > last:
        text = _("Paling lambat %(last)s.") % {"last": date_format(last, "j F Y")}
    else:
        taken = RuleSet.objects.published().filter(group=group, valid_from=day).first()
        if taken:
            text = _("Versi %(version)s sudah berlaku sejak hari itu. Pilih hari lain.") % {
                "version": taken.version
            }
    if text:
        raise ValidationError({"valid_from": text})


@transaction.atomic
def publish(
    *,
    draft: RuleSet,
    valid_from: date,
    note: str,
    seen: str | None,
    by: "User",
    at: datetime | None = None,
) -> RuleSet:
    """From now on nobody changes it. What was previewed is what is published: raises
    :class:`DraftChanged` when it was saved since. A run scores everything anew."""
    _must_keep(by)
    at = at or timezone.now()
    if not note.strip():
        raise ValidationError({"note": _("Tulis apa yang berubah dan mengapa.")})
    draft = _locked_draft(draft.pk, seen)
    check_rules(content_of(draft))
    check_valid_from(draft.group, valid_from, at=at)
    of_group = RuleSet.objects.filter(group=draft.group)
    last = of_group.aggregate(last=Max("version"))["last"] or 0
    draft.state, draft.version = RuleState.PUBLISHED, last + 1
    draft.valid_from, draft.note = valid_from, note.strip()
    draft.published_at, draft.publisher = at, by
    draft.save()
    draft.__dict__.pop("rules", None)
    audit.record(
        "kpi.publish_rules",
        by=by,
        subject=draft,
        changes={"version": [None, draft.version], "valid_from": [None, valid_from]},
    )
    start_run(RunReason.RULES, by=by, at=at)
    return draft


# --- Rows -----------------------------------------------------------------------------------------


def _must_keep(by: "User") -> None:
    if not permissions.keeps_rules(by):
        raise PermissionDenied


def _locked_draft(pk: int, seen: str | None) -> RuleSet:
    """The draft as it is now, held with all versions of its group: two drafts that are published
    at the same moment must not get one number."""
    group = RuleSet.objects.filter(pk=pk).values_list("group", flat=True).first()
    of_group = RuleSet.objects.filter(group=group).order_by("pk")
    # Whoever scores refers to published versions: that must go on.
    rows = of_group.select_for_update(of=("self",), no_key=True)
    draft = next((one for one in rows if one.pk == pk), None)
    if draft is None:
        raise DraftIsGone
    if not draft.is_draft:
        raise AlreadyPublished(draft)
    if seen is not None and saved_at(draft) != seen:
        raise DraftChanged(draft)
    return draft


def _write_indicators(draft: RuleSet, indicators: Sequence[IndicatorContent]) -> None:
    Indicator.objects.bulk_create(
        Indicator(rule_set=draft, position=position, **asdict(one))
        for position, one in enumerate(indicators, 1)
    )


def _difference(before: RuleContent, after: RuleContent) -> audit.Changes:
    return audit.difference(_in_fields(before), _in_fields(after)) | _targets(before, after)


def _in_fields(content: RuleContent) -> dict[str, Any]:
    """Numbers and yes or no alone, so that the audit may tell them: of an indicator its points, of
    a general component whether it is one."""
    points = {one.measure: one.points for one in content.indicators}
    return {
        **{name: getattr(content, name) for name in _SIMPLE if name != "general"},
        **{f"gate_{measure}": measure in content.general for measure in GATING},
        **{measure: points.get(measure, 0) for measure in Measure},
    }


def _targets(before: RuleContent, after: RuleContent) -> audit.Changes:
    """In how many indicators that were there before something else than the points changed."""
    old = {one.measure: replace(one, points=0) for one in before.indicators}
    changed = [
        one
        for one in after.indicators
        if one.measure in old and replace(one, points=0) != old[one.measure]
    ]
    return {"targets": [None, len(changed)]} if changed else {}
