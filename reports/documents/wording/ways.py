"""The way to a colour in words: what is lacking, by when, and where each thing is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.enums import Kind
from kpi import scoring
from kpi.models import RuleSet
from kpi.scoring import NotPossible, Plan, Step
from reports import figures
from tpbis.core import periods
from tpbis.core.templatetags.tpbis import angka


@dataclass(frozen=True, slots=True)
class WayStep:
    """Entries of one kind that are lacking. ``brief`` is for where there is little room, ``note``
    says what makes them count, ``link`` leads to where they are recorded."""

    text: str
    brief: str
    note: str
    link: str


@dataclass(frozen=True, slots=True)
class Way:
    """The way to a colour, of a ``kind``: "stays" (nothing is lacking), "comes" (it comes by itself
    with other rules), "plan", or "never" with the steps to the best that can still be had."""

    to: str
    kind: str
    keeps: bool  # the colour is there, but does not last without these steps
    steps: tuple[WayStep, ...]
    entries: int
    months: int  # within which; 1 is the running one alone
    last: date  # the month they end with
    result: scoring.Result  # with the steps, or the best that can still be had
    rule_set: RuleSet | None  # what scores that month, where it is another version than today's

    @property
    def points(self) -> str:
        """With a tenth: a plan ends just above a threshold and must not look as if it did not."""
        return angka((self.result.points or 0) / 1000, 1)

    @property
    def brief(self) -> str:
        """“+3 advokasi, +1 cerita dampak”."""
        return ", ".join(step.brief for step in self.steps)


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways of a rapor, the nearest colour first; last year's December is ``is_closing_year``:
    what is recorded until ``closing`` still counts for it."""

    ways: tuple[Way, ...]
    counts_waiting: bool
    unaided: scoring.Result
    colour_now: str
    running: date
    closing: date
    is_closing_year: bool

    @property
    def fades(self) -> bool:
        """Whether the colour does not outlast the running month without another entry."""
        now, then = scoring.ORDER[self.colour_now], scoring.ORDER[self.unaided.colour]
        return then < now


def ways_of(rapor: figures.Rapor, *, is_closing_year: bool) -> Ways | None:
    """``None`` where nothing is asked of the year any more."""
    if rapor.outlook is None or rapor.unaided is None:
        return None
    expected = rapor.provisional.colour if rapor.provisional else rapor.colour
    found = [rapor.outlook.onward, rapor.outlook.green]
    if found[0] == found[1] or isinstance(found[0], NotPossible):
        del found[1]  # nobody who cannot get to yellow need be told of green
    return Ways(
        ways=tuple(_way(one, rapor, expected) for one in found),
        counts_waiting=rapor.provisional is not None,
        unaided=rapor.unaided,
        colour_now=expected,
        running=rapor.through,
        closing=periods.closing(rapor.through).date(),
        is_closing_year=is_closing_year,
    )


def _way(found: Plan | NotPossible, rapor: figures.Rapor, expected: str) -> Way:
    if isinstance(found, NotPossible):
        months, additions, result = len(rapor.rules_ahead), _useful(found, rapor), found.best
    else:
        months, additions, result = max(1, found.months), found.additions, found.result
    kind = _kind(found)
    scorer = rapor.rules_ahead[months - 1]
    return Way(
        to=found.to,
        kind=kind,
        keeps=kind != "never" and scoring.ORDER[expected] >= scoring.ORDER[found.to],
        steps=tuple(steps_of(additions, scorer.rules)),
        entries=found.entries if isinstance(found, Plan) else 0,
        months=months,
        last=periods.add_months(rapor.through, months - 1),
        result=result,
        rule_set=scorer if scorer.version != rapor.rule_set.version else None,
    )


def _kind(found: Plan | NotPossible) -> str:
    if isinstance(found, NotPossible):
        return "never"
    if found.additions:
        return "plan"
    return "comes" if found.months else "stays"


_STEP_OF = {
    "involvement": Step.INVOLVEMENT,
    "participants": Step.INVOLVEMENT,
    "advocacy": Step.ADVOCACY,
    "service": Step.SERVICE,
    "visit_months": Step.VISITS,
    "publications": Step.PUBLICATION,
    "sustainability": Step.SIGN,
}


def _useful(found: NotPossible, rapor: figures.Rapor) -> tuple[scoring.Additions, ...]:
    """Of all that may still be added no more than the targets of December ask for."""
    rules, due = rapor.rules_ahead[-1].rules, rapor.outlook.dues[-1] if rapor.outlook else 1
    counts: dict[Step, int] = {}
    for line in scoring.lines(rapor.expected, rules, due):
        step = _STEP_OF[line.measure]
        lacking = max(0, line.target - line.value)
        if line.measure == "participants":
            lacking = ceil(lacking / max(1, rules.participants_each))
        position = "involvement" if step is Step.INVOLVEMENT else line.measure
        room = getattr(found.inputs, position) - getattr(rapor.expected, position)
        counts[step] = max(counts.get(step, 0), min(lacking, room))
    return tuple(scoring.Additions(step, count) for step, count in counts.items() if count)


def steps_of(additions: Iterable[scoring.Additions], rules: scoring.Rules) -> Iterable[WayStep]:
    """One step a kind of entry; advocacy with and without a sign is said once."""
    counts = {one.step: one.count for one in additions}
    signed = counts.pop(Step.ADVOCACY_WITH_SIGN, 0)
    if signed:
        counts[Step.ADVOCACY] = counts.get(Step.ADVOCACY, 0) + signed
    for step in Step:
        if step in counts:
            yield _WORDS[step](counts[step], signed, rules)


def _involvement(count: int, _signed: int, rules: scoring.Rules) -> WayStep:
    text = ngettext(
        "%(count)s kegiatan pelibatan masyarakat", "%(count)s kegiatan pelibatan masyarakat", count
    )
    note = ngettext(
        "dihitung dengan %(people)s peserta tiap kegiatan",
        "dihitung dengan %(people)s peserta tiap kegiatan",
        rules.participants_each,
    )
    people = {"people": angka(rules.participants_each)}
    return WayStep(
        text % {"count": angka(count)},
        _("+%(count)s pelibatan") % {"count": angka(count)},
        note % people,
        _record(Kind.INVOLVEMENT),
    )


def _advocacy(count: int, signed: int, _rules: scoring.Rules) -> WayStep:
    text = ngettext("%(count)s kegiatan advokasi", "%(count)s kegiatan advokasi", count)
    note = ""
    if signed == count == 1:
        note = _("yang hasilnya Dana atau Regulasi, atau yang sasarannya dua pihak atau lebih")
    elif signed == count:
        note = _("semuanya dengan hasil Dana atau Regulasi, atau dengan dua sasaran atau lebih")
    elif signed:
        note = _(
            "%(count)s di antaranya dengan hasil Dana atau Regulasi, atau dengan dua sasaran "
            "atau lebih"
        ) % {"count": angka(signed)}
    return WayStep(
        text % {"count": angka(count)},
        _advocacy_in_brief(count, signed),
        note,
        _record(Kind.ADVOCACY),
    )


def _advocacy_in_brief(count: int, signed: int) -> str:
    if not signed:
        return _("+%(count)s advokasi") % {"count": angka(count)}
    said = {"count": angka(count), "signed": angka(signed)}
    if signed == count:
        return _("+%(count)s advokasi (dengan dana, regulasi, atau dua sasaran)") % said
    return _("+%(count)s advokasi (%(signed)s dengan dana, regulasi, atau dua sasaran)") % said


def _service(count: int, _signed: int, _rules: scoring.Rules) -> WayStep:
    text = ngettext("%(count)s peningkatan layanan", "%(count)s peningkatan layanan", count)
    return WayStep(
        text % {"count": angka(count)},
        _("+%(count)s layanan") % {"count": angka(count)},
        _("layanan baru, ruang, pelatihan pengelola, atau potret fasilitas"),
        _record(Kind.SERVICE),
    )


def _visits(count: int, _signed: int, _rules: scoring.Rules) -> WayStep:
    text = ngettext("jumlah pengunjung %(count)s bulan", "jumlah pengunjung %(count)s bulan", count)
    return WayStep(
        text % {"count": angka(count)},
        _("+%(count)s bulan pengunjung") % {"count": angka(count)},
        _("dari bulan yang masih kosong; 0 juga boleh kalau memang tidak ada"),
        reverse("activities:list"),
    )


def _publication(count: int, _signed: int, _rules: scoring.Rules) -> WayStep:
    text = ngettext("%(count)s publikasi", "%(count)s publikasi", count)
    return WayStep(
        text % {"count": angka(count)},
        _("+%(count)s publikasi") % {"count": angka(count)},
        _("berita di media daring, elektronik, atau cetak"),
        _record(Kind.PUBLICATION),
    )


def _sign(count: int, _signed: int, _rules: scoring.Rules) -> WayStep:
    text = ngettext(
        "%(count)s cerita dampak atau kemitraan", "%(count)s cerita dampak atau kemitraan", count
    )
    return WayStep(
        text % {"count": angka(count)},
        _("+%(count)s cerita dampak") % {"count": angka(count)},
        _("cerita yang disetujui, atau kemitraan yang berlaku tahun ini"),
        reverse("activities:story_write"),
    )


_WORDS = {
    Step.INVOLVEMENT: _involvement,
    Step.ADVOCACY: _advocacy,
    Step.SERVICE: _service,
    Step.VISITS: _visits,
    Step.PUBLICATION: _publication,
    Step.SIGN: _sign,
}


def _record(kind: Kind) -> str:
    return reverse("activities:record_kind", args=[kind])
