"""What people type into a form, and what they are told about it."""

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError

from tpbis.core.form_fields import (
    Day,
    Paragraphs,
    Rupiah,
    TextLine,
    WebLink,
    WholeNumber,
    ask_by_name,
)

WHOLE = WholeNumber(max_value=100_000, required=False)
MONEY = Rupiah(max_value=1_000_000_000_000, required=False)


def complaint(field: forms.Field, text: str) -> str:
    with pytest.raises(ValidationError) as error:
        field.clean(text)
    return " ".join(error.value.messages)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), (" 12 ", 12), ("1.500", 1500), ("007", 7), ("100000", 100_000)],
)
def test_whole_numbers_are_read_as_people_write_them(text, number):
    assert WHOLE.clean(text) == number


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_blank_is_not_zero(text):
    assert WHOLE.clean(text) is None


@pytest.mark.parametrize(
    "text", ["-3", "12,5", "12.5", "1e9", "1_000", "٣", "dua", "1.00", "<script>", "😀", "+4"]
)
def test_what_is_no_whole_number_is_refused_with_an_example(text):
    assert complaint(WHOLE, text) == "Tulis angka bulat tanpa koma atau minus, misalnya 12."


@pytest.mark.parametrize("text", ["100001", "1000000000", "9" * 5_000])
def test_a_number_beyond_reason_is_told_the_bound(text):
    assert complaint(WHOLE, text) == "Angkanya terlalu besar: paling banyak 100.000."


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1500000", 1_500_000),
        ("1.500.000", 1_500_000),
        ("Rp1.500.000", 1_500_000),
        ("Rp. 1.500.000,00", 1_500_000),
        ("rp 1.500.000,-", 1_500_000),
        ("1,5 juta", 1_500_000),
        ("750 ribu", 750_000),
        ("0", 0),
    ],
)
def test_money_is_read_as_people_write_it(text, amount):
    assert MONEY.clean(text) == amount


@pytest.mark.parametrize(
    "text", ["-5000", "12,5", "1.500.00", "1,500,000", "1e9", "2jutaan", "juta sekali", "Rp", "😀"]
)
def test_what_is_no_amount_is_refused_with_an_example(text):
    assert complaint(MONEY, text) == "Tulis jumlah rupiah tanpa sen, misalnya 1.500.000."


def test_an_amount_beyond_reason_is_told_the_bound():
    assert "1.000.000.000.000" in complaint(MONEY, "9.000.000.000.000")
    assert "1.000.000.000.000" in complaint(MONEY, "9" * 5_000)


def test_money_is_shown_again_with_its_points():
    assert (MONEY.prepare_value(1_500_000), MONEY.prepare_value("salah")) == ("1.500.000", "salah")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Kelas \t komputer\n", "Kelas komputer"),
        ("Lomba 17-an 🎉", "Lomba 17-an 🎉"),
        ("a\u200bb\x00c", "ab c"),
        ("\u202eterbalik", "terbalik"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_line_keeps_what_can_be_seen(text, kept):
    assert TextLine().clean(text) == kept


@pytest.mark.parametrize("text", ["   ", "\u200b\u200b", "\x00"])
def test_a_line_of_nothing_visible_is_empty(text):
    assert complaint(TextLine(), text) == "Bidang ini harus diisi."


@pytest.mark.parametrize("text", ["...", "🎉🎉", "—"])
def test_a_line_without_letters_is_no_title(text):
    assert complaint(TextLine(), text) == "Tulis dengan huruf atau angka."


def test_a_line_has_a_length():
    assert "200" in complaint(TextLine(max_length=200), "a" * 10_000)


def test_paragraphs_keep_their_lines():
    assert Paragraphs().clean(" satu  dua \r\n\u200b\r\ntiga ") == "satu dua\n\ntiga"


@pytest.mark.parametrize("text", ["https://radarsemeru.id/berita?id=1", "http://example.org"])
def test_a_link_is_kept(text):
    assert WebLink().clean(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "radarsemeru.id/berita",
            "Tautan harus diawali https://, misalnya https://radarsemeru.id/berita",
        ),
        ("ftp://example.org", "Tautan harus diawali https://, misalnya https://example.org"),
        ("javascript:alert(1)", "Tautan harus diawali https://"),
        ("https://", "Tautan ini tidak lengkap. Salin alamat halamannya dari peramban."),
        ("https://dua kata.id", "Tautan ini tidak lengkap."),
        ("https://" + "a" * 10_000, "500"),
    ],
)
def test_what_is_no_link_is_explained(text, said):
    assert said in complaint(WebLink(), text)


@pytest.mark.parametrize("text", ["2026-07-17", "17/07/2026", "17-7-2026", "17 Juli 2026"])
def test_a_day_is_read_as_browsers_and_people_write_it(text):
    assert Day().clean(text) == date(2026, 7, 17)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-31", "Tanggal “2026-02-31” tidak ada di kalender."),
        ("0000-01-01", "Tanggal “0000-01-01” tidak ada di kalender."),
        ("kemarin", "Tanggal “kemarin” tidak dikenal. Tulis seperti 17/07/2026."),
        ("9" * 10_000, "tidak dikenal"),
    ],
)
def test_what_is_no_day_is_explained(text, said):
    assert said in complaint(Day(), text)


def test_a_blank_field_is_asked_for_by_its_name():
    class Form(forms.Form):
        place = TextLine(label="Tempat")
        kind = forms.ChoiceField(label="Bentuk dukungan", choices=[("a", "A")])

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            ask_by_name(self)

    form = Form({})

    assert form.errors == {"place": ["Isi tempat."], "kind": ["Pilih bentuk dukungan."]}
