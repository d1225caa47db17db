"""What is asked about people: who, in which role, where."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries import permissions, queries
from libraries.enums import LEVELS_OF_ROLE, Level
from libraries.models import Assignment, Library, Region
from libraries.services import names
from libraries.services.people import LONGEST_DELEGATION
from tpbis.accounts.enums import Role
from tpbis.core.form_fields import Day, TextLine, ask_by_name

if TYPE_CHECKING:
    from tpbis.accounts.models import User


class Phone(TextLine):
    """However it is written: 0812-3456-7890, +62 812 3456 7890."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "maxlength": "30"})
        super().__init__(**{"widget": widget, "max_length": 30, **kwargs})

    def to_python(self, value: Any) -> str:
        try:
            return names.number_of(super().to_python(value), "phone")
        except ValidationError as unknown:
            raise ValidationError(unknown.messages) from None


class PostForm(forms.Form):
    """In which role, and where: the first question, because the others follow from it."""

    peran = forms.ChoiceField(label=gettext_lazy("Peran"), widget=forms.RadioSelect)
    wilayah = forms.ModelChoiceField(
        label=gettext_lazy("Kabupaten/kota"),
        queryset=Region.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Pilih kabupaten/kota"),
        error_messages={"invalid_choice": gettext_lazy("Pilih wilayah yang ada di daftar.")},
    )

    def __init__(self, *args: Any, by: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = permissions.roles_kept_by(by)
        role, region = self.fields["peran"], self.fields["wilayah"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(region, forms.ModelChoiceField)
        offered = [Role.LIBRARIAN, *reversed(LEVELS_OF_ROLE)]
        role.choices = [(one.value, one.label) for one in offered if one in kept]
        places = Region.objects.visible_to(by).filter(level__lte=Level.REGENCY)
        region.queryset = places.order_by("level", "name", "code")
        if len(region.queryset) == 1:
            region.empty_label = None
        region.required = by.role != Role.PROVINCE_STAFF
        region.needed = _("untuk provinsi boleh kosong")  # type: ignore[attr-defined]
        ask_by_name(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, region = cleaned.get("peran"), cleaned.get("wilayah")
        if not role or "wilayah" not in cleaned:
            return cleaned
        levels = LEVELS_OF_ROLE.get(Role(role), (Level.REGENCY, Level.PROVINCE))
        if levels == (Level.PROVINCE,):
            region = self._province()
        if region is None:
            self.add_error("wilayah", _("Pilih kabupaten/kota."))
        elif region.level not in levels:
            self.add_error("wilayah", _("Peran ini bertugas di satu kabupaten/kota."))
        return cleaned | {"role": Role(role), "region": region}

    def _province(self) -> Region | None:
        field = self.fields["wilayah"]
        assert isinstance(field, forms.ModelChoiceField)
        assert field.queryset is not None
        found: Region | None = field.queryset.filter(level=Level.PROVINCE).first()
        return found


class LibraryField(forms.ModelChoiceField):
    """A library of a regency, told apart by its village."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "queryset": Library.objects.none(),
                "label": gettext_lazy("Perpustakaan"),
                "empty_label": gettext_lazy("Pilih perpustakaan"),
                "error_messages": {
                    "invalid_choice": gettext_lazy("Pilih perpustakaan yang ada di daftar.")
                },
                **kwargs,
            }
        )

    def label_from_instance(self, library: Library) -> str:
        return f"{library.name} – {library.region.title}"

    def offer(self, by: "User", region: Region) -> None:
        found = Library.objects.visible_to(by).filter(regency=region)
        self.queryset = found.select_related("region").order_by("name", "pk")


class ProfileForm(forms.Form):
    """Who somebody is and how they are reached."""

    full_name = TextLine(
        label=gettext_lazy("Nama lengkap"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = Phone(
        label=gettext_lazy("Nomor telepon"),
        required=False,
        help_text=gettext_lazy("Bisa dipakai untuk masuk. Misalnya 0812-3456-7890."),
    )
    username = TextLine(
        label=gettext_lazy("Nama pengguna"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    email = forms.EmailField(
        label=gettext_lazy("Surel"),
        required=False,
        max_length=254,
        error_messages={"invalid": gettext_lazy("Alamat surel ini tidak lengkap.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"]).lower()
        if username and username != self.initial.get("username"):
            try:
                names.check_username(username)
            except ValidationError as wrong:
                raise ValidationError(wrong.messages) from None
        return username


class AccountForm(ProfileForm):
    """Somebody new; for a librarian also which library of the regency."""

    library = LibraryField()

    field_order = ["library", "full_name", "phone", "username", "email"]

    def __init__(self, *args: Any, by: "User", role: Role, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].required = False
        self.fields["username"].help_text = _("Kosongkan: portal membuatnya dari nama tempat.")
        if role == Role.LIBRARIAN:
            library = self.fields["library"]
            assert isinstance(library, LibraryField)
            library.offer(by, region)
        else:
            del self.fields["library"]


class MoveForm(forms.Form):
    """To which library, and whether the places until now are kept."""

    library = LibraryField()
    in_addition = forms.BooleanField(
        label=gettext_lazy("Tempat tugas yang sekarang tetap dipegang"), required=False
    )

    def __init__(
        self, *args: Any, by: "User", user: "User", role: Role, region: Region, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if role == Role.LIBRARIAN:
            library = self.fields["library"]
            assert isinstance(library, LibraryField)
            library.offer(by, region)
        else:
            del self.fields["library"]
        if role != user.role:
            del self.fields["in_addition"]
        ask_by_name(self)


class HandoverForm(forms.Form):
    """Who comes next, as far as it is known; the person fills in the rest."""

    recipient_name = TextLine(
        label=gettext_lazy("Nama pengelola baru"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("Tercetak di surat. Kosongkan bila belum diketahui."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    recipient_phone = Phone(label=gettext_lazy("Nomor teleponnya"), required=False)


class PostField(forms.ModelChoiceField):
    def label_from_instance(self, post: Assignment) -> str:
        return f"{post.user.full_name} – {post.region}"


class DelegationForm(forms.Form):
    """To which facilitator, until when."""

    post = PostField(
        label=gettext_lazy("Fasilitator"),
        queryset=Assignment.objects.none(),
        empty_label=gettext_lazy("Pilih fasilitator"),
        error_messages={"invalid_choice": gettext_lazy("Pilih fasilitator yang ada di daftar.")},
    )
    ends_on = Day(
        label=gettext_lazy("Sampai"),
        help_text=gettext_lazy("Hari terakhir. Paling lama satu tahun."),
    )

    def __init__(self, *args: Any, by: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        post, ends_on = self.fields["post"], self.fields["ends_on"]
        assert isinstance(post, PostField)
        assert isinstance(ends_on, Day)
        post.queryset = queries.may_take_over_review(by)
        today = timezone.localdate()
        ends_on.offer(today, today + LONGEST_DELEGATION)
        ask_by_name(self)
