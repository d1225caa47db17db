"""What an office says of itself on paper, and who may say it."""

import io

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from reports import pdf
from reports.documents import sample
from reports.documents.printing import NotPrinted
from reports.models import Office
from tests.reports.worlds import office_of
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

SAID = {
    "government": "Pemerintah Kabupaten Lumajang",
    "name": "Dinas Kearsipan dan Perpustakaan",
    "address": "Jalan Alun-Alun Utara 7, Lumajang",
    "contact": "Telepon (0334) 881146",
    "place": "Lumajang",
    "signer_position": "Kepala Dinas Kearsipan dan Perpustakaan",
    "signer_name": "Drs. Basuni",
    "signer_rank": "Pembina Tingkat I",
    "signer_nip": "196805121994031007",
    "letter_number": "041/17/2024",
    "letter_nature": "Biasa",
    "letter_attachment": "1 (satu) berkas",
    "letter_subject": "Laporan capaian",
    "legal_basis": "Peraturan Bupati Nomor 1;\nKeputusan Bupati Nomor 2.",
    "bab_results": "on",
    "urutan_results": "1",
    "bab_closing": "on",
    "urutan_closing": "2",
}


def address(code: str = "35.08") -> str:
    return reverse("reports:office", kwargs={"code": code})


def picture(kind: str = "PNG", mode: str = "RGBA") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new(mode, (1200, 1200), "#0f5c5c").save(buffer, kind)
    return SimpleUploadedFile("lambang.png", buffer.getvalue())


def test_what_is_said_is_kept_and_audited(client, lumajang, pic):
    client.force_login(pic)

    answer = client.post(address(), SAID)

    office = Office.objects.get(region=lumajang)
    assert answer.status_code == 302
    assert (office.name, office.signer_nip) == (SAID["name"], SAID["signer_nip"])
    assert office.outline == ["results", "closing"]
    assert office.changed_by == pic
    event = AuditEvent.objects.get(action="reports.change_office")
    assert "Basuni" not in str(event.changes)


def test_nothing_new_is_no_event(client, lumajang, pic):
    client.force_login(pic)
    for _time in range(2):
        client.post(address(), SAID)

    assert AuditEvent.objects.filter(action="reports.change_office").count() == 1


def test_emblem_is_written_anew_and_can_be_taken_away(client, lumajang, pic):
    client.force_login(pic)
    client.post(address(), {**SAID, "emblem": picture()})

    name = Office.objects.get().emblem
    with storages["documents"].open(name) as file:
        kept = Image.open(file)
        assert (kept.format, kept.size) == ("JPEG", (640, 640))
    shown = client.get(reverse("reports:office_emblem", kwargs={"code": "35.08"}))
    assert shown["Content-Type"] == "image/jpeg"
    assert shown.getvalue().startswith(b"\xff\xd8\xff")

    client.post(address(), SAID | {"tanpa_lambang": "on"})
    assert Office.objects.get().emblem == ""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bukan gambar"),
        (b"\x89PNG\r\n\x1a\nrusak", "rusak"),
        (b"%PDF-1.7", "bukan gambar"),
    ],
)
def test_what_is_no_picture_changes_nothing_and_keeps_what_was_typed(
    client, lumajang, pic, content, reason
):
    client.force_login(pic)

    answer = client.post(address(), {**SAID, "emblem": SimpleUploadedFile("lambang.png", content)})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert reason in page
    assert 'value="Drs. Basuni"' in page
    assert not Office.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"signer_nip": "1968"}, "signer_nip"),
        ({"signer_nip": "x" * 18}, "signer_nip"),
        ({"name": ""}, "name"),
        ({"government": "x" * 121}, "government"),
        ({"legal_basis": "x" * 5_001}, "legal_basis"),
        ({"bab_results": "", "bab_closing": ""}, "__all__"),
        ({"urutan_results": "nol"}, "urutan_results"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, lumajang, pic, changed, field):
    client.force_login(pic)

    answer = client.post(address(), {**SAID, **changed})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_page_opens_on_what_was_said_before(client, province, staff):
    office_of(province)
    client.force_login(staff)

    page = client.get(address("35")).content.decode()

    assert "Dra. Sri Wahyuni, M.Si." in page


def test_regency_without_an_office_is_told_whose_it_borrows(client, province, lumajang, pic):
    office_of(province)
    client.force_login(pic)

    page = client.get(address()).content.decode()

    assert "Dinas Perpustakaan dan Kearsipan" in page
    assert "dipinjam" in page


@pytest.mark.usefixtures("shared_press")
def test_sample_is_one_page_and_writes_nothing(client, province, lumajang, pic):
    office_of(province)
    client.force_login(pic)

    answer = client.get(reverse("reports:office_sample", kwargs={"code": "35.08"}))

    assert pdf.page_count(answer.content) == 1


def test_sample_that_does_not_come_about_says_why(client, pic, monkeypatch):
    def no_layout(_region):
        raise NotPrinted("Bagian “Contoh” tidak jadi: memori habis.", part="Contoh")

    monkeypatch.setattr(sample, "letter_of", no_layout)
    client.force_login(pic)

    answer = client.get(reverse("reports:office_sample", kwargs={"code": "35.08"}))

    assert answer.status_code == 503
    assert "memori habis" in answer.text


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ("pic", "35.08", 200),
        ("pic", "35", 404),
        ("pic", "35.05", 404),
        ("staff", "35", 200),
        ("staff", "35.08.21", 404),
        ("leader", "35.08", 403),
        ("facilitator", "35.08", 403),
    ],
)
def test_who_may_keep_an_office(client, request, lumajang, blitar, who, code, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(address(code)).status_code == status


def test_the_second_of_two_people_is_told_and_keeps_what_was_typed(client, lumajang, pic):
    client.force_login(pic)
    begun = client.get(address()).context["version"]
    client.post(address(), {**SAID, "versi": begun})

    late = client.post(address(), {**SAID, "signer_name": "Dra. Umi", "versi": begun})
    again = client.post(
        address(), {**SAID, "signer_name": "Dra. Umi", "versi": late.context["version"]}
    )

    assert (late.status_code, again.status_code) == (409, 302)
    assert "baru saja diubah orang lain" in late.text
    assert 'value="Dra. Umi"' in late.text
    assert Office.objects.get().signer_name == "Dra. Umi"
