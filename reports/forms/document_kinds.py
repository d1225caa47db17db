"""What a paper of one piece needs to be told: a month, a year, a person, a village's help."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from libraries.models import Library
from reports.documents.briefs import LANGUAGE
from reports.enums import DocumentKind
from reports.forms.documents import months_offered
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.core.form_fields import Rupiah, TextLine, WholeNumber, ask_by_name
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField
    from django.http import QueryDict

NEEDS = 10  # lines
MOST_OF_ONE = 10_000
DEAREST = 1_000_000_000  # Rupiah for one; a village's whole budget of a year is about as much
MOST_OF_A_LINE = 5_000_000_000


class PaperForm(forms.Form):
    """``period`` and ``details`` are what is asked for; ``person`` whose work is shown."""

    def __init__(self, data: "QueryDict | None" = None) -> None:
        super().__init__(data)
        ask_by_name(self)

    @property
    def period(self) -> Period:
        raise NotImplementedError

    @property
    def person(self) -> User | None:
        return None

    @property
    def details(self) -> dict[str, Any]:
        return {}


class MonthForm(PaperForm):
    """Of one month; offered is the last one that is over."""

    bulan = forms.ChoiceField(label=_("Bulan"))

    def __init__(self, data: "QueryDict | None" = None) -> None:
        super().__init__(data)
        month = self.fields["bulan"]
        assert isinstance(month, forms.ChoiceField)
        month.choices = list(months_offered())
        last = periods.add_months(periods.this_month(), -1)
        month.initial = periods.month_code(max(last, _first_month()))

    @property
    def period(self) -> Period:
        month = periods.parse_month(self.cleaned_data["bulan"])
        return Period(month, month)


class YearForm(PaperForm):
    """Of a calendar year, as far as it has come."""

    tahun = forms.ChoiceField(label=_("Tahun"))

    def __init__(self, data: "QueryDict | None" = None) -> None:
        super().__init__(data)
        year = self.fields["tahun"]
        assert isinstance(year, forms.ChoiceField)
        years = range(periods.this_month().year, _first_month().year - 1, -1)
        year.choices = [(str(one), str(one)) for one in years]

    @property
    def period(self) -> Period:
        year = int(self.cleaned_data["tahun"])
        first, last = max(date(year, 1, 1), _first_month()), date(year, 12, 1)
        return Period(first, min(last, periods.this_month()))


class PersonField(forms.ModelChoiceField):
    """Somebody, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class WorkForm(YearForm):
    """A librarian's own year, or for whoever keeps the library's place that of one of its
    librarians, also of one who has left."""

    orang = PersonField(
        label=_("Pengelola"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("Pilih pengelola perpustakaan ini.")},
    )

    def __init__(self, data: "QueryDict | None" = None, *, user: User, library: Library) -> None:
        super().__init__(data)
        people = self.fields["orang"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = workers_of(library, seen_by=user)
        self.has_people = people.queryset.exists()

    @property
    def person(self) -> User | None:
        found: User = self.cleaned_data["orang"]
        return found


def workers_of(library: Library, *, seen_by: User) -> QuerySet[User]:
    """A librarian sees only their own work."""
    worked = User.objects.filter(role=Role.LIBRARIAN, assignments__library=library).distinct()
    if seen_by.is_librarian:
        worked = worked.filter(pk=seen_by.pk)
    return worked.order_by("full_name", "pk")


class LinesForm(PaperForm):
    """What is asked for, line by line: how many, at what price."""

    def __init__(self, data: "QueryDict | None" = None) -> None:
        super().__init__(data)
        for line in range(1, NEEDS + 1):
            self.fields |= _fields_of(line)

    @property
    def lines(self) -> list["list[BoundField]"]:
        """The fields of each line."""
        return [[self[name] for name in _fields_of(line)] for line in range(1, NEEDS + 1)]

    @property
    def details(self) -> dict[str, Any]:
        """As :func:`reports.documents.village.needs_of` reads them."""
        return {"needs": self.cleaned_data["needs"]}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["needs"] = [
            need for line in range(1, NEEDS + 1) if (need := self._need(line, cleaned))
        ]
        return cleaned

    def _need(self, line: int, cleaned: dict[str, Any]) -> dict[str, Any] | None:
        """A line is empty or whole; a unit may be left out."""
        names = list(_fields_of(line))
        if any(name in self.errors for name in names):
            return None
        what, count, unit, price = (cleaned.get(name) for name in names)
        if not what and count is None and not unit and price is None:
            return None
        for name, value in zip(names, (what, count, "-", price), strict=True):
            if value in ("", None):
                text = gettext("Isi %(label)s.") % {"label": str(self.fields[name].label).lower()}
                self.add_error(name, text)
            elif value == 0:
                self.add_error(name, gettext("Isi lebih dari nol."))
        if any(name in self.errors for name in names):
            return None
        assert isinstance(count, int)
        assert isinstance(price, int)
        if count * price > MOST_OF_A_LINE:
            self.add_error(
                names[3], gettext("Jumlah baris ini lebih dari Rp5 miliar. Periksa lagi angkanya.")
            )
            return None
        with translation.override(LANGUAGE):  # it goes onto the paper
            usual = gettext("buah")
        return {"what": what, "count": count, "unit": unit or usual, "price": price}


class VillageForm(LinesForm, MonthForm):
    """From January to a month, and what the library asks its village for."""

    def __init__(self, data: "QueryDict | None" = None) -> None:
        super().__init__(data)
        self.fields["bulan"].label = gettext("Sejak Januari sampai")

    @property
    def period(self) -> Period:
        return Period.year_to(super().period.end)


def _fields_of(line: int) -> dict[str, forms.Field]:
    said = {"line": line}
    return {
        f"apa_{line}": TextLine(
            label=gettext("Kebutuhan %(line)d") % said, max_length=80, required=False
        ),
        f"banyak_{line}": WholeNumber(
            label=gettext("Banyaknya %(line)d") % said, max_value=MOST_OF_ONE, required=False
        ),
        f"satuan_{line}": TextLine(
            label=gettext("Satuan %(line)d") % said, max_length=20, required=False
        ),
        f"harga_{line}": Rupiah(
            label=gettext("Harga satuan %(line)d") % said, max_value=DEAREST, required=False
        ),
    }


def form_of_library(
    kind: DocumentKind, data: "QueryDict | None", *, user: User, library: Library
) -> PaperForm:
    if kind == DocumentKind.WORK:
        return WorkForm(data, user=user, library=library)
    return VillageForm(data) if kind == DocumentKind.VILLAGE else MonthForm(data)


def form_of_region(kind: DocumentKind, data: "QueryDict | None") -> PaperForm:
    return YearForm(data) if kind == DocumentKind.IPLM else MonthForm(data)


def _first_month() -> date:
    return periods.parse_month(settings.TPBIS_FIRST_MONTH)
