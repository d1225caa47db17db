"""Rosters by browser: every step, and who may take it."""

import io
from datetime import date

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from libraries import services as library_services
from libraries.enums import ImportState, LineKind
from libraries.imports import importing
from libraries.imports.template import EXAMPLE_NAME
from libraries.models import Library, RosterImport
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

HEAD = "Nama Perpustakaan,Jenis,Kode Desa,NPP,Sumber Program,Tahun Bergabung"
MAWAR = "Perpustakaan Mawar,Desa,35.08.21.2004,,Mandiri,2023"
MELATI = "Perpustakaan Melati,Kelurahan,35.08.10.1011,3508212D0000001,Replikasi,2022"
LIST_QUERIES = 10
PLAN_QUERIES = 9
PLACES = "Nama Perpustakaan,Desa/Kelurahan,Kecamatan,Kabupaten/Kota,Sumber Program,Tahun"


@pytest.fixture(autouse=True)
def regions():
    for code in ("35.08.21.2004", "35.08.10.1011", "35.08.21.2005", "35.05.17.1006"):
        factories.region(code)


def file(*lines: str, head: str = HEAD, name: str = "daftar.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join([head, *lines]).encode())


def address(name: str, roster: RosterImport) -> str:
    return reverse(f"libraries:{name}", kwargs={"pk": roster.pk})


def send(client, *lines: str, **more) -> RosterImport:
    """Sent in through the form."""
    answer = client.post(reverse("libraries:rosters"), {"berkas": file(*lines, **more)})
    assert answer.status_code == 302, answer.context["form"].errors
    return RosterImport.objects.latest("pk")


def columns_of(client, roster: RosterImport) -> dict[str, str]:
    """What the form of columns offers before anybody touches it."""
    form = client.get(address("roster", roster)).context["form"]
    fields = {field.html_name: field.value() for _, field in form.columns}
    return {**fields, "baris": str(form.heading.number)}


def matched(client, *lines: str, **more) -> RosterImport:
    roster = send(client, *lines, **more)
    client.post(address("roster_columns", roster), columns_of(client, roster))
    return roster


def looked_at(client, *lines: str, **more) -> RosterImport:
    roster = matched(client, *lines, **more)
    importing.work_on(roster_id=roster.pk)
    roster.refresh_from_db()
    return roster


def agree(client, roster: RosterImport, **more):
    given = {"pemeriksaan": roster.plan_hash, **more}
    return client.post(address("roster_confirm", roster), given)


def imported(client, *lines: str, **more) -> RosterImport:
    roster = looked_at(client, *lines, **more)
    agree(client, roster)
    importing.work_on(roster_id=roster.pk)
    roster.refresh_from_db()
    return roster


@pytest.fixture
def as_pic(client, pic):
    client.force_login(pic)
    return client


# --- The journey ----------------------------------------------------------------------------------


def test_a_roster_travels_from_the_file_to_the_register(as_pic, pic):
    roster = imported(as_pic, MAWAR, MELATI)

    assert roster.state == ImportState.DONE
    assert list(Library.objects.order_by("pk").values_list("name", "region__code", "npp")) == [
        ("Perpustakaan Mawar", "35.08.21.2004", ""),
        ("Perpustakaan Melati", "35.08.10.1011", "3508212D0000001"),
    ]
    page = as_pic.get(address("roster", roster))
    assert page.status_code == 200
    assert [line.library.name for line in page.context["page"]] == [
        "Perpustakaan Mawar",
        "Perpustakaan Melati",
    ]
    assert page.context["without_account"] == 2


def test_nothing_is_written_before_somebody_agrees(as_pic):
    roster = looked_at(as_pic, MAWAR, MELATI)

    assert roster.state == ImportState.PLANNED
    assert (roster.count(LineKind.ADDED), Library.objects.count()) == (2, 0)


def test_a_second_import_changes_nothing(as_pic):
    imported(as_pic, MAWAR, MELATI)

    again = looked_at(as_pic, MAWAR, MELATI)

    assert again.counts == {
        "added": 0,
        "changed": 0,
        "unchanged": 2,
        "rejected": 0,
        "warnings": 0,
    }
    assert agree(as_pic, again).status_code == 409
    again.refresh_from_db()
    assert again.state == ImportState.PLANNED


def test_what_changes_is_shown_old_and_new(as_pic):
    imported(as_pic, MAWAR)

    roster = looked_at(as_pic, MAWAR.replace("Mandiri", "Nasional"))

    line = roster.lines.get()
    assert (line.kind, line.details) == (
        LineKind.CHANGED,
        [["Sumber Program", "Replikasi mandiri", "Nasional, lengkap"]],
    )
    page = as_pic.get(address("roster", roster)).content.decode()
    assert "<del>Replikasi mandiri</del> → <ins>Nasional, lengkap</ins>" in page


def test_what_rows_said_of_people_does_not_stay(as_pic):
    head = f"{HEAD},Nama Pengelola,Telepon Pengelola"
    imported(as_pic, f"{MAWAR},Siti Aminah,0812-3456-7890", head=head)

    roster = looked_at(as_pic, f"{MAWAR},Siti Aminah,0812-9999-7890", head=head)
    stored = roster.stored_as
    assert roster.lines.get().details == [["Telepon Pengelola", "+6281234567890", "+6281299997890"]]
    agree(as_pic, roster)
    importing.work_on(roster_id=roster.pk)

    assert roster.lines.get().details == []
    assert Library.objects.get().contact_phone == "+6281299997890"
    assert storages["rosters"].exists(stored)  # until the commit, which a test never reaches


def test_the_file_goes_once_the_import_ended(as_pic, django_capture_on_commit_callbacks):
    roster = send(as_pic, MAWAR)

    with django_capture_on_commit_callbacks(execute=True):
        as_pic.post(address("roster_cancel", roster))

    assert not storages["rosters"].exists(roster.stored_as)
    roster.refresh_from_db()
    assert (roster.state, roster.stored_as) == (ImportState.CANCELLED, "")


def test_each_write_has_its_event(as_pic, pic):
    roster = imported(as_pic, MAWAR)

    found = AuditEvent.objects.order_by("pk").values_list("action", "by", "subject")
    library, name = Library.objects.get(), f"libraries.rosterimport:{roster.pk}"
    assert [event for event in found if event[0].startswith("libraries.")] == [
        ("libraries.upload_roster", pic.pk, name),
        ("libraries.match_columns", pic.pk, name),
        ("libraries.confirm_roster", pic.pk, name),
        ("libraries.register", pic.pk, f"libraries.library:{library.pk}"),
        ("libraries.import_roster", pic.pk, name),
    ]


# --- Rejected rows --------------------------------------------------------------------------------


def test_one_bad_row_in_five_hundred_keeps_all_out(as_pic):
    rows = [f"Perpustakaan {n},Desa,35.08.21.2004,,Mandiri,2023" for n in range(499)]
    rows.insert(250, "Perpustakaan Salah,Desa,35.08.21.2004,,Sumbangan,2023")
    roster = looked_at(as_pic, *rows)

    answer = agree(as_pic, roster)

    assert answer.status_code == 422
    line = roster.lines.get(kind=LineKind.REJECTED)
    assert (line.number, line.details[0][0]) == (252, "Sumber Program")
    assert "“Sumbangan” tidak dikenal" in answer.content.decode()
    importing.work_on(roster_id=roster.pk)
    assert not Library.objects.exists()


def test_the_sound_rows_alone_are_imported_when_somebody_says_so(as_pic):
    roster = looked_at(as_pic, MAWAR, "Salah,Istana,35.08.21.2004,,Mandiri,2023")

    agree(as_pic, roster, hanya_benar="ya")
    importing.work_on(roster_id=roster.pk)

    roster.refresh_from_db()
    assert (roster.state, roster.sound_only) == (ImportState.DONE, True)
    assert Library.objects.get().name == "Perpustakaan Mawar"
    page = as_pic.get(address("roster", roster), {"jenis": "rejected"})
    assert "“Istana” tidak dikenal" in page.content.decode()


@pytest.mark.parametrize("phone", ["12", "telepon", "0812/0813"])
def test_a_phone_that_is_none_is_rejected(as_pic, phone):
    roster = looked_at(as_pic, f"{MAWAR},{phone}", head=f"{HEAD},Telepon Pengelola")

    assert roster.lines.get().details == [
        ["Telepon Pengelola", f"“{phone}” bukan nomor telepon. Contoh: 081234567890."]
    ]


def test_warnings_have_a_list_of_their_own(as_pic):
    roster = looked_at(as_pic, "Mawar,Desa,35.08.21.2004,12345,Mandiri,2023")

    page = as_pic.get(address("roster", roster), {"jenis": "warnings"})

    assert "tidak seperti NPP biasa" in page.content.decode()


# --- Columns --------------------------------------------------------------------------------------


def test_known_headings_are_guessed_and_close_ones_offered(as_pic):
    roster = send(as_pic, "1,Mawar,35.08.21.2004,x", head="No,Nama Perpustakan,Kode Desa,Catatan")

    form = as_pic.get(address("roster", roster)).context["form"]

    assert [(one.heading, one.field, one.sure) for one in form.guesses] == [
        ("No", "", False),
        ("Nama Perpustakan", "name", False),
        ("Kode Desa", "code", True),
        ("Catatan", "", False),
    ]


def test_columns_can_be_matched_by_hand(as_pic):
    roster = send(as_pic, "Mawar,35.08.21.2004,Mandiri,2023", head="A,B,C,D")

    as_pic.post(
        address("roster_columns", roster),
        {"kolom_0": "name", "kolom_1": "code", "kolom_2": "source", "kolom_3": "joined_on"},
    )
    importing.work_on(roster_id=roster.pk)

    line = roster.lines.get()
    assert (line.kind, line.name) == (LineKind.ADDED, "Mawar")


def test_a_title_above_the_headings_can_be_stepped_over(as_pic):
    roster = send(as_pic, "Daftar;;", "A;B", "Mawar;35.08.21.2004", head="Dinas Perpustakaan;;")

    form = as_pic.get(address("roster", roster), {"baris": "3"}).context["form"]

    assert [(one.heading, one.samples) for one in form.guesses] == [
        ("A", ("Mawar",)),
        ("B", ("35.08.21.2004",)),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Kolom “Nama Perpustakaan” tidak ada."),
        ({"kolom_0": "name"}, "Kolom wilayah tidak ada"),
        ({"kolom_0": "name", "kolom_1": "name"}, "sudah dipilih untuk kolom lain"),
        ({"kolom_0": "password"}, "Pilih isian yang ada di daftar."),
    ],
)
def test_columns_that_do_not_do_are_named_and_kept(as_pic, given, said):
    roster = send(as_pic, MAWAR)

    answer = as_pic.post(address("roster_columns", roster), given)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    roster.refresh_from_db()
    assert roster.state == ImportState.UPLOADED


# --- Places ---------------------------------------------------------------------------------------


def unclear(as_pic, *rows: str) -> RosterImport:
    return looked_at(as_pic, *rows, head=PLACES)


def test_a_misspelt_village_is_chosen_once_for_all_its_rows(as_pic):
    roster = unclear(
        as_pic,
        "Mawar,Labrug Kidul,Sumbersuko,Kab. Lumajang,Mandiri,2023",
        "Melati,Labrug Kidul,Sumbersuko,Kab. Lumajang,Mandiri,2023",
    )
    form = as_pic.get(address("roster", roster)).context["form"]
    (name,) = form.fields
    assert form.fields[name].choices[1] == (
        "35.08.21.2004",
        "Desa Labruk Kidul, Kecamatan Sumbersuko, Kabupaten Lumajang (35.08.21.2004)",
    )

    as_pic.post(address("roster_places", roster), {name: "35.08.21.2004"})
    importing.work_on(roster_id=roster.pk)

    roster.refresh_from_db()
    assert (roster.count(LineKind.ADDED), roster.count(LineKind.REJECTED)) == (2, 0)


def test_a_village_is_never_found_by_its_name_alone(as_pic):
    roster = unclear(as_pic, "Mawar,Labruk Kidul,,Kab. Lumajang,Mandiri,2023")

    line = roster.lines.get()
    assert (line.kind, line.candidates[0]) == (LineKind.REJECTED, "35.08.21.2004")


def test_only_candidates_can_be_chosen(as_pic):
    roster = unclear(as_pic, "Mawar,Labrug Kidul,Sumbersuko,Kab. Lumajang,Mandiri,2023")
    (name,) = as_pic.get(address("roster", roster)).context["form"].fields

    for code in ("35.05.17.1006", "abc", ""):
        answer = as_pic.post(address("roster_places", roster), {name: code})
        assert answer.status_code == 422


def test_candidates_lie_within_ones_own_places(as_pic):
    roster = unclear(as_pic, "Mawar,Klemunan,Wlingi,Kab. Blitar,Mandiri,2023")

    line = roster.lines.get()
    assert (line.kind, line.candidates) == (LineKind.REJECTED, [])


# --- Scope ----------------------------------------------------------------------------------------


def test_rows_of_another_regency_are_rejected_without_telling_of_it(as_pic, other_library):
    other_library.npp = "3505171D0000001"
    other_library.save()

    roster = looked_at(
        as_pic,
        f"{other_library.name},Kelurahan,35.05.17.1006,,Mandiri,2023",
        "Tidak Ada,Kelurahan,35.05.17.1006,,Mandiri,2023",
        "Perpustakaan Melur,Desa,35.08.21.2004,3505171D0000001,Mandiri,2023",
    )

    reasons = [line.details[0][1] for line in roster.lines.order_by("number")]
    assert reasons == [
        "Kelurahan Klemunan bukan wilayah tugas Anda.",
        "Kelurahan Klemunan bukan wilayah tugas Anda.",
        "sudah dipakai perpustakaan di wilayah lain.",
    ]


def test_the_province_imports_everywhere(client, staff):
    client.force_login(staff)

    imported(client, MAWAR, "Wangi,Kelurahan,35.05.17.1006,,Mandiri,2023")

    assert Library.objects.count() == 2


@pytest.mark.parametrize("who", ["strange_pic"])
def test_an_import_elsewhere_does_not_exist(client, request, as_pic, who):
    roster = send(as_pic, MAWAR)
    client.force_login(request.getfixturevalue(who))

    for name in ("roster", "roster_progress"):
        assert client.get(address(name, roster)).status_code == 404
    for name in ("roster_columns", "roster_places", "roster_confirm", "roster_cancel"):
        assert client.post(address(name, roster)).status_code == 404
    assert list(client.get(reverse("libraries:rosters")).context["page"]) == []


def test_the_provinces_import_does_not_exist_for_a_pic(client, staff, pic):
    client.force_login(staff)
    roster = send(client, MAWAR)
    client.force_login(pic)

    assert client.get(address("roster", roster)).status_code == 404


def test_a_pic_of_two_regencies_shares_it_with_the_pic_of_neither(client, pic, blitar, strange_pic):
    library_services.assign(user=pic, region=blitar, starts_on=date(2024, 1, 1))
    client.force_login(pic)
    roster = send(client, MAWAR, "Wangi,Kelurahan,35.05.17.1006,,Mandiri,2023")

    assert RosterImport.objects.visible_to(pic).get() == roster
    assert not RosterImport.objects.visible_to(strange_pic).exists()


@pytest.mark.parametrize("role", [Role.LIBRARIAN, Role.FACILITATOR, Role.PROVINCE_VIEWER])
def test_other_roles_have_no_business_here(client, library, lumajang, province, role):
    place = {Role.LIBRARIAN: library, Role.FACILITATOR: lumajang}.get(role, province)
    client.force_login(factories.someone(role, place))

    for name in ("rosters", "roster_template", "sim_states"):
        assert client.get(reverse(f"libraries:{name}")).status_code == 403


# --- Meanwhile ------------------------------------------------------------------------------------


def test_a_register_that_moved_shows_the_new_dry_run_instead(as_pic):
    roster = looked_at(as_pic, MAWAR, MELATI)
    agree(as_pic, roster)
    factories.LibraryFactory(name="Perpustakaan Mawar")

    importing.work_on(roster_id=roster.pk)

    roster.refresh_from_db()
    assert (roster.state, roster.confirmed_by) == (ImportState.PLANNED, None)
    assert roster.problem.startswith("Daftar perpustakaan berubah sejak diperiksa.")
    assert (roster.count(LineKind.ADDED), roster.count(LineKind.CHANGED)) == (1, 1)
    assert Library.objects.count() == 1


def test_another_dry_run_than_the_one_read_is_not_agreed_to(as_pic):
    roster = looked_at(as_pic, MAWAR)

    answer = as_pic.post(address("roster_confirm", roster), {"pemeriksaan": "lain"})

    assert answer.status_code == 409
    assert "Hasil pemeriksaannya sudah lain." in answer.content.decode()


def test_somebody_who_no_longer_works_there_imports_nothing(as_pic, pic):
    roster = looked_at(as_pic, MAWAR)
    agree(as_pic, roster)
    pic.assignments.update(ends_on=date(2024, 1, 1))

    importing.work_on(roster_id=roster.pk)

    roster.refresh_from_db()
    assert roster.state == ImportState.FAILED
    assert roster.problem == "Yang menyetujui tidak lagi bertugas di wilayah ini."
    assert not Library.objects.exists()


def test_each_step_is_refused_once_it_is_past(as_pic):
    roster = imported(as_pic, MAWAR)

    for name in ("roster_columns", "roster_places", "roster_confirm", "roster_cancel"):
        assert as_pic.post(address(name, roster)).status_code == 409, name


# --- Pages ----------------------------------------------------------------------------------------


def test_progress_asks_again_while_it_waits_and_loads_the_page_once_it_is_over(as_pic):
    roster = matched(as_pic, MAWAR)

    waiting = as_pic.get(address("roster_progress", roster), headers={"HX-Request": "true"})
    importing.work_on(roster_id=roster.pk)
    over = as_pic.get(address("roster_progress", roster), headers={"HX-Request": "true"})

    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    assert over.headers["HX-Refresh"] == "true"
    assert as_pic.get(address("roster_progress", roster)).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries(as_pic, rows, django_assert_num_queries):
    sent = [send(as_pic, MAWAR) for _ in range(rows)]

    with django_assert_num_queries(LIST_QUERIES):
        answer = as_pic.get(reverse("libraries:rosters"))

    assert set(answer.context["page"]) == set(sent)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_dry_run_asks_the_same_number_of_queries(as_pic, rows, django_assert_num_queries):
    lines = [f"Perpustakaan {n},Desa,35.08.21.2004,,Mandiri,2023" for n in range(rows)]
    roster = looked_at(as_pic, *lines)

    with django_assert_num_queries(PLAN_QUERIES):
        answer = as_pic.get(address("roster", roster))

    assert len(answer.context["page"]) == rows


def test_a_file_name_is_shown_as_text(as_pic):
    roster = send(as_pic, MAWAR, name="<script>alert(1)</script>.csv")

    page = as_pic.get(address("roster", roster)).content.decode()

    assert roster.file_name in ("<script>alert(1)<", "script>.csv", "<script>alert(1)</script>.csv")
    assert "<script>alert" not in page


def test_the_template_comes_back_as_it_was_sent_out(as_pic):
    content = as_pic.get(reverse("libraries:roster_template")).content
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Daftar perpustakaan", "Isian yang dikenal"]
    book.worksheets[0].append(["Mawar", "Desa", "35.08.21.2004"])
    for column, text in ((8, "Mandiri"), (9, "2023"), (13, "081234567890")):
        book.worksheets[0].cell(row=3, column=column, value=text)
    buffer = io.BytesIO()
    book.save(buffer)

    upload = SimpleUploadedFile("templat.xlsx", buffer.getvalue())
    as_pic.post(reverse("libraries:rosters"), {"berkas": upload})
    roster = RosterImport.objects.get()
    as_pic.post(address("roster_columns", roster), columns_of(as_pic, roster))
    importing.work_on(roster_id=roster.pk)

    line = roster.lines.get()  # the example stayed out
    assert (line.kind, line.name, line.name == EXAMPLE_NAME) == (LineKind.ADDED, "Mawar", False)


def test_a_workbook_keeps_the_name_of_its_sheet(as_pic):
    book = Workbook()
    book.active.title = "Mitra 2024"
    book.active.append(["Nama", "Kode"])
    book.active.append(["Mawar", "35.08.21.2004"])
    book.create_sheet("Lain")
    buffer = io.BytesIO()
    book.save(buffer)

    upload = SimpleUploadedFile("mitra.xlsx", buffer.getvalue())
    as_pic.post(reverse("libraries:rosters"), {"berkas": upload})

    roster = RosterImport.objects.get()
    page = as_pic.get(address("roster", roster)).content.decode()
    assert roster.sheet == "Mitra 2024"
    assert "lembar “Mitra 2024”" in page
    assert "Lembar lain tidak dibaca: Lain." in page
