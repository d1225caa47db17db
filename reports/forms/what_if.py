"""A scenario as its address says it: which libraries, towards which colour, what each adds."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpi import queries as kpi
from kpi.enums import Colour, Grey
from kpi.queries.simulation import Each, Scenario
from kpi.scoring import Step
from reports.forms.choices import Narrowed
from tpbis.core import periods
from tpbis.core.periods import Period
from tpbis.core.templatetags.tpbis import tanggal

if TYPE_CHECKING:
    from django.http import QueryDict

    from tpbis.accounts.models import User

MOST_LIBRARIES = 100_000
MOST_ENTRIES = 99  # of a kind, a library
MOST_PARTICIPANTS = 1_000  # of one activity


class Chosen(TextChoices):
    """Which libraries a scenario is about."""

    YELLOW = "kuning", _("Kuning")
    RED = "merah", _("Merah")
    RED_AND_YELLOW = "merah-kuning", _("Merah dan kuning")
    NEVER = "belum-pernah", _("Abu-abu: belum pernah melapor")
    STOPPED = "berhenti", _("Abu-abu: berhenti melapor")
    NO_ACCOUNT = "tanpa-akun", _("Abu-abu: tanpa akun")
    ANY = "semua", _("Semua yang belum sampai di sana")

    @property
    def kinds(self) -> frozenset[str]:
        """Colours, of grey libraries the reason."""
        return _KINDS[self]


_KINDS: Mapping[str, frozenset[str]] = {
    Chosen.YELLOW: frozenset({Colour.YELLOW}),
    Chosen.RED: frozenset({Colour.RED}),
    Chosen.RED_AND_YELLOW: frozenset({Colour.RED, Colour.YELLOW}),
    Chosen.NEVER: frozenset({Grey.NEVER}),
    Chosen.STOPPED: frozenset({Grey.STOPPED}),
    Chosen.NO_ACCOUNT: frozenset({Grey.NO_ACCOUNT}),
    Chosen.ANY: frozenset({Colour.YELLOW, Colour.RED, *Grey}),
}


class Manner(TextChoices):
    SAME = "sama", _("Hal yang sama")
    OWN_WAY = "jalan", _("Jalan terpendeknya sendiri")


def _number(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),  # keeps what is no number in view
        min_value=least,
        max_value=most,
        error_messages={
            "invalid": _("Tulis dengan angka bulat, misalnya 3."),
            "min_value": _("Paling sedikit %(limit_value)s."),
            "max_value": _("Paling banyak %(limit_value)s."),
        },
        **more,
    )


def _choice(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    message = _("Pilih yang ada di daftar.")
    return forms.ChoiceField(
        label=label, choices=choices, error_messages={"invalid_choice": message}, **more
    )


# Which field says how many of which kind.
COUNTS: Mapping[str, Step] = {
    "kegiatan": Step.INVOLVEMENT,
    "advokasi": Step.ADVOCACY,
    "advokasi_tanda": Step.ADVOCACY_WITH_SIGN,
    "layanan": Step.SERVICE,
    "kunjungan": Step.VISITS,
    "publikasi": Step.PUBLICATION,
    "tanda": Step.SIGN,
}


class ScenarioForm(Narrowed):
    """What an address leaves out is taken from the example that the page opens with."""

    sim = None  # type: ignore[assignment]
    warna = _choice(_("Perpustakaan yang kini"), Chosen.choices)
    berapa = _number(
        _("Berapa yang terdekat"), 1, MOST_LIBRARIES, help_text=_("Kosongkan untuk semuanya.")
    )
    tujuan = _choice(
        _("Menuju"), [(colour.value, colour.label) for colour in (Colour.GREEN, Colour.YELLOW)]
    )
    cara = _choice(_("Masing-masing menambah"), Manner.choices, widget=forms.RadioSelect)
    kegiatan = _number(_("Kegiatan"), 0, MOST_ENTRIES)
    peserta = _number(_("Peserta tiap kegiatan"), 1, MOST_PARTICIPANTS)
    advokasi = _number(_("Advokasi"), 0, MOST_ENTRIES)
    advokasi_tanda = _number(_("Advokasi dengan tanda keberlanjutan"), 0, MOST_ENTRIES)
    layanan = _number(_("Peningkatan layanan"), 0, MOST_ENTRIES)
    kunjungan = _number(_("Bulan data pengunjung"), 0, 12)
    publikasi = _number(_("Publikasi"), 0, MOST_ENTRIES)
    tanda = _number(_("Cerita dampak atau kemitraan"), 0, MOST_ENTRIES)

    def __init__(self, data: "QueryDict", *, user: "User", closest: int) -> None:
        filled = data.copy()
        counted = any(name in data for name in COUNTS)
        self._span = Period.opening()
        ahead = kpi.months_ahead(timezone.now(), through=self._span.end)
        self._is_closed = not ahead  # nothing leads anywhere in a year that is closed
        example: dict[str, str] = {
            "warna": Chosen.YELLOW.value,
            "tujuan": Colour.GREEN.value,
            "cara": (Manner.SAME if counted or self._is_closed else Manner.OWN_WAY).value,
        }
        if self._is_closed and not counted:
            example |= {"kegiatan": "1"}
        if not counted and not any(name in data for name in (*example, "berapa")):
            example |= {"berapa": str(closest), "kegiatan": "1"}
        for name, value in example.items():
            filled.setdefault(name, value)
        super().__init__(filled, user=user)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("cara") == Manner.OWN_WAY:
            for name in (*COUNTS, "peserta"):  # not asked for, and not in view
                self.errors.pop(name, None)
            if self._is_closed:
                self.add_error("cara", self._closed_year())
        elif not any(name in self.errors or cleaned.get(name) for name in COUNTS):
            self.add_error("kegiatan", gettext("Isi paling sedikit satu tambahan."))
        if cleaned.get("warna") == Chosen.YELLOW and cleaned.get("tujuan") == Colour.YELLOW:
            self.add_error(
                "tujuan", gettext("Perpustakaan kuning sudah sampai di kuning. Pilih hijau.")
            )
        return cleaned

    def _closed_year(self) -> str:
        new_year = periods.add_months(self._span.end, 1)
        return gettext(
            "Tahun %(closed)s sudah ditutup; jalan terpendek tahun %(year)s tampak mulai %(day)s. "
            "Pilih “Hal yang sama”."
        ) % {
            "closed": self._span.end.year,
            "year": new_year.year,
            "day": tanggal(periods.closing(new_year).date()),
        }

    @property
    def chosen(self) -> Chosen:
        return Chosen(self.cleaned_data["warna"])

    @property
    def scenario(self) -> Scenario:
        said = self.cleaned_data
        each = None
        if said["cara"] == Manner.SAME:
            counts = {step: said[name] for name, step in COUNTS.items() if said[name]}
            each = Each(counts, said["peserta"])
        return Scenario(to=said["tujuan"], closest=said["berapa"], each=each)
