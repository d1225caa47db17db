"""Codes that can be read aloud and typed in whatever way."""

from uuid import UUID, uuid4

import pytest

from libraries import codes

UUID_OF_A_LETTER = UUID("5a3f0d52-7a53-4f0e-9b5a-1f3a8b1c2d3e")


def test_a_letter_printed_twice_shows_the_same_code():
    assert codes.code_of(UUID_OF_A_LETTER) == codes.code_of(UUID_OF_A_LETTER)


def test_codes_are_ten_letters_without_those_that_are_mistaken():
    made = [codes.code_of(uuid4()) for _ in range(500)]

    assert len(set(made)) == 500
    assert {(len(code), code[5]) for code in made} == {(11, "-")}
    assert not set("".join(made)) & set("ILOU")


def test_another_secret_key_makes_other_codes(settings):
    before = codes.code_of(UUID_OF_A_LETTER)
    settings.SECRET_KEY = "y" * 60

    assert codes.code_of(UUID_OF_A_LETTER) != before


@pytest.mark.parametrize(
    "typed", ["70QK1-94XTB", "70qk194xtb", " 7OQKL 94XTB ", "7oqki-94xtb", "70QK1–94XTB"]
)
def test_a_code_is_read_in_whatever_way_it_is_typed(typed):
    assert codes.hash_of(typed) == codes.hash_of("70QK1-94XTB")


def test_another_code_is_another():
    assert codes.hash_of("70QK1-94XTB") != codes.hash_of("70QK1-94XTC")
