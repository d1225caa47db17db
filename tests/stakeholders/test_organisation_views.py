"""The pages of organisations and partnerships: what is asked, answered and kept."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from stakeholders import services
from stakeholders.models import Contact, FormerOrganisation, Membership, Organisation, Partnership
from stakeholders.services import Person, Profile
from tests import factories
from tests.activities.pictures import jpeg
from tpbis.accounts.enums import Role

TODAY = timezone.localdate()


def to(route: str, *args) -> str:
    return reverse(f"stakeholders:{route}", args=args)


@pytest.fixture
def bank(staff, lumajang, blitar) -> Organisation:
    return services.register_organisation(
        profile=Profile("Bank Jatim", kind="bumd", themes=("Ekonomi",)), by=staff
    )


@pytest.fixture
def local(library) -> Organisation:
    return Organisation.objects.create(name="PKK Labruk Kidul", village=library.region)


SAID = {"name": "Petrogas", "kind": "bumd", "themes": ["Ekonomi"], "regions": ["35.08"]}


def test_an_organisation_is_added_with_its_logo_and_shown(client, staff, leader, lumajang):
    client.force_login(staff)

    answer = client.post(to("organisation_add"), {**SAID, "logo": jpeg()})

    organisation = Organisation.objects.get()
    assert answer.url == organisation.get_absolute_url()
    client.force_login(leader)
    page = client.get(answer.url)
    assert "Petrogas" in page.text
    assert to("organisation_logo", organisation.pk) in page.text
    logo = client.get(to("organisation_logo", organisation.pk))
    assert b"".join(logo.streaming_content).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"name": ""}, 422, "name"),
        ({"name": "bank JATIM"}, 409, "name"),
        ({"kind": "sihir"}, 422, "kind"),
        ({"themes": ["Sihir"]}, 422, "themes"),
        ({"regions": ["99.99"]}, 422, "regions"),
        ({"website": "javascript:alert(1)"}, 422, "website"),
        ({"logo": SimpleUploadedFile("a.png", b"no picture")}, 422, "logo"),
    ],
)
def test_a_wrong_answer_is_explained_and_kept(client, staff, bank, given, status, field):
    client.force_login(staff)

    response = client.post(to("organisation_add"), {**SAID, **given})

    assert response.status_code == status
    assert set(response.context["form"].errors) == {field}
    assert Organisation.objects.count() == 1


def test_the_list_is_narrowed_and_finds_former_names(client, staff, bank, lumajang):
    FormerOrganisation.objects.create(
        number=9_999, name="BPD Lama", organisation=bank, merged_by=staff
    )
    services.register_organisation(
        profile=Profile("Airlangga", kind="kampus", themes=("Pendidikan",), regions=(lumajang,)),
        by=staff,
    )
    client.force_login(staff)

    def found(query: str) -> list[str]:
        page = client.get(f"{reverse('reports:organisations')}?{query}")
        return sorted(row.organisation.name for row in page.context["page"])

    assert found("") == ["Airlangga", "Bank Jatim"]
    assert found("jenis=kampus") == ["Airlangga"]
    assert found("bidang=Ekonomi") == ["Bank Jatim"]
    assert found("minat=35.05") == ["Bank Jatim"]
    assert found("minat=35.08") == ["Airlangga", "Bank Jatim"]
    assert found("cari=bpd+lama") == ["Bank Jatim"]
    bad = client.get(f"{reverse('reports:organisations')}?jenis=sihir")
    assert (bad.status_code, [*bad.context["page"]]) == (400, [])


def test_contacts_leave_the_portal_for_whoever_calls_them(client, staff, leader, bank):
    person = Person("Humas", "Siti Aminah", "081234567890", "", TODAY)
    services.record_contact(organisation=bank, person=person, by=staff)
    address = reverse("reports:organisations_export", args=["csv"])
    said = {}
    for who in (staff, leader):
        client.force_login(who)
        said[who.username] = client.get(address).getvalue().decode()

    assert "Siti Aminah" in said["provinsi"]
    assert "Siti" not in said["pimpinan"]
    assert "BUMD" in said["pimpinan"]


def test_the_old_address_leads_to_the_one_that_stayed(client, staff, bank):
    duplicate = Organisation.objects.create(name="Bank Jawa Timur")
    old = duplicate.get_absolute_url()
    client.force_login(staff)

    page = client.get(f"{to('organisation_merge', bank.pk)}?dengan={duplicate.pk}")
    assert page.status_code == 200
    said = {"dengan": duplicate.pk}
    assert client.post(to("organisation_merge", bank.pk), said).status_code == 422
    client.post(to("organisation_merge", bank.pk), {**said, "understood": "on"})

    assert client.get(old).url == bank.get_absolute_url()


def test_a_local_one_is_lifted_or_offered_for_a_merger(client, pic, local, bank):
    client.force_login(pic)
    assert client.post(to("organisation_lift", local.pk)).url == local.get_absolute_url()
    assert client.post(to("organisation_lift", local.pk)).status_code == 409

    village = factories.region("35.08.21.2004")
    twin = Organisation.objects.create(name="BANK JATIM", village=village)
    response = client.post(to("organisation_lift", twin.pk))

    assert response.status_code == 409
    assert f"?dengan={twin.pk}" in response.text


def test_one_in_use_is_not_deleted_and_the_page_says_why(client, staff, bank, library):
    Partnership.objects.create(
        organisation=bank, library=library, kind="dana", starts_on=TODAY, recorded_by=staff
    )
    client.force_login(staff)

    response = client.post(to("organisation_delete", bank.pk))

    assert response.status_code == 409
    assert "1 kemitraan" in response.text


# --- Whom to call, and who speaks for it ----------------------------------------------------------

PERSON = {
    "position": "Humas",
    "name": "Siti Aminah",
    "phone": "0812-3456-7890",
    "consented_on": "2024-01-01",
}


def test_a_contact_is_written_down_corrected_and_erased(client, staff, bank):
    client.force_login(staff)
    client.post(to("contact_add", bank.pk), PERSON)
    contact = Contact.objects.get()
    assert (contact.name, contact.phone) == ("Siti Aminah", "+6281234567890")

    client.post(to("contact_change", contact.pk), {**PERSON, "name": "Siti A."})
    assert "Siti A." in client.get(bank.get_absolute_url()).text
    client.post(to("contact_withdraw", contact.pk))

    page = client.get(bank.get_absolute_url()).text
    assert "Siti" not in page
    assert "Humas" in page
    assert client.post(to("contact_change", contact.pk), PERSON).status_code == 409
    contact.refresh_from_db()
    assert contact.name == ""


def test_a_contact_needs_a_number_and_a_past_consent(client, staff, bank):
    client.force_login(staff)
    wrong = {**PERSON, "phone": "", "consented_on": str(TODAY + timedelta(days=1))}

    response = client.post(to("contact_add", bank.pk), wrong)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"phone", "consented_on"}


def test_an_account_is_tied_and_not_twice(client, staff, bank):
    user = factories.UserFactory(role=Role.SUPPORTER)
    client.force_login(staff)
    said = {"user": user.pk, "starts_on": "2024-01-01", "ends_on": ""}

    assert client.post(to("membership_add", bank.pk), said).status_code == 302
    again = client.post(to("membership_add", bank.pk), {**said, "starts_on": "2024-06-01"})
    crossed = client.post(to("membership_add", bank.pk), {**said, "ends_on": "2023-01-01"})

    assert (again.status_code, set(again.context["form"].errors)) == (422, {"starts_on"})
    assert (crossed.status_code, set(crossed.context["form"].errors)) == (422, {"ends_on"})
    membership = Membership.objects.get()
    client.post(to("membership_end", membership.pk), {"ends_on": "2024-12-31"})
    membership.refresh_from_db()
    assert membership.ends_on == date(2024, 12, 31)


# --- Partnerships ---------------------------------------------------------------------------------

AGREED = {
    "organisation_name": "Bank Jatim",
    "kind": "dana",
    "starts_on": "2024-03-01",
    "ends_on": "",
    "agreement_number": "MoU 7/2024",
    "promised_rupiah": "Rp1.500.000",
}


def test_a_region_partnership_with_its_paper(client, pic, lumajang, strange_pic):
    client.force_login(pic)
    paper = SimpleUploadedFile("mou.jpg", jpeg().read())

    answer = client.post(to("region_partnership_add", "35.08"), {**AGREED, "agreement": paper})

    partnership = Partnership.objects.get()
    assert (partnership.region, partnership.promised_rupiah) == (lumajang, 1_500_000)
    assert answer.url == partnership.get_absolute_url()
    assert "MoU 7/2024" in client.get(answer.url).text
    sent = client.get(to("partnership_agreement", partnership.pk))
    assert b"".join(sent.streaming_content).startswith(b"\xff\xd8")
    client.force_login(strange_pic)
    assert client.get(to("partnership_agreement", partnership.pk)).status_code == 404
    assert client.get(answer.url).status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"promised_rupiah": "-5"}, "promised_rupiah"),
        ({"promised_rupiah": "Rp900.000.000.000.000"}, "promised_rupiah"),
        ({"promised_rupiah": "banyak"}, "promised_rupiah"),
        ({"promised_quantity": "5"}, "promised_unit"),
        ({"ends_on": "2024-02-01"}, "ends_on"),
        ({"agreement": SimpleUploadedFile("a.pdf", b"none")}, "agreement"),
    ],
)
def test_an_agreement_that_cannot_be_is_refused_at_its_field(client, pic, lumajang, given, field):
    client.force_login(pic)

    response = client.post(to("region_partnership_add", "35.08"), {**AGREED, **given})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert not Partnership.objects.exists()


def test_a_partnership_is_corrected_and_ended(client, librarian, library):
    client.force_login(librarian)
    client.post(to("partnership_add", library.pk), AGREED)
    one = Partnership.objects.get()

    assert client.get(to("partnership_change", one.pk)).status_code == 200
    client.post(to("partnership_change", one.pk), {**AGREED, "kind": "barang"})
    wrong = client.post(to("partnership_end", one.pk), {"ends_on": "2024-01-01", "reason": "x1"})
    client.post(to("partnership_end", one.pk), {"ends_on": "2024-06-30", "reason": "Pindah"})

    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"ends_on"})
    one.refresh_from_db()
    assert (one.kind, one.ends_on) == ("barang", date(2024, 6, 30))


def test_a_gift_is_part_of_a_partnership(client, librarian, library):
    client.force_login(librarian)
    client.post(to("partnership_add", library.pk), AGREED)
    one = Partnership.objects.get()
    gift = {
        "organisation_name": "Bank Jatim",
        "kind": "dana",
        "given_on": "2024-03-05",
        "description": "Dana pelatihan",
        "rupiah": "Rp500.000",
        "partnership": one.pk,
    }
    client.post(to("support_add", library.pk), gift)

    page = client.get(one.get_absolute_url())

    assert page.context["partnership"].realised_rupiah == 500_000
    assert "Dana pelatihan" in page.text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_however_many(
    client, staff, bank, library, rows, django_assert_num_queries
):
    for day in range(rows):
        Partnership.objects.create(
            organisation=bank,
            library=library,
            kind="dana",
            starts_on=TODAY - timedelta(days=day),
            ends_on=TODAY + timedelta(days=30),
            recorded_by=staff,
        )
    client.force_login(staff)
    client.get(to("partnerships"))

    with django_assert_num_queries(11):
        page = client.get(to("partnerships"))

    assert len(page.context["page"].object_list) == rows
    assert page.context["ending"] == rows


def test_the_list_is_narrowed_and_leaves_as_a_file(client, staff, bank, library, other_library):
    same = {"organisation": bank, "recorded_by": staff}
    Partnership.objects.create(library=library, kind="dana", starts_on=date(2024, 1, 1), **same)
    Partnership.objects.create(
        library=other_library,
        kind="barang",
        starts_on=date(2024, 1, 1),
        ends_on=date(2024, 2, 1),
        **same,
    )
    client.force_login(staff)

    def found(query: str) -> int:
        return client.get(f"{to('partnerships')}?{query}").context["page"].paginator.count

    assert [
        found(query)
        for query in (
            "",
            "keadaan=berakhir",
            "bentuk=dana",
            "wilayah=35.05",
            "cari=jatim",
            "cari=x",
        )
    ] == [2, 1, 1, 1, 2, 0]
    assert client.get(f"{to('partnerships')}?keadaan=sihir").status_code == 400
    file = client.get(to("partnerships_export", "csv") + "?bentuk=dana").getvalue().decode()
    assert file.count("Bank Jatim") == 1


# --- From a file ----------------------------------------------------------------------------------


def a_file(*rows) -> SimpleUploadedFile:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Nama lembaga", "Jenis lembaga", "Bidang", "Wilayah minat", "Situs web"])
    for row in rows:
        book.active.append(row)
    book.save(out)
    return SimpleUploadedFile("lembaga.xlsx", out.getvalue())


GOOD = ["Petrogas", "BUMD", "Ekonomi; Pendidikan", "Kabupaten Lumajang", "https://example.org"]


def test_a_file_is_looked_at_first_and_then_written(client, staff, bank):
    client.force_login(staff)
    rows = (GOOD, ["Bank Jatim", "", "Kesehatan", "", ""], ["", "Sihir", "Sihir", "", "ftp://x"])

    page = client.post(to("organisation_import"), {"berkas": a_file(*rows, GOOD)})

    preview = page.context["preview"]
    assert (preview.new, preview.changed, preview.rejected) == (1, 1, 2)
    assert [
        (line.number, {heading for heading, _text in line.problems})
        for line in preview.lines
        if line.problems
    ] == [(4, {"Nama lembaga", "Jenis lembaga", "Bidang", "Situs web"}), (5, {"Nama lembaga"})]
    assert Organisation.objects.count() == 1

    sent = {"isi": page.context["carried"], "pemeriksaan": preview.fingerprint}
    assert client.post(to("organisation_import_confirm"), sent).status_code == 302

    bank.refresh_from_db()
    assert (bank.kind, bank.themes) == ("bumd", ["Kesehatan"])
    new = Organisation.objects.get(name="Petrogas")
    assert (new.themes, [one.code for one in new.regions.all()]) == (
        ["Ekonomi", "Pendidikan"],
        ["35.08"],
    )
    again = client.post(to("organisation_import_confirm"), sent)
    assert again.status_code == 409


def test_a_preview_is_for_whoever_made_it(client, staff, province):
    client.force_login(staff)
    page = client.post(to("organisation_import"), {"berkas": a_file(GOOD)})
    sent = {
        "isi": page.context["carried"],
        "pemeriksaan": page.context["preview"].fingerprint,
    }
    client.force_login(factories.someone(Role.PROVINCE_STAFF, province))

    assert client.post(to("organisation_import_confirm"), sent).status_code == 422
    assert client.post(to("organisation_import_confirm"), {"isi": "x"}).status_code == 422
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "kosong"),
        (b"Jenis,Bidang\nBUMD,Ekonomi\n", "Nama lembaga"),
        (b"Nama lembaga\n", "Tidak ada baris"),
        (b"PK\x03\x04not a workbook", "rusak"),
        (b"Nama lembaga\n" + b"Toko\n" * 2_001, "2.000 baris"),
    ],
)
def test_a_file_that_is_none_is_refused(client, staff, content, said):
    client.force_login(staff)

    response = client.post(
        to("organisation_import"), {"berkas": SimpleUploadedFile("a.csv", content)}
    )

    assert response.status_code == 422
    assert said in response.context["form"].errors["berkas"][0]


def test_a_formula_is_no_name(client, staff):
    client.force_login(staff)

    page = client.post(to("organisation_import"), {"berkas": a_file(["=1+1", "", "", "", ""])})

    assert not getattr(page.context.get("preview"), "sound", [])


def test_the_template_comes_back_as_it_went(client, staff):
    client.force_login(staff)

    file = client.get(to("organisation_import_template")).getvalue()

    response = client.post(
        to("organisation_import"), {"berkas": SimpleUploadedFile("a.xlsx", file)}
    )
    assert "Tidak ada baris" in response.context["form"].errors["berkas"][0]
