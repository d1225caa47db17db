"""What is asked about a supporting body: who it is, whom to call, who speaks for it."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.enums import Theme
from libraries.forms.people import Phone
from libraries.models import Region
from stakeholders.enums import OrganisationKind
from stakeholders.models import Contact, Organisation
from stakeholders.services import Person, Profile
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core.form_fields import Day, Paragraphs, TextLine, WebLink, ask_by_name

EARLIEST = date(2000, 1, 1)


class OrganisationForm(forms.Form):
    name = TextLine(
        label=_("Nama lembaga"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("Jenis lembaga"), choices=OrganisationKind.choices, widget=forms.RadioSelect
    )
    themes = forms.MultipleChoiceField(
        label=_("Bidang"),
        choices=Theme.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    regions = forms.MultipleChoiceField(
        label=_("Wilayah minat"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Kosongkan bila lembaga ini mau membantu di mana saja."),
        error_messages={"invalid_choice": _("Pilih wilayah yang ada di daftar.")},
    )
    about = Paragraphs(label=_("Tentang lembaga"), required=False, max_length=2_000)
    website = WebLink(label=_("Situs web"), required=False, max_length=200)
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG atau JPEG, paling besar 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
        allow_empty_file=True,  # has a sentence of its own
    )
    without_logo = forms.BooleanField(label=_("Hapus logo yang sekarang"), required=False)

    def __init__(
        self,
        *args: Any,
        organisation: Organisation | None = None,
        known_regions: dict[str, Region] | None = None,
        **kw: Any,
    ) -> None:
        if organisation is not None:
            kw["initial"] = {
                **{name: getattr(organisation, name) for name in _OWN},
                "regions": list(organisation.regions.values_list("code", flat=True)),
            }
        else:
            kw.setdefault("initial", {"kind": OrganisationKind.OTHER})
        super().__init__(*args, **kw)
        regions = self.fields["regions"]
        assert isinstance(regions, forms.MultipleChoiceField)
        self.known_regions = known_regions or {one.code: one for one in regencies()}
        regions.choices = [(code, one.short_name) for code, one in self.known_regions.items()]
        if organisation is None or not organisation.logo:
            del self.fields["without_logo"]
        ask_by_name(self)

    @property
    def profile(self) -> Profile:
        given = self.cleaned_data
        return Profile(
            name=given["name"],
            kind=OrganisationKind(given["kind"]),
            themes=tuple(given["themes"]),
            about=given["about"],
            website=given["website"],
            regions=tuple(self.known_regions[code] for code in given["regions"]),
        )

    @property
    def picture(self) -> UploadedFile | None:
        return self.cleaned_data.get("logo") or None


_OWN = ("name", "kind", "themes", "about", "website")


def regencies() -> list[Region]:
    """Where an organisation may say that it would help."""
    return list(Region.objects.within(settings.TPBIS_PROVINCE).regencies().order_by("code"))


class ContactForm(forms.Form):
    position = TextLine(
        label=_("Jabatan"),
        max_length=120,
        help_text=_("Misalnya: Kepala Divisi CSR. Jabatan tetap tersimpan."),
    )
    name = TextLine(
        label=_("Nama"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = Phone(label=_("Telepon"), required=False)
    email = forms.EmailField(label=_("Surel"), required=False, max_length=254)
    consented_on = Day(
        label=_("Setuju dihubungi sejak"),
        help_text=_("Hari orang ini setuju datanya disimpan di portal."),
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        day = self.fields["consented_on"]
        assert isinstance(day, Day)
        day.offer(EARLIEST, timezone.localdate())
        ask_by_name(self)

    @classmethod
    def of(cls, contact: Contact) -> "ContactForm":
        return cls(initial={name: getattr(contact, name) for name in cls.base_fields})

    @property
    def person(self) -> Person:
        return Person(**{name: self.cleaned_data[name] for name in self.fields})


class MembershipForm(forms.Form):
    user = forms.ChoiceField(
        label=_("Akun pendukung"),
        error_messages={"invalid_choice": _("Pilih akun yang ada di daftar.")},
    )
    starts_on = Day(label=_("Mulai"))
    ends_on = Day(
        label=_("Sampai"),
        required=False,
        help_text=_("Kosongkan bila belum ada tanggal akhirnya."),
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        user = self.fields["user"]
        assert isinstance(user, forms.ChoiceField)
        people = User.objects.filter(role=Role.SUPPORTER, is_active=True)
        self.users = {str(one.pk): one for one in people.order_by("full_name", "pk")}
        user.choices = [
            ("", _("Pilih akun")),
            *((pk, f"{one.full_name} ({one.username})") for pk, one in self.users.items()),
        ]
        ask_by_name(self)

    @property
    def chosen(self) -> User:
        return self.users[self.cleaned_data["user"]]


class EndForm(forms.Form):
    """The last day of something."""

    ends_on = Day(label=_("Hari terakhir"))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        ask_by_name(self)


class MergeOrganisationsForm(forms.Form):
    understood = forms.BooleanField(
        label=_("Saya sudah memeriksa keduanya. Penggabungan tidak bisa dibatalkan."),
        error_messages={"required": _("Centang bila Anda sudah yakin.")},
    )
