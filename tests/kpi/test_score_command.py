from datetime import date

import pytest
from django.core.management import call_command

from activities.enums import Kind
from kpi.models import Score
from tpbis.core import periods


def score(capsys, *arguments: str) -> tuple[int, str, str]:
    """Exit code and what was said."""
    try:
        call_command("score", *arguments)
        code = 0
    except SystemExit as exit_:
        code = exit_.code
    said = capsys.readouterr()
    return code, said.out, said.err


def test_it_scores_the_year_to_date_and_says_how_much(capsys, library, other_library, approve):
    approve(Kind.INVOLVEMENT)

    code, said, _ = score(capsys, "2024-09")

    assert (code, said) == (0, "2 perpustakaan dinilai, 2 skor berubah.\n")
    assert set(Score.objects.values_list("library", "colour")) == {
        (library.pk, "red"),
        (other_library.pk, "grey"),
    }


def test_a_second_run_changes_nothing(capsys, library):
    score(capsys, "2024-09")

    assert score(capsys, "2024-09")[1] == "1 perpustakaan dinilai, 0 skor berubah.\n"


def test_other_spans_of_a_month_counted_only_now_are_scored_too(capsys, library, approve):
    score(capsys, "2024-12")
    score(capsys, "2023-12")
    approve(Kind.ADVOCACY, month=date(2024, 10, 1))

    said = score(capsys, "2024-11")[1]

    assert said == "1 perpustakaan dinilai, 2 skor berubah.\n"
    assert list(Score.objects.order_by("through").values_list("through__month", "advocacy")) == [
        (12, 0),
        (11, 1),
        (12, 1),
    ]


def test_a_region_limits_it(capsys, library, other_library):
    code, said, _ = score(capsys, "2024-09", "--region", "35.08")

    assert (code, said) == (0, "1 perpustakaan dinilai, 1 skor berubah.\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["2024-13"], "Bulan “2024-13” tidak dikenal. Tulis seperti 2024-09."),
        (["September"], "Bulan “September” tidak dikenal. Tulis seperti 2024-09."),
        (["2999-01"], "Bulan Januari 2999 belum tiba."),
        (["1999-01"], "Bulan Januari 1999 sebelum program dimulai (Januari 2018)."),
        (["2024-09", "--region", "99.99"], "Kode wilayah “99.99” tidak dikenal."),
        (["2024-09", "--region", "35.0"], "Kode wilayah “35.0” tidak dikenal."),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(capsys, library, arguments, complaint):
    code, _, said = score(capsys, *arguments)

    assert (code, said) == (2, f"{complaint}\n")
    assert not Score.objects.exists()


def test_this_month_may_be_asked_for(capsys, library):
    code, _, _ = score(capsys, periods.month_code(periods.this_month()))

    assert code == 0
