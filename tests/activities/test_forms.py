"""The librarian's forms: what is asked, what is refused and in which words."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from activities import services
from activities.enums import Kind, ServiceForm
from activities.forms import (
    AdvocacyForm,
    EntryForm,
    ImprovementForm,
    InvolvementForm,
    PublicationForm,
    ReturnForm,
    SnapshotForm,
    VisitsForm,
    entry_form,
)
from activities.models import Activity
from tests import factories
from tests.activities.pictures import cut_in_half, jpeg, script
from tpbis.core import periods

GOOD: dict[type[EntryForm], dict[str, Any]] = {
    InvolvementForm: {
        "title": "Pelatihan merajut",
        "theme": "Ekonomi",
        "format": "Pelatihan",
        "audience": "Umum",
        "participants_total": "20",
    },
    AdvocacyForm: {
        "title": "Audiensi dana desa",
        "audiences": ["Kepala Desa", "Swasta"],
        "result": "Dana",
        "amount": "Rp1.500.000",
    },
    SnapshotForm: {"books": "1.250", "digital_books": "0", "computers": "3", "bandwidth": "20"},
    ImprovementForm: {"title": "Pojok baca anak", "service_form": "ruang"},
    PublicationForm: {
        "title": "Warga merajut",
        "medium": "Media Online",
        "media_name": "Radar Semeru",
        "link": "https://example.org/berita",
    },
}


@pytest.fixture
def fill(library):
    """A form of the library with good answers, some of them replaced."""

    def fill_in(
        kind: type[EntryForm] = InvolvementForm,
        *,
        photos: list | None = None,
        entry: Activity | None = None,
        **answers: Any,
    ) -> EntryForm:
        data = QueryDict(mutable=True)
        given = {"held_on": timezone.localdate().isoformat(), **GOOD[kind], **answers}
        for name, value in given.items():
            data.setlist(name, value if isinstance(value, list) else [value])
        return kind(
            data,
            MultiValueDict({"photos": photos or []}),
            library=library,
            month=periods.this_month(),
            entry=entry,
        )

    return fill_in


@pytest.mark.parametrize("kind", GOOD, ids=lambda kind: kind.__name__)
def test_good_answers_become_content_of_an_entry(fill, kind):
    form = fill(kind)

    assert form.is_valid(), form.errors
    Activity(kind=form.kind, **form.content).clean_fields(exclude=["report"])


def test_a_snapshot_names_itself_by_its_month(fill):
    form = fill(SnapshotForm, held_on="2024-07-01")

    assert form.is_valid()
    assert form.content["title"] == "Potret fasilitas Juli 2024"
    assert form.content["service_form"] == ServiceForm.SNAPSHOT


@pytest.mark.parametrize("kind", GOOD, ids=lambda kind: kind.__name__)
def test_an_empty_form_asks_for_each_answer_by_name(library, kind):
    form = kind(QueryDict(), MultiValueDict(), library=library, month=periods.this_month())

    needed = {name for name, field in form.fields.items() if field.required}
    assert set(form.errors) == needed
    assert all(text.startswith(("Isi ", "Pilih ")) for [text] in form.errors.values())


@pytest.mark.parametrize(
    ("kind", "answers", "field", "said"),
    [
        (InvolvementForm, {"title": "   "}, "title", "Isi nama kegiatan."),
        (InvolvementForm, {"title": "a" * 10_000}, "title", "200"),
        (InvolvementForm, {"title": "\u200b"}, "title", "Isi nama kegiatan."),
        (InvolvementForm, {"theme": "Sihir"}, "theme", "Sihir"),
        (InvolvementForm, {"participants_total": "-1"}, "participants_total", "angka bulat"),
        (InvolvementForm, {"participants_total": "12,5"}, "participants_total", "angka bulat"),
        (InvolvementForm, {"participants_total": "1e9"}, "participants_total", "angka bulat"),
        (
            InvolvementForm,
            {"participants_total": "1000000000"},
            "participants_total",
            "paling banyak 100.000",
        ),
        (
            InvolvementForm,
            {"participants_men": "8", "participants_women": "1.004"},
            "participants_total",
            "Laki-laki 8 + perempuan 1.004 = 1.012, bukan 20.",
        ),
        (
            InvolvementForm,
            {"participants_women": "20"},
            "participants_men",
            "Isi laki-laki dan perempuan, atau kosongkan keduanya.",
        ),
        (
            InvolvementForm,
            {"participants_disabled": "21"},
            "participants_disabled",
            "Tidak bisa lebih banyak dari jumlah peserta.",
        ),
        (AdvocacyForm, {"audiences": []}, "audiences", "Pilih sasaran."),
        (AdvocacyForm, {"amount": ""}, "amount", "Isi nominal dana yang didapat."),
        (AdvocacyForm, {"amount": "0"}, "amount", "Isi nominal dana yang didapat."),
        (AdvocacyForm, {"amount": "banyak"}, "amount", "Tulis jumlah rupiah"),
        (
            AdvocacyForm,
            {"result": "Regulasi"},
            "regulation",
            "Isi nama atau nomor regulasinya.",
        ),
        (SnapshotForm, {"digital_books": ""}, "digital_books", "Isi jumlah buku digital."),
        (ImprovementForm, {"service_form": "potret"}, "service_form", "potret"),
        (PublicationForm, {"media_name": ""}, "media_name", "Isi nama media."),
        (PublicationForm, {"link": ""}, "link", "Berita di media online perlu tautannya."),
        (PublicationForm, {"link": "example.org"}, "link", "https://example.org"),
    ],
)
def test_a_wrong_answer_is_explained_at_its_field(fill, kind, answers, field, said):
    form = fill(kind, **answers)

    assert not form.is_valid()
    assert set(form.errors) == {field}
    assert said in form.errors[field][0]


def test_women_and_men_that_add_up_are_welcome(fill):
    form = fill(participants_men="8", participants_women="12", participants_disabled="20")

    assert form.is_valid(), form.errors


def test_news_on_paper_needs_no_link(fill):
    assert fill(PublicationForm, medium="Media Cetak", link="").is_valid()


@pytest.mark.parametrize(
    ("held_on", "said"),
    [
        (lambda today: today + timedelta(days=1), "Tanggal ini belum tiba."),
        (lambda today: date(9999, 12, 31), "Tanggal ini belum tiba."),
        (lambda today: date(1, 1, 1), "perpustakaan ini mencatat sejak 1 Januari 2020"),
        (lambda today: date(2019, 12, 31), "perpustakaan ini mencatat sejak 1 Januari 2020"),
    ],
)
def test_a_day_out_of_reach_is_explained(fill, held_on, said):
    form = fill(held_on=held_on(timezone.localdate()).isoformat())

    assert not form.is_valid()
    assert said in form.errors["held_on"][0]


@pytest.mark.parametrize("text", ["2026-02-31", "besok", "", "\x00"])
def test_a_day_that_is_none_is_an_error_of_the_field(fill, text):
    form = fill(held_on=text)

    assert set(form.errors) == {"held_on"}


def test_an_entry_that_is_there_stays_in_its_month(fill, library, librarian):
    draft = factories.report(library, librarian, Kind.INVOLVEMENT, month=date(2024, 9, 1))
    entry = draft.activities.get()

    form = fill(entry=entry, held_on="2024-10-01")

    assert not form.is_valid()
    assert "bagian dari laporan September 2024" in form.errors["held_on"][0]


# --- Photos ---------------------------------------------------------------------------------------


def test_photos_are_stored_clean(fill, db):
    form = fill(photos=[jpeg(shade=1), jpeg(shade=2)])

    assert form.is_valid(), form.errors
    assert len({photo.sha256 for photo in form.stored}) == 2


def test_the_same_photo_twice_is_one(fill):
    form = fill(photos=[jpeg("satu.jpg"), jpeg("dua.jpg")])

    assert form.is_valid()
    assert len(form.stored) == 1


def test_a_bad_photo_is_named(fill):
    form = fill(photos=[jpeg(), script("virus.jpg"), cut_in_half("jalan.jpg")])

    assert form.errors == {
        "photos": [
            "virus.jpg: Berkas ini bukan foto JPEG, PNG atau WebP. Kirim sebagai JPEG.",
            "jalan.jpg: Foto rusak atau terpotong saat dikirim. Ambil ulang, lalu kirim lagi.",
        ]
    }


def test_seven_photos_are_one_too_many(fill):
    form = fill(photos=[jpeg(shade=shade) for shade in range(7)])

    assert form.errors == {"photos": ["Paling banyak 6 foto untuk satu catatan."]}


def test_photos_of_an_entry_count_towards_the_six(fill, library, librarian):
    first = fill(photos=[jpeg(shade=shade) for shade in range(4)])
    assert first.is_valid()
    entry = _record(library, librarian, first)

    form = fill(entry=entry, photos=[jpeg(shade=shade) for shade in range(10, 13)])

    assert "Paling banyak 6 foto" in form.errors["photos"][0]


def test_good_photos_survive_a_form_that_has_to_be_mended(fill):
    refused = fill(title="", photos=[jpeg("kebun.jpg"), script()])
    assert not refused.is_valid()

    again = fill(kept=refused["kept"].value())

    assert again.is_valid(), again.errors
    assert [photo.original_name for photo in again.stored] == ["kebun.jpg"]


@pytest.mark.parametrize("token", ["", "asal", "\x00", "x" * 10_000])
def test_a_forged_list_of_kept_photos_is_empty(fill, token):
    form = fill(kept=token)
    form.is_valid()

    assert form.stored == []


def test_kept_photos_belong_to_their_library(fill, other_library):
    refused = fill(title="", photos=[jpeg()])
    refused.is_valid()
    data = QueryDict(mutable=True)
    data.update({"kept": refused["kept"].value()})

    elsewhere = InvolvementForm(
        data, MultiValueDict(), library=other_library, month=periods.this_month()
    )
    elsewhere.is_valid()

    assert elsewhere.stored == []


def _record(library, librarian, form):
    return services.record_in_its_month(
        library=library, kind=form.kind, content=form.content, photos=form.stored, by=librarian
    )


# --- Defaults and the other forms -----------------------------------------------------------------


def test_this_month_starts_with_today_and_an_older_one_with_its_last_day(library):
    now = InvolvementForm(library=library, month=periods.this_month())
    then = InvolvementForm(library=library, month=date(2024, 9, 1))

    assert now["held_on"].value() == timezone.localdate()
    assert then["held_on"].value() == date(2024, 9, 30)


def test_two_forms_are_two_entries(library):
    first, second = (InvolvementForm(library=library, month=periods.this_month()) for _ in "ab")

    assert first["uuid"].value() != second["uuid"].value()


@pytest.mark.parametrize(
    ("kind", "service_form", "form"),
    [
        (Kind.INVOLVEMENT, "", InvolvementForm),
        (Kind.ADVOCACY, "", AdvocacyForm),
        (Kind.SERVICE, "", ImprovementForm),
        (Kind.SERVICE, "potret", SnapshotForm),
        (Kind.SERVICE, "ruang", ImprovementForm),
        (Kind.PUBLICATION, "", PublicationForm),
    ],
)
def test_each_kind_has_its_form(kind, service_form, form):
    assert entry_form(kind, service_form) is form


def test_zero_visitors_is_an_answer():
    assert VisitsForm({"men": "0", "women": "0"}).is_valid()


def test_a_blank_visitors_box_is_asked_for():
    form = VisitsForm({"men": "", "women": "4"})

    assert form.errors == {"men": ["Isi laki-laki."]}


@pytest.mark.parametrize("comment", ["", "   ", "\u200b"])
def test_a_return_needs_reason_and_words(comment):
    form = ReturnForm({"reason": "", "comment": comment})

    assert form.errors == {
        "reason": ["Pilih alasan."],
        "comment": ["Isi penjelasan untuk pengelola."],
    }
