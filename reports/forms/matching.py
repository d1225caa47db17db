from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.models import Region

if TYPE_CHECKING:
    from stakeholders.querysets import NeedQuerySet


class MatchingChoice(forms.Form):
    """Where to look; a region in which somebody needs something."""

    wilayah = forms.ModelChoiceField(
        label=gettext_lazy("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Semua"),
    )

    def __init__(self, *args: Any, needs: "NeedQuerySet", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["wilayah"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Region.objects.filter(pk__in=needs.order_by().values("region")).order_by(
            "code"
        )
        field.error_messages["invalid_choice"] = _("Pilih wilayah yang ada di daftar.")

    @property
    def region(self) -> Region | None:
        return self.cleaned_data["wilayah"] if self.is_valid() else None
