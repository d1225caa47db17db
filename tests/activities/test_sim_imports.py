"""Feeds of the SIM sent in by browser: what came of each, and taking one back as a whole."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from activities import sim, tasks
from activities.enums import SimImportState
from activities.imports import read_content, read_rows
from activities.models import Activity, MonthlyReport, OfficialScore, SimImport, SimRow
from tests import factories
from tests.activities.sim_rows import file, iku, involvement, visits
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)
LIST = "/sim/"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """15 June 2026, so that the samples lie in the past."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def jabung():
    for code in ("35.13.12.2008", "35.13.04.2010"):
        factories.region(code)
    return factories.LibraryFactory(
        name="Perpustakaan Desa Jabung Wetan", region=factories.region("35.13.12.2003")
    )


@pytest.fixture
def send(client, staff):
    """Sends files in as province staff and returns the import."""
    client.force_login(staff)

    def sent(*files, per_tanggal="2026-06-01"):
        response = client.post(LIST, {"berkas": list(files), "per_tanggal": per_tanggal})
        assert response.status_code == 302, response.context["form"].errors
        return SimImport.objects.latest("pk")

    return sent


def said():
    """Everything that an import writes, as plain values."""
    return {
        "rows": list(
            SimRow.objects.order_by("kind", "key").values_list(
                "key", "content_hash", "raw", "library", "as_of", "problem", "day", "absent_since"
            )
        ),
        "entries": list(
            Activity.objects.order_by("uuid").values_list(
                "uuid", "title", "participants_total", "report__library", "report__month"
            )
        ),
        "reports": list(
            MonthlyReport.objects.order_by("library", "month").values_list(
                "library", "month", "seal", "visits_total"
            )
        ),
        "scores": list(OfficialScore.objects.order_by("pk").values_list("as_of", "points")),
    }


# --- Sending in -----------------------------------------------------------------------------------


def test_files_sent_in_are_taken_in_at_once(send, client):
    run = send(
        file("pelibatan3513.json", [involvement(), involvement(jumlah_peserta="dua puluh")]),
        file("pengunjung.json", [visits(31)]),
        file("iku.json", [iku("66.25"), iku("-", nama_perpustakaan="Perpustakaan Melati")]),
    )

    assert run.state == SimImportState.DONE
    assert run.totals == {
        "read": 5,
        "new": 5,
        "changed": 0,
        "unchanged": 0,
        "unmatched": 1,
        "rejected": 1,
        "vanished": 0,
    }
    assert MonthlyReport.objects.count() == 2
    assert OfficialScore.objects.get().as_of == date(2026, 6, 1)
    assert [line.reason for line in run.lines.order_by("kind")] == [
        "jumlah_peserta: “dua puluh” bukan bilangan bulat",
        "belum terdaftar",
    ]
    assert run.stored_as == ""
    page = client.get(run.get_absolute_url())
    assert "dua puluh" in page.content.decode()


def test_the_same_again_changes_nothing(send):
    rows = [involvement(), involvement(tanggal="2026-04-31")]
    send(file("pelibatan.json", rows))
    before = said()

    run = send(file("pelibatan.json", rows))

    assert said() == before
    assert (run.totals["unchanged"], run.totals["rejected"], run.reports) == (2, 1, 0)


def test_scores_and_replications_may_be_csv(send):
    scores = "Nama Perpustakaan;Provinsi;Kabupaten Kota;Desa Kelurahan;Skor\n"
    scores += "Perpustakaan Desa Jabung Wetan;Jawa Timur;Kab. Probolinggo;Jabung Wetan;66,25\n"
    replication = "provinsi_nama,kabupaten_name,dana,sumber_dana,jumlah_desa,tanggal_input\n"
    replication += "Jawa Timur,Kab. Probolinggo,20000000,APBD,10,2026-04-23\n"

    send(
        SimpleUploadedFile("iku_3513.csv", scores.encode()),
        SimpleUploadedFile("replikasi.csv", replication.encode()),
    )

    assert OfficialScore.objects.get().points == 66_250
    assert SimRow.objects.get(kind="replikasi").raw["jumlah_desa"] == "10"


def test_one_file_may_hold_several_kinds(send):
    both = {
        "_catatan": "contoh",
        "pelibatan": {"status": "success", "data": [involvement()]},
        "iku": {"status": "success", "data": [iku(50)]},
    }

    run = send(SimpleUploadedFile("semua.json", json.dumps(both).encode()))

    assert run.files == ["semua.json: iku", "semua.json: pelibatan"]
    assert (run.totals["new"], Activity.objects.count()) == (2, 1)


BAD = {
    "a page": ("iku.json", b"<!DOCTYPE html><p>Login", "halaman web"),
    "cut off": ("iku.json", b'{"status": "success", "data": [{"skor": 1', "bukan JSON"),
    "empty": ("iku.json", b"", "kosong"),
    "gzip": ("iku.json", gzip.compress(b"0" * 1_000_000), "terkompresi"),
    "envelope": ("iku.json", b'{"data": []}', "status SIM"),
    "list": ("iku.json", b"[1, 2]", "bukan bentuk SIM"),
    "kind": ("unduhan.json", b'{"status": "success", "data": []}', "jenisnya tidak dikenal"),
    "csv of another kind": ("pelibatan.csv", b"a,b\n1,2\n", "jenisnya tidak dikenal"),
    "no rows": ("iku.json", b'{"status": "success", "data": []}', "Tidak ada satu baris pun"),
    "fields": ("iku.json", b'{"status": "success", "data": [{"a": 1}]}', "tidak punya isian"),
    "deep": ("iku.json", b"[" * 100_000, "bukan JSON yang wajar"),
    "infinite": ("iku.json", b'{"status": "success", "data": [1e999]}', "bukan JSON yang wajar"),
}


@pytest.mark.parametrize(("name", "content", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_read_is_refused_whole(client, staff, name, content, told):
    client.force_login(staff)
    sound = file("pelibatan.json", [involvement()])

    response = client.post(
        LIST, {"berkas": [sound, SimpleUploadedFile(name, content)], "per_tanggal": "2026-06-01"}
    )

    if name == "iku.json" and told.startswith("Tidak ada satu"):
        assert response.status_code == 302  # the other file has one
        return
    assert response.status_code == 422
    assert told in str(response.context["form"].errors)
    assert 'value="2026-06-01"' in response.content.decode()
    assert not SimRow.objects.exists()
    assert not SimImport.objects.exists()


def test_nothing_at_all_too_much_and_days_to_come_are_refused(client, staff, monkeypatch):
    client.force_login(staff)
    monkeypatch.setattr("activities.forms.sim.MOST_BYTES", 10)

    none = client.post(LIST, {"per_tanggal": "2026-06-16"})
    much = client.post(LIST, {"berkas": [file("iku.json", [iku(1)])], "per_tanggal": "31-02-2026"})

    assert none.context["form"].errors == {
        "berkas": ["Pilih berkasnya."],
        "per_tanggal": ["Tanggal ini belum tiba."],
    }
    assert "terlalu besar" in str(much.context["form"].errors["berkas"])
    assert "per_tanggal" in much.context["form"].errors


@pytest.mark.parametrize("role", ["pic", "librarian", "stranger"])
def test_others_have_no_business_here(client, request, role, send):
    run = send(file("pelibatan.json", [involvement()]))
    user = request.getfixturevalue(role)
    client.force_login(user)

    assert client.get(LIST).status_code in (403, 404)
    assert client.get(run.get_absolute_url()).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        sim.undo(run=run, by=user)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries_however_many_imports(
    send, client, rows, django_assert_num_queries
):
    for count in range(rows):
        send(file("pelibatan.json", [involvement(jumlah_peserta=count + 1)]))
    client.get(LIST)

    with django_assert_num_queries(8):
        response = client.get(LIST)

    assert len(response.context["page"].object_list) == rows


# --- By a worker ----------------------------------------------------------------------------------


def receive(*files, by):
    content = read_content([(one.name, one.read()) for one in files], today=date(2026, 6, 15))
    return sim.receive(content=content, content_hash="h" * 64, as_of=date(2026, 6, 1), by=by)


def test_a_large_feed_is_left_to_a_worker(
    client, staff, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("activities.views.sim.AT_ONCE", 0)
    queued = []
    monkeypatch.setattr(
        "activities.receivers.queue", lambda task, **kwargs: queued.append((task.name, kwargs))
    )
    client.force_login(staff)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            LIST,
            {"berkas": file("pelibatan.json", [involvement()]), "per_tanggal": "2026-06-01"},
        )

    run = SimImport.objects.get()
    assert (run.state, queued) == ("waiting", [("activities.take_in_sim", {"run_id": run.pk})])
    assert 'http-equiv="refresh"' in client.get(run.get_absolute_url()).content.decode()
    tasks.take_in_sim(run_id=run.pk)
    tasks.take_in_sim(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts, Activity.objects.count()) == ("done", 1, 1)


def test_a_lost_message_and_a_dead_worker_are_made_good(staff, monkeypatch):
    run = receive(file("pelibatan.json", [involvement()]), by=staff)
    queued = []
    monkeypatch.setattr(tasks, "queue", lambda task, **kwargs: queued.append(kwargs))

    tasks.sweep_sim_imports()
    assert queued == []
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=1))
    tasks.sweep_sim_imports()
    assert queued == [{"run_id": run.pk}]

    assert sim.take(run_id=run.pk)  # and its worker dies
    assert sim.take(run_id=run.pk) is None
    assert sim.take(run_id=run.pk, at=NOW + timedelta(minutes=17))


def test_what_goes_wrong_leaves_nothing_half_written(staff, monkeypatch, django_assert_num_queries):
    run = receive(file("pelibatan.json", [involvement()]), by=staff)

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("activities.sim.reports.seal", broken)
    tasks.take_in_sim(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, run.stored_as) == ("failed", "")
    assert run.problem == "Ada kesalahan tak terduga; rinciannya di catatan server."
    assert not SimRow.objects.exists()
    assert not MonthlyReport.objects.exists()


def test_another_import_at_the_same_time_makes_it_wait(staff, monkeypatch):
    run = receive(file("pelibatan.json", [involvement()]), by=staff)

    def busy(*args, **kwargs):
        raise sim.AnotherImport

    monkeypatch.setattr(sim, "store", busy)
    tasks.take_in_sim(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, run.attempts) == ("waiting", 0)


# --- What vanished --------------------------------------------------------------------------------


def test_a_row_that_vanished_is_marked_and_still_counts(send, client):
    both = [involvement(), involvement(tanggal="2026-04-20", nama_kegiatan="Kelas menjahit")]
    send(file("pelibatan.json", both), file("pengunjung.json", [visits(9)]))

    run = send(file("pelibatan.json", both[:1]))

    gone = SimRow.objects.get(absent_since__isnull=False)
    assert gone.raw["nama_kegiatan"] == "Kelas menjahit"
    assert gone.absent_since == date(2026, 6, 15)
    assert (run.totals["vanished"], Activity.objects.count()) == (1, 2)
    page = client.get(f"{run.get_absolute_url()}?jenis=vanished").content.decode()
    assert "tidak ada lagi di SIM sejak 15 Juni 2026" in page

    report = client.get(gone.activity.report.get_absolute_url()).content.decode()
    assert report.count("Tidak ada lagi di SIM sejak 15 Juni 2026") == 1

    send(file("pelibatan.json", both))
    gone.refresh_from_db()
    assert gone.absent_since is None


@pytest.mark.parametrize(
    "later",
    [
        involvement(tanggal="2026-05-02"),
        involvement(kabupaten_name="Kab. Lumajang"),
        involvement(tanggal="31/02/2026"),
    ],
    ids=["another month", "another regency", "no day"],
)
def test_what_a_feed_does_not_tell_of_did_not_vanish(send, later):
    send(file("pelibatan.json", [involvement()]))

    run = send(file("pelibatan.json", [later]))

    assert run.totals["vanished"] == 0


def test_a_library_missing_from_later_scores_is_marked(send):
    send(file("iku.json", [iku(50), iku(40, nama_perpustakaan="Perpustakaan Melati")]))

    send(file("iku.json", [iku(51)]), per_tanggal="2026-06-10")

    assert SimRow.objects.get(absent_since__isnull=False).library_name == "Perpustakaan Melati"


# --- Taking back ----------------------------------------------------------------------------------


def test_undoing_brings_everything_back_as_it_was(send, client, jabung):
    first = [
        involvement(),
        involvement(tanggal="2026-04-20", nama_kegiatan="Kelas menjahit"),
        involvement(tanggal="2026-03-05", nama_kegiatan="Menari", jumlah_peserta="banyak"),
    ]
    send(
        file("pelibatan.json", first),
        file("pengunjung.json", [visits(9)]),
        file("iku.json", [iku(50)]),
    )
    before = said()
    second = [
        involvement(jumlah_peserta=99),
        involvement(tanggal="2026-03-05", nama_kegiatan="Menari", jumlah_peserta=12),
        involvement(tanggal="2026-05-05", nama_kegiatan="Baru", jumlah_peserta=5),
    ]
    run = send(
        file("pelibatan.json", second),
        file("pengunjung.json", [visits(11)]),
        file("iku.json", [iku(70)]),
    )
    assert run.totals | {"read": 0} == {
        "read": 0,
        "new": 1,
        "changed": 4,
        "unchanged": 0,
        "unmatched": 0,
        "rejected": 0,
        "vanished": 1,
    }

    response = client.post(reverse("activities:sim_import_undo", kwargs={"pk": run.pk}))

    assert response.status_code == 302
    after = said()
    new_months = {(jabung.pk, date(2026, 5, 1)), (jabung.pk, date(2026, 3, 1))}
    kept = [one for one in after["reports"] if one in before["reports"]]
    assert kept == before["reports"]
    assert {one[:2] for one in after["reports"] if one not in kept} <= new_months
    assert {**after, "reports": []} == {**before, "reports": []}
    run.refresh_from_db()
    assert run.state == "undone"
    event = AuditEvent.objects.latest("pk")
    assert event.action == "activities.undo_sim_import"


def test_only_the_latest_import_can_be_undone_and_only_once(send, client):
    first = send(file("pelibatan.json", [involvement()]))
    second = send(file("pelibatan.json", [involvement(jumlah_peserta=99)]))

    def undo(run):
        return client.post(reverse("activities:sim_import_undo", kwargs={"pk": run.pk}))

    assert undo(first).status_code == 409
    assert undo(second).status_code == 302
    assert undo(second).status_code == 409
    assert Activity.objects.get().participants_total == 20
    assert undo(first).status_code == 302
    assert not Activity.objects.exists()
    assert not SimRow.objects.exists()


def test_after_undoing_the_same_can_be_sent_again(send, staff):
    rows = [involvement(), involvement(tanggal="2026-04-19")]
    first = send(file("pelibatan.json", rows), file("iku.json", [iku(50)]))
    before = said()
    sim.undo(run=first, by=staff)

    send(file("pelibatan.json", rows), file("iku.json", [iku(50)]))

    assert {**said(), "scores": []} == {**before, "scores": []}


def test_rows_linked_by_the_undone_import_wait_again(send, staff, jabung):
    melati = involvement(perpus_nama="Perpustakaan Melati", desa_name="Sidodadi")
    send(file("pelibatan.json", [melati]))
    factories.LibraryFactory(name="Perpustakaan Melati", region=factories.region("35.13.12.2008"))
    run = send(file("iku.json", [iku(50)]))
    assert Activity.objects.count() == 1

    sim.undo(run=run, by=staff)

    assert not Activity.objects.exists()
    assert SimRow.objects.get().library is None
    assert sim.link_unmatched().linked_earlier == 1


def test_the_lines_are_a_file_too(send, client):
    run = send(file("pelibatan.json", [involvement(jumlah_peserta="=1+1")]))
    url = reverse("activities:sim_lines_export", kwargs={"pk": run.pk, "form": "csv"})

    text = b"".join(client.get(url)).decode("utf-8-sig")

    assert "Perpustakaan Desa Jabung Wetan" in text
    assert "Ditolak" in text


def test_content_read_back_says_the_same():
    content = read_content([("iku.json", file("iku.json", [iku(1)]).read())], today=NOW.date())

    rows = read_rows(json.loads(json.dumps(content)), today=NOW.date())

    assert [row.reading.raw for row in rows] == [iku(1)]
