from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.enums import Level, Theme
from libraries.models import Region
from stakeholders import permissions
from stakeholders.enums import OfferState, PartnershipKind
from stakeholders.forms.needs import AmountForm
from stakeholders.models import Membership, Offer, Organisation
from stakeholders.services.offers import Terms
from tpbis.accounts.enums import Role
from tpbis.core.form_fields import Day, TextLine

if TYPE_CHECKING:
    from libraries.querysets import RegionQuerySet
    from stakeholders.querysets import OfferQuerySet, OrganisationQuerySet
    from tpbis.accounts.models import User


def organisations_for(user: "User") -> "OrganisationQuerySet":
    """Those for which somebody may state an offer."""
    seen = Organisation.objects.visible_to(user)
    if user.role == Role.SUPPORTER:
        spoken_for = Membership.objects.in_force().filter(user=user).values("organisation")
        seen = seen.filter(pk__in=spoken_for)
    elif not permissions.brings_together(user):
        seen = seen.none()
    return seen.order_by("name", "pk")


def regions_for(user: "User") -> "RegionQuerySet":
    """Where somebody may state one: a supporter anywhere in the province, staff where they work."""
    places = Region.objects.filter(level__lte=Level.REGENCY).order_by("code")
    return places if user.role == Role.SUPPORTER else places.visible_to(user)


class OfferForm(AmountForm):
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Lembaga"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Pilih lembaga"),
    )
    description = TextLine(
        label=gettext_lazy("Yang ditawarkan"),
        max_length=300,
        help_text=gettext_lazy("Misalnya: Buku bacaan anak, atau: Pelatihan menjahit dua hari."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Bentuk dukungan"),
        choices=PartnershipKind.choices,
        widget=forms.RadioSelect,
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Bidang"),
        choices=[("", gettext_lazy("Bidang apa pun")), *Theme.choices],
        required=False,
    )
    region = forms.ModelChoiceField(
        label=gettext_lazy("Untuk wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("Pilih wilayah"),
    )
    starts_on = Day(label=gettext_lazy("Mulai"))
    ends_on = Day(label=gettext_lazy("Sampai"), required=False)

    def __init__(self, *args: Any, by: "User", offer: Offer | None = None, **kwargs: Any) -> None:
        if offer is not None:
            names = [name for name in self.base_fields if name != "organisation"]
            kwargs.setdefault("initial", {name: getattr(offer, name) for name in names})
            kwargs["initial"]["region"] = offer.region.code
        else:
            kwargs.setdefault("initial", {}).setdefault("starts_on", timezone.localdate())
        super().__init__(*args, **kwargs)
        regions = self.fields["region"]
        assert isinstance(regions, forms.ModelChoiceField)
        regions.queryset = regions_for(by)
        if offer is not None:
            del self.fields["organisation"]
            return
        organisations = self.fields["organisation"]
        assert isinstance(organisations, forms.ModelChoiceField)
        organisations.queryset = organisations_for(by)
        mine = list(organisations.queryset[:2])
        if len(mine) == 1:
            self.initial.setdefault("organisation", mine[0].pk)

    @property
    def terms(self) -> Terms:
        given = self.cleaned_data
        return Terms(
            region=given["region"],
            kind=PartnershipKind(given["kind"]),
            description=given["description"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            theme=given["theme"],
            quantity=given["quantity"],
            unit=given["unit"],
            rupiah=given["rupiah"],
        )


class OfferChoice(forms.Form):
    """What a list of offers is narrowed by; always given offers that may be seen."""

    cari = TextLine(label=gettext_lazy("Cari"), max_length=100, required=False)
    keadaan = forms.ChoiceField(label=gettext_lazy("Keadaan"), required=False)
    bentuk = forms.ChoiceField(label=gettext_lazy("Bentuk"), required=False)

    def __init__(self, *args: Any, offers: "OfferQuerySet", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = offers
        for name, choices in (("keadaan", OfferState.choices), ("bentuk", PartnershipKind.choices)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Semua")), *choices]
            field.error_messages["invalid_choice"] = _("Pilih yang ada di daftar.")

    @property
    def found(self) -> "OfferQuerySet":
        if not self.is_valid():
            return self.offers.none()
        asked, found = self.cleaned_data, self.offers
        if asked["keadaan"]:
            found = found.filter(state=asked["keadaan"])
        if asked["bentuk"]:
            found = found.filter(kind=asked["bentuk"])
        for word in asked["cari"].split()[:8]:
            found = found.filter(description__icontains=word) | found.filter(
                organisation__name__icontains=word
            )
        return found
