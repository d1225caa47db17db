"""A scenario in words: what is supposed, what would come of it."""

from collections.abc import Iterable

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.enums import Colour
from kpi.scoring import Additions, Step
from reports.figures.what_if import WhatIf
from reports.forms.what_if import Chosen, ScenarioForm
from tpbis.core.templatetags.tpbis import angka


def additions_in_words(additions: Iterable[Additions]) -> str:
    """“2 kegiatan, 1 advokasi, dan 1 publikasi”; nothing for nothing."""
    return get_text_list([_one_kind(one) for one in additions], _("dan"))


def _one_kind(one: Additions) -> str:
    texts = {
        Step.INVOLVEMENT: ngettext("%(count)s kegiatan", "%(count)s kegiatan", one.count),
        Step.ADVOCACY: ngettext("%(count)s advokasi", "%(count)s advokasi", one.count),
        Step.ADVOCACY_WITH_SIGN: ngettext(
            "%(count)s advokasi dengan tanda keberlanjutan",
            "%(count)s advokasi dengan tanda keberlanjutan",
            one.count,
        ),
        Step.SERVICE: ngettext(
            "%(count)s peningkatan layanan", "%(count)s peningkatan layanan", one.count
        ),
        Step.VISITS: ngettext(
            "data pengunjung %(count)s bulan", "data pengunjung %(count)s bulan", one.count
        ),
        Step.PUBLICATION: ngettext("%(count)s publikasi", "%(count)s publikasi", one.count),
        Step.SIGN: ngettext(
            "%(count)s cerita dampak atau kemitraan",
            "%(count)s cerita dampak atau kemitraan",
            one.count,
        ),
    }
    return texts[one.step] % {"count": angka(one.count)}


def finding(form: ScenarioForm, found: WhatIf) -> str:
    """“40 perpustakaan kuning terdekat masing-masing menambah 1 kegiatan: hijau 24 → 61”."""
    to = Colour(form.scenario.to)
    return _("%(who)s masing-masing %(does)s: %(colour)s %(before)s → %(after)s") % {
        "who": _who(form, found),
        "does": _does(form),
        "colour": str(to.label).lower(),
        "before": angka(getattr(found.before, to)),
        "after": angka(getattr(found.after, to)),
    }


def assumed(found: WhatIf) -> str:
    """What is supposed beside the additions; nothing for nothing."""
    if not found.waiting:
        return ""
    text = ngettext(
        "%(count)s laporan yang menunggu pemeriksaan dianggap disetujui juga.",
        "%(count)s laporan yang menunggu pemeriksaan dianggap disetujui juga.",
        found.waiting,
    )
    return text % {"count": angka(found.waiting)}


def _who(form: ScenarioForm, found: WhatIf) -> str:
    said = {"count": angka(len(found.changes)), "kind": kind_in_words(form)}
    if len(found.changes) < found.eligible:
        return _("%(count)s perpustakaan %(kind)s terdekat") % said
    return _("Semua %(count)s perpustakaan %(kind)s") % said


def kind_in_words(form: ScenarioForm) -> str:
    """Which libraries a scenario is about, after the word “perpustakaan”."""
    if form.chosen == Chosen.ANY:
        colour = str(Colour(form.scenario.to).label).lower()
        return _("yang belum %(colour)s") % {"colour": colour}
    return {
        Chosen.YELLOW: _("kuning"),
        Chosen.RED: _("merah"),
        Chosen.RED_AND_YELLOW: _("merah dan kuning"),
        Chosen.NEVER: _("yang belum pernah melapor"),
        Chosen.STOPPED: _("yang berhenti melapor"),
        Chosen.NO_ACCOUNT: _("tanpa akun"),
    }[form.chosen]


def _does(form: ScenarioForm) -> str:
    each = form.scenario.each
    if each is None:
        return _("menempuh jalan terpendeknya")
    counts = [Additions(step, each.counts[step]) for step in Step if step in each.counts]
    what = additions_in_words(counts)
    if each.participants is None or Step.INVOLVEMENT not in each.counts:
        return _("menambah %(what)s") % {"what": what}
    return _("menambah %(what)s (%(people)s peserta tiap kegiatan)") % {
        "what": what,
        "people": angka(each.participants),
    }
