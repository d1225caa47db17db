from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stakeholders.enums import CommitmentState, OfferState, PartnershipKind
from stakeholders.forms.needs import MOST_COUNTED, AmountForm
from stakeholders.models import Commitment, Need, Offer, Organisation
from stakeholders.services.amounts import Amount
from stakeholders.services.support import EARLIEST, Gift
from tpbis.core.form_fields import Day, TextLine, WholeNumber

if TYPE_CHECKING:
    from stakeholders.querysets import CommitmentQuerySet
    from tpbis.accounts.models import User


class _OfferOf(forms.ModelChoiceField):
    def label_from_instance(self, obj: Offer) -> str:
        return f"{obj.organisation.name}: {obj}"


class PromiseForm(AmountForm):
    """How much, until when."""

    due_on = Day(label=gettext_lazy("Batas waktu"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["due_on"]
        assert isinstance(day, Day)
        today = timezone.localdate()
        day.offer(today, today.replace(year=today.year + 5, day=1))

    @classmethod
    def of(cls, commitment: Commitment) -> "PromiseForm":
        return cls(initial={name: getattr(commitment, name) for name in PromiseForm.base_fields})

    @property
    def amount(self) -> Amount:
        given = self.cleaned_data
        return Amount(given["rupiah"], given["quantity"], given["unit"])


class MatchForm(PromiseForm):
    """Which organisation, from which of its offers."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Lembaga"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Pilih lembaga"),
    )
    offer = _OfferOf(
        label=gettext_lazy("Dari penawaran"),
        queryset=Offer.objects.none(),
        required=False,
        empty_label=gettext_lazy("Tanpa penawaran"),
    )

    def __init__(self, *args: Any, need: Need, by: "User", **kwargs: Any) -> None:
        same = {"quantity": need.quantity, "unit": need.unit, "rupiah": need.rupiah}
        kwargs["initial"] = {**same, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        organisations, offers = self.fields["organisation"], self.fields["offer"]
        assert isinstance(organisations, forms.ModelChoiceField)
        assert isinstance(offers, forms.ModelChoiceField)
        organisations.queryset = Organisation.objects.visible_to(by).order_by("name", "pk")
        offers.queryset = (
            Offer.objects.visible_to(by)
            .filter(state=OfferState.OPEN)
            .select_related("organisation")
            .order_by("organisation__name", "pk")
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        offer, organisation = given.get("offer"), given.get("organisation")
        if offer and organisation and offer.organisation_id != organisation.pk:
            self.add_error("offer", _("Penawaran ini dari lembaga lain."))
        return given


class RealiseForm(forms.Form):
    """What came, when, with what to show for it."""

    given_on = Day(label=gettext_lazy("Tanggal diterima"))
    description = TextLine(label=gettext_lazy("Yang diterima"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Bentuk dukungan"), choices=PartnershipKind.choices)
    quantity = AmountForm.base_fields["quantity"]
    unit = AmountForm.base_fields["unit"]
    rupiah = AmountForm.base_fields["rupiah"]
    reached = WholeNumber(
        label=gettext_lazy("Orang yang terjangkau"), max_value=MOST_COUNTED, required=False
    )
    lasts_until = Day(
        label=gettext_lazy("Kemitraannya berlaku sampai"),
        required=False,
        help_text=gettext_lazy(
            "Bila lembaga ini belum bermitra dengan perpustakaannya, kemitraan dicatat sejak "
            "tanggal diterima. Kosongkan bila tanpa batas."
        ),
    )
    evidence = forms.FileField(
        label=gettext_lazy("Bukti"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        help_text=gettext_lazy("Berita acara atau foto: PDF, JPEG, atau PNG, paling besar 20 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["given_on"]
        assert isinstance(day, Day)
        day.offer(EARLIEST, timezone.localdate())

    @classmethod
    def of(cls, commitment: Commitment) -> "RealiseForm":
        return cls(
            initial={
                "given_on": timezone.localdate(),
                "description": commitment.need.title,
                "kind": commitment.offer.kind if commitment.offer else commitment.need.kind,
                "quantity": commitment.quantity,
                "unit": commitment.unit,
                "rupiah": commitment.rupiah,
                "reached": commitment.need.people,
            }
        )

    @property
    def gift(self) -> Gift:
        given = self.cleaned_data
        return Gift(
            kind=PartnershipKind(given["kind"]),
            given_on=given["given_on"],
            description=given["description"],
            rupiah=given["rupiah"],
            quantity=given["quantity"],
            unit=given["unit"],
            reached=given["reached"],
        )


class CommitmentChoice(forms.Form):
    """What a list of commitments is narrowed by; always given commitments that may be seen."""

    cari = TextLine(label=gettext_lazy("Cari"), max_length=100, required=False)
    keadaan = forms.ChoiceField(label=gettext_lazy("Keadaan"), required=False)
    lewat = forms.BooleanField(label=gettext_lazy("Lewat batas waktu"), required=False)

    def __init__(self, *args: Any, commitments: "CommitmentQuerySet", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commitments = commitments
        field = self.fields["keadaan"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Semua")), *CommitmentState.choices]
        field.error_messages["invalid_choice"] = _("Pilih yang ada di daftar.")

    @property
    def found(self) -> "CommitmentQuerySet":
        if not self.is_valid():
            return self.commitments.none()
        asked, found = self.cleaned_data, self.commitments
        if asked["keadaan"]:
            found = found.filter(state=asked["keadaan"])
        if asked["lewat"]:
            found = found.overdue(timezone.localdate())
        for word in asked["cari"].split()[:8]:
            found = found.filter(need__title__icontains=word) | found.filter(
                organisation__name__icontains=word
            )
        return found
