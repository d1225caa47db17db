import io

import pytest
from pypdf import PdfReader
from weasyprint import HTML

from tpbis.demo import ink

NAME = "Dr. Ani Rahayu, M.Si."


@pytest.fixture(scope="module")
def report() -> bytes:
    page = f"<p>{NAME}</p><p style='page-break-before: always'>Lumajang</p><p>{NAME}</p><p>NIP</p>"
    return HTML(string=page).write_pdf()


def contents(pdf: bytes) -> list[bytes]:
    return [page.get_contents().get_data() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_the_last_place_with_the_name_is_signed_and_nothing_else(report):
    before, after = contents(report), contents(ink.signed(report, NAME))

    assert after[0] == before[0]
    assert after[1].startswith(before[1].rstrip())
    assert len(after[1]) > len(before[1])


def test_without_the_name_nothing_is_drawn(report):
    assert contents(ink.signed(report, "Somebody")) == contents(report)
