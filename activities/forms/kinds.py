"""One short form for each kind of entry."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.enums import (
    AdvocacyAudience,
    AdvocacyResult,
    Audience,
    Format,
    Kind,
    Medium,
    ServiceForm,
)
from activities.forms.entry import CHOOSE, EntryForm, row
from libraries.enums import Theme
from tpbis.core import periods
from tpbis.core.form_fields import (
    Rupiah,
    TextLine,
    WebLink,
    WholeNumber,
    grouped,
)

MOST_PEOPLE = 100_000  # at one activity


class PartnerName(TextLine):
    """With whom; names are offered while they are typed, where there is signal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": gettext_lazy("Lembaga pendukung"),
                "help_text": gettext_lazy("Bersama siapa? Misalnya: PKK Desa, Bank Jatim"),
                "max_length": 200,
                "required": False,
                **kwargs,
            }
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "list": "lembaga",
            "autocomplete": "off",
            "hx-get": reverse_lazy("stakeholders:organisation_options"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#lembaga",
        }


class InvolvementForm(EntryForm):
    kind = Kind.INVOLVEMENT
    title_label = gettext_lazy("Nama kegiatan")
    title_hint = gettext_lazy("Misalnya: Pelatihan membuat keripik singkong")
    layout = (
        row("held_on"),
        row("title"),
        row("theme"),
        row("format"),
        row("audience"),
        row("participants_total"),
        row(
            "participants_men",
            "participants_women",
            "participants_disabled",
            legend=gettext_lazy("Di antaranya"),
        ),
        row("place"),
        row("partner_name"),
        row("photos"),
    )

    partner_name = PartnerName()
    place = TextLine(
        label=gettext_lazy("Tempat"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Misalnya: Balai desa"),
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Bidang kegiatan"), choices=[*CHOOSE, *Theme.choices]
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Jenis kegiatan"), choices=Format.choices, widget=forms.RadioSelect
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Sasaran"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Siapa yang paling banyak hadir?"),
    )
    participants_total = WholeNumber(
        label=gettext_lazy("Jumlah peserta"),
        max_value=MOST_PEOPLE,
    )
    participants_men = WholeNumber(
        label=gettext_lazy("Laki-laki"), required=False, max_value=MOST_PEOPLE
    )
    participants_women = WholeNumber(
        label=gettext_lazy("Perempuan"), required=False, max_value=MOST_PEOPLE
    )
    participants_disabled = WholeNumber(
        label=gettext_lazy("Disabilitas"),
        required=False,
        max_value=MOST_PEOPLE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participants_total"].widget.attrs["data-tpbis-sum"] = (
            "participants_men participants_women"
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        total, men, women, disabled = (
            cleaned.get(f"participants_{part}") for part in ("total", "men", "women", "disabled")
        )
        if total is None:
            return cleaned
        if men is not None and women is not None and men + women != total:
            self.add_error(
                "participants_total",
                _("Laki-laki %(men)s + perempuan %(women)s = %(sum)s, bukan %(total)s.")
                % {
                    "men": grouped(men),
                    "women": grouped(women),
                    "sum": grouped(men + women),
                    "total": grouped(total),
                },
            )
        self._both_or_neither(men, women)
        if disabled is not None and disabled > total:
            self.add_error(
                "participants_disabled", _("Tidak bisa lebih banyak dari jumlah peserta.")
            )
        return cleaned

    def _both_or_neither(self, men: int | None, women: int | None) -> None:
        both = _("Isi laki-laki dan perempuan, atau kosongkan keduanya.")
        for name, value, other in (
            ("participants_men", men, women),
            ("participants_women", women, men),
        ):
            if value is None and other is not None and name not in self.errors:
                self.add_error(name, both)


class AdvocacyForm(EntryForm):
    kind = Kind.ADVOCACY
    title_label = gettext_lazy("Judul advokasi")
    title_hint = gettext_lazy("Misalnya: Audiensi dana desa untuk perpustakaan")
    layout = (
        row("held_on"),
        row("title"),
        row("audiences"),
        row("result"),
        row("amount"),
        row("regulation"),
        row("goods", "speakers"),
        row("partner_name"),
        row("photos"),
    )

    partner_name = PartnerName()
    audiences = forms.MultipleChoiceField(
        label=gettext_lazy("Sasaran"),
        choices=AdvocacyAudience.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Siapa yang ditemui? Boleh lebih dari satu."),
    )
    result = forms.ChoiceField(
        label=gettext_lazy("Hasil"), choices=AdvocacyResult.choices, widget=forms.RadioSelect
    )
    amount = Rupiah(
        label=gettext_lazy("Nominal (Rp)"),
        required=False,
        max_value=1_000_000_000_000,
        needed=gettext_lazy("wajib bila hasilnya dana"),
        help_text=gettext_lazy("Misalnya: 1.500.000"),
    )
    regulation = TextLine(
        label=gettext_lazy("Regulasi yang terbit"),
        max_length=200,
        required=False,
        needed=gettext_lazy("wajib bila hasilnya regulasi"),
        help_text=gettext_lazy("Misalnya: Perdes Nomor 4 Tahun 2026 tentang Perpustakaan Desa"),
    )
    goods = WholeNumber(
        label=gettext_lazy("Jumlah barang"),
        required=False,
        max_value=1_000_000,
        help_text=gettext_lazy("Misalnya: 2 (rak dan meja)"),
    )
    speakers = WholeNumber(label=gettext_lazy("Jumlah narasumber"), required=False, max_value=1_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown_when = {
            "amount": AdvocacyResult.MONEY,
            "regulation": AdvocacyResult.REGULATION,
            "goods": AdvocacyResult.IN_KIND,
            "speakers": AdvocacyResult.IN_KIND,
        }
        for name, result in shown_when.items():
            self.fields[name].widget.attrs["data-tpbis-when"] = f"result={result}"

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        result = cleaned.get("result")
        if result == AdvocacyResult.MONEY and not cleaned.get("amount"):
            self._need("amount", _("Isi nominal dana yang didapat."))
        if result == AdvocacyResult.REGULATION and not cleaned.get("regulation"):
            self._need("regulation", _("Isi nama atau nomor regulasinya."))
        return cleaned

    def _need(self, name: str, text: str) -> None:
        if name not in self.errors:
            self.add_error(name, text)


class SnapshotForm(EntryForm):
    """The half-yearly count of what the library has."""

    kind = Kind.SERVICE
    asks_title = False
    layout = (
        row("held_on"),
        row("books", "digital_books"),
        row("computers", "bandwidth"),
        row("photos"),
    )

    books = WholeNumber(
        label=gettext_lazy("Jumlah buku"),
        max_value=10_000_000,
        help_text=gettext_lazy("Eksemplar, misalnya: 1.250"),
    )
    digital_books = WholeNumber(
        label=gettext_lazy("Jumlah buku digital"),
        max_value=10_000_000,
        help_text=gettext_lazy("Tidak ada? Tulis 0."),
    )
    computers = WholeNumber(
        label=gettext_lazy("Jumlah komputer"),
        max_value=10_000,
        help_text=gettext_lazy("Termasuk laptop dan tablet"),
    )
    bandwidth = WholeNumber(
        label=gettext_lazy("Kecepatan internet (Mbps)"),
        max_value=100_000,
        help_text=gettext_lazy("Tidak ada internet? Tulis 0."),
    )

    @property
    def content(self) -> dict[str, Any]:
        month = periods.first_of_month(self.cleaned_data["held_on"])
        return {
            **super().content,
            "title": _("Potret fasilitas %(month)s") % {"month": periods.written(month)},
            "service_form": ServiceForm.SNAPSHOT,
        }


class ImprovementForm(EntryForm):
    kind = Kind.SERVICE
    title_label = gettext_lazy("Apa yang bertambah baik?")
    title_hint = gettext_lazy("Misalnya: Pojok baca anak dibuka setiap sore")
    layout = (row("held_on"), row("service_form"), row("title"), row("photos"))

    service_form = forms.ChoiceField(
        label=gettext_lazy("Bentuk peningkatan"),
        choices=[choice for choice in ServiceForm.choices if choice[0] != ServiceForm.SNAPSHOT],
        widget=forms.RadioSelect,
    )


class PublicationForm(EntryForm):
    kind = Kind.PUBLICATION
    title_label = gettext_lazy("Judul berita")
    title_hint = gettext_lazy("Misalnya: Ibu-ibu Labruk Kidul belajar merajut di perpustakaan")
    layout = (
        row("held_on"),
        row("title"),
        row("medium"),
        row("media_name"),
        row("link"),
        row("photos"),
    )

    medium = forms.ChoiceField(
        label=gettext_lazy("Jenis media"), choices=Medium.choices, widget=forms.RadioSelect
    )
    media_name = TextLine(
        label=gettext_lazy("Nama media"),
        max_length=120,
        help_text=gettext_lazy(
            "Misalnya: Radar Semeru, Radio Suara Lumajang, Instagram perpustakaan"
        ),
    )
    link = WebLink(
        label=gettext_lazy("Tautan"),
        required=False,
        needed=gettext_lazy("wajib untuk media online"),
        help_text=gettext_lazy("Misalnya: https://radarsemeru.id/berita"),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        needs_link = cleaned.get("medium") == Medium.ONLINE
        if needs_link and not cleaned.get("link") and "link" not in self.errors:
            self.add_error("link", _("Berita di media online perlu tautannya."))
        return cleaned


def entry_form(kind: str, service_form: str = "") -> type[EntryForm]:
    """The form that asks for an entry of ``kind``."""
    if kind == Kind.SERVICE:
        return SnapshotForm if service_form == ServiceForm.SNAPSHOT else ImprovementForm
    by_kind: dict[str, type[EntryForm]] = {
        Kind.INVOLVEMENT: InvolvementForm,
        Kind.ADVOCACY: AdvocacyForm,
        Kind.PUBLICATION: PublicationForm,
    }
    return by_kind[kind]
