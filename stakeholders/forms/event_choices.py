"""How the lists of events and of what was agreed are narrowed, in their addresses."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from libraries.enums import Level, ProgrammeSource
from libraries.models import Region
from stakeholders.enums import EventKind
from stakeholders.figures.trainings import TRAININGS
from stakeholders.models import Event, EventSeries
from tpbis.accounts.models import User

FIRST_YEAR = 2020
_ALL = ("", gettext_lazy("Semua"))


class EventChoice(forms.Form):
    """Which events are shown; what is unknown is refused."""

    waktu = forms.ChoiceField(
        label=gettext_lazy("Waktu"),
        required=False,
        choices=[
            ("", gettext_lazy("Semua")),
            ("akan", gettext_lazy("Akan datang")),
            ("lalu", gettext_lazy("Sudah lewat")),
        ],
    )
    jenis = forms.ChoiceField(
        label=gettext_lazy("Jenis"), required=False, choices=[_ALL, *EventKind.choices]
    )
    daerah = forms.ChoiceField(label=gettext_lazy("Wilayah"), required=False)
    seri = forms.ChoiceField(label=gettext_lazy("Seri"), required=False)
    tahun = forms.ChoiceField(label=gettext_lazy("Tahun"), required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = Event.objects.visible_to(by)
        regions = Region.objects.filter(events__in=events.order_by().values("pk")).distinct()
        series = EventSeries.objects.filter(events__in=events.order_by().values("pk")).distinct()
        self._choose("daerah", [(r.code, r.title) for r in regions.order_by("code")])
        self._choose("seri", [(str(s.pk), s.name) for s in series.order_by("name", "pk")])
        years = range(timezone.localdate().year + 1, FIRST_YEAR - 1, -1)
        self._choose("tahun", [(str(year), str(year)) for year in years])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [_ALL, *choices]


class ActionChoice(forms.Form):
    keadaan = forms.ChoiceField(
        label=gettext_lazy("Keadaan"),
        required=False,
        choices=[
            ("", gettext_lazy("Masih berjalan")),
            ("lewat", gettext_lazy("Lewat batas waktu")),
            ("selesai", gettext_lazy("Selesai")),
            ("dihentikan", gettext_lazy("Dihentikan")),
            ("semua", gettext_lazy("Semua")),
        ],
    )


class TrainingChoice(forms.Form):
    """Of which libraries, in which year, by which kind of training; and who had none."""

    tahun = forms.ChoiceField(label=gettext_lazy("Tahun"), required=False)
    daerah = forms.ChoiceField(label=gettext_lazy("Wilayah"), required=False)
    sumber = forms.ChoiceField(
        label=gettext_lazy("Sumber program"),
        required=False,
        choices=[_ALL, *ProgrammeSource.choices],
    )
    jenis = forms.ChoiceField(
        label=gettext_lazy("Pelatihan"),
        required=False,
        choices=[(kind.value, kind.label) for kind in TRAININGS],
    )
    liput = forms.ChoiceField(
        label=gettext_lazy("Yang ditampilkan"),
        required=False,
        choices=[
            ("", gettext_lazy("Sudah pernah ikut")),
            ("belum", gettext_lazy("Belum pernah ikut")),
        ],
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = timezone.localdate().year
        self.regions = {
            one.code: one for one in Region.objects.visible_to(by).filter(level__lte=Level.REGENCY)
        }
        years, regions = self.fields["tahun"], self.fields["daerah"]
        assert isinstance(years, forms.ChoiceField)
        assert isinstance(regions, forms.ChoiceField)
        years.choices = [(str(y), str(y)) for y in range(this_year, FIRST_YEAR - 1, -1)]
        regions.choices = [
            _ALL,
            *((code, self.regions[code].title) for code in sorted(self.regions)),
        ]

    @property
    def year(self) -> int:
        return int(self.cleaned_data["tahun"] or timezone.localdate().year)

    @property
    def kind(self) -> str:
        return str(self.cleaned_data["jenis"] or TRAININGS[0].value)
