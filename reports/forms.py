from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from libraries.enums import Level
from libraries.models import Region
from tpbis.core import periods
from tpbis.core.periods import BadPeriod, Period

if TYPE_CHECKING:
    from django.http import QueryDict

    from tpbis.accounts.models import User


class DocumentForm(forms.Form):
    """Of which region and which months the progress report is to be."""

    region = forms.ModelChoiceField(
        label=_("Wilayah"), queryset=Region.objects.none(), to_field_name="code", empty_label=None
    )
    dari = forms.ChoiceField(label=_("Dari"))
    sampai = forms.ChoiceField(label=_("Sampai"))

    def __init__(
        self, data: "QueryDict | None" = None, *, user: "User", period: Period, region: str = ""
    ) -> None:
        initial = {
            "region": region,
            "dari": periods.month_code(period.start),
            "sampai": periods.month_code(period.end),
        }
        super().__init__(data, initial=initial)
        regions = self.fields["region"]
        assert isinstance(regions, forms.ModelChoiceField)
        regions.queryset = (
            Region.objects.visible_to(user).filter(level__lte=Level.REGENCY).order_by("code")
        )
        months = list(_months())
        for name in ("dari", "sampai"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = months

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "dari" in cleaned and "sampai" in cleaned:
            try:
                cleaned["period"] = Period.parse(cleaned["dari"], cleaned["sampai"])
            except BadPeriod as bad:
                self.add_error("dari", str(bad))
        return cleaned


def _months() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The months there are, by year, the newest year first."""
    this_month = periods.this_month()
    first = periods.parse_month(settings.TPBIS_FIRST_MONTH)
    for year in range(this_month.year, first.year - 1, -1):
        begin, end = max(first, date(year, 1, 1)), min(this_month, date(year, 12, 1))
        yield (
            str(year),
            [
                (periods.month_code(m), periods.written(m))
                for m in periods.months_from_to(begin, end)
            ],
        )
