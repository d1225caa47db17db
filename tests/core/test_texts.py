import pytest

from tpbis.core import texts


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Perpustakaan \t Desa\n", "Perpustakaan Desa"),
        ("Sumber\u200bIlmu", "SumberIlmu"),
        ("Sumber\u00a0Ilmu", "Sumber Ilmu"),
        ("\ufeffNama", "Nama"),
        ("a\x00b", "a b"),
        ("desa \udcff lama", "desa lama"),
        ("Al-Qur’an", "Al-Qur’an"),
        ("cafe\u0301", "café"),
        ("\u200b\u200b", ""),
    ],
)
def test_what_cannot_be_seen_is_dropped(typed, kept):
    assert texts.plain(typed) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Perpustakaan Al-Qur'an", "PERPUSTAKAAN  AL QUR’AN"),
        ("Taman Baca “Mbah Koneng”", "taman baca mbah koneng"),
        ("Café Buku", "Cafe Buku"),
        ("Perpus. Desa_Maju", "perpus desa maju"),
    ],
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert texts.key(one) == texts.key(other)


def test_different_names_have_different_keys():
    assert texts.key("Perpustakaan Mawar 1") != texts.key("Perpustakaan Mawar 2")
