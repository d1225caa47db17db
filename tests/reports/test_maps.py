"""Boundaries are given, looked at, taken into use and withdrawn; pages follow."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from libraries.models import Library
from reports import charts, figures, maps, queries
from reports.boundaries import checking
from reports.documents import content
from reports.models import Boundaries
from tests import factories
from tests.reports.squares import collection, feature, file, neighbours, square
from tpbis.accounts.models import AuditEvent
from tpbis.core.periods import Period

PAGE = "reports:boundaries"
NINE_MONTHS = Period(date(2024, 1, 1), date(2024, 9, 1))


@pytest.fixture
def regions(province, lumajang, blitar):
    """The two regencies that the made-up files draw."""
    return province


def give(region, by, document=None) -> Boundaries:
    data = file(neighbours() if document is None else document)
    return maps.upload(region=region, file_name="batas.geojson", data=data, by=by)


def drawn_map(region):
    rows = figures.dashboard(region, Library.objects.within(region.code), NINE_MONTHS).rows
    return charts.area_map(rows, queries.drawing_of(region))


# --- Given, looked at, used, withdrawn ------------------------------------------------------------


def test_a_file_is_looked_at_before_it_is_used(regions, staff):
    boundaries = give(regions, staff)

    assert set(boundaries.drawing["shapes"]) == {"35.05", "35.08"}
    assert 0 < boundaries.size < 60_000
    assert not drawn_map(regions).is_drawn


def test_once_in_use_every_map_is_drawn_so(regions, staff):
    maps.activate(boundaries=give(regions, staff), by=staff)

    drawn = drawn_map(regions)

    assert drawn.is_drawn
    assert [area.code for area in drawn.areas] == ["35.05", "35.08"]


def test_withdrawn_it_is_tiles_again(regions, staff):
    boundaries = maps.activate(boundaries=give(regions, staff), by=staff)

    maps.withdraw(boundaries=boundaries, by=staff)

    assert not drawn_map(regions).is_drawn


def test_the_next_takes_the_place_of_the_one_before(regions, staff):
    first = maps.activate(boundaries=give(regions, staff), by=staff)
    second = maps.activate(boundaries=give(regions, staff), by=staff)

    first.refresh_from_db()

    assert first.withdrawn_by == staff
    assert list(Boundaries.objects.in_use()) == [second]


def test_what_was_given_again_is_looked_at_alone(regions, staff):
    used = maps.activate(boundaries=give(regions, staff), by=staff)
    give(regions, staff)
    again = give(regions, staff)

    assert list(Boundaries.objects.to_look_at()) == [again]
    assert list(Boundaries.objects.in_use()) == [used]


def test_what_is_gone_is_neither_used_nor_withdrawn(regions, staff):
    gone = maps.withdraw(boundaries=give(regions, staff), by=staff)

    for decide in (maps.activate, maps.withdraw):
        with pytest.raises(maps.Gone):
            decide(boundaries=gone, by=staff)


def test_a_regency_that_is_new_makes_it_tiles_again(regions, staff):
    maps.activate(boundaries=give(regions, staff), by=staff)
    factories.region("35.09")

    assert not drawn_map(regions).is_drawn


def test_each_step_is_in_the_audit(regions, staff):
    boundaries = maps.activate(boundaries=give(regions, staff), by=staff)
    maps.withdraw(boundaries=boundaries, by=staff)

    events = AuditEvent.objects.filter(subject=f"reports.boundaries:{boundaries.pk}")

    assert list(events.order_by("pk").values_list("action", flat=True)) == [
        "reports.upload_boundaries",
        "reports.activate_boundaries",
        "reports.withdraw_boundaries",
    ]


# --- A process of its own -------------------------------------------------------------------------


def test_everything_wrong_is_told_in_words(regions, staff):
    document = collection(feature("35.05", [[[112, -8], [113, -8], [113, -7], [112, -8.5]]]))

    with pytest.raises(maps.BadBoundaries) as refused:
        give(regions, staff, document)

    assert refused.value.sentences == [
        "35.05: garis batasnya tidak tertutup; titik terakhir harus sama dengan yang pertama.",
        "Kode 35.08 (Lumajang) tidak ada.",
    ]
    assert not Boundaries.objects.exists()


def test_every_fault_has_a_sentence():
    named = {"more"}
    for module in ("checking", "drawing", "__main__"):
        text = Path(checking.__file__).with_name(f"{module}.py").read_text()
        named |= set(re.findall(r'fault\(\s*"(\w+)"', text))

    assert named == set(maps._SENTENCES)


def test_a_file_that_eats_too_much_ends_alone(regions, staff):
    bomb = b'{"type": "FeatureCollection", "features": [' + b"[]," * 6_000_000 + b"[]]}"

    with pytest.raises(maps.BadBoundaries):
        maps.upload(region=regions, file_name="bom.json", data=bomb, by=staff)


@pytest.mark.parametrize(
    "ended",
    [subprocess.TimeoutExpired("x", 30), subprocess.CalledProcessError(-24, "x")],
    ids=["hangs", "killed"],
)
def test_a_process_that_does_not_answer_is_the_files_fault(regions, staff, monkeypatch, ended):
    def run(*_, **__):
        raise ended

    monkeypatch.setattr(maps.subprocess, "run", run)

    with pytest.raises(maps.BadBoundaries, match="terlalu berat"):
        give(regions, staff)


def test_the_process_knows_neither_django_nor_the_portals_secrets():
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, reports.boundaries.__main__; "
            "print([name for name in sys.modules if name.startswith('django')])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == "[]"


# --- The page -------------------------------------------------------------------------------------


def upload(client, data: bytes, name: str = "batas.geojson"):
    return client.post(reverse(PAGE), {"berkas": SimpleUploadedFile(name, data)})


def test_a_file_becomes_a_preview_then_the_map(client, regions, library, staff):
    client.force_login(staff)

    given = upload(client, file(neighbours()))
    seen = client.get(given.url)
    waiting = Boundaries.objects.get()
    client.post(reverse("reports:boundaries_activate", args=[waiting.pk]))
    dashboard = client.get(reverse("reports:region", args=["35"]))

    assert given.status_code == 302
    assert [area.code for area in seen.context["waiting_map"].areas] == ["35.05", "35.08"]
    assert "Pakai peta ini" in seen.text
    assert dashboard.text.count('class="chart-outline"') == 2


def test_the_map_in_use_can_be_withdrawn(client, regions, staff):
    used = maps.activate(boundaries=give(regions, staff), by=staff)
    client.force_login(staff)

    response = client.post(reverse("reports:boundaries_withdraw", args=[used.pk]), follow=True)

    assert "Dasbor kembali memakai kotak-kotak" in response.text
    assert response.context["used"] is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Berkas ini kosong."),
        (b"[" * 200_000, "bersarang terlalu dalam"),
        (b"<svg onload=alert(1)>", "bukan JSON yang utuh: rusak di baris 1, kolom 1"),
        (file(neighbours("35.05", "<b>")), "kode “&lt;b&gt;” bukan kabupaten/kota"),
        (file(collection(feature("35.05", square(500, 1)))), "di luar bumi"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client, regions, staff, data, said):
    client.force_login(staff)

    response = upload(client, data)

    assert response.status_code == 422
    assert said in response.text
    assert not Boundaries.objects.exists()


def test_without_a_file_nothing_is_drawn(client, regions, staff):
    client.force_login(staff)

    response = client.post(reverse(PAGE))

    assert response.status_code == 422
    assert response.context["form"].errors == {"berkas": ["Pilih berkasnya."]}


def test_a_file_too_large_is_refused_before_it_is_read(client, regions, staff, monkeypatch):
    monkeypatch.setattr(checking, "MOST_BYTES", 1_000)
    client.force_login(staff)

    response = upload(client, file(neighbours()) + b" " * 1_000)

    assert response.status_code == 422
    assert "Berkas melebihi" in response.text


def test_what_somebody_else_has_decided_is_a_conflict(client, regions, staff):
    gone = maps.withdraw(boundaries=give(regions, staff), by=staff)
    client.force_login(staff)

    for name in ("reports:boundaries_activate", "reports:boundaries_withdraw"):
        response = client.post(reverse(name, args=[gone.pk]))

        assert response.status_code == 409
        assert "sudah diganti atau ditarik" in response.text


@pytest.mark.parametrize("name", ["leader", "pic", "librarian"])
def test_only_the_province_decides(client, request, regions, staff, name):
    waiting = give(regions, staff)
    client.force_login(request.getfixturevalue(name))

    answers = [
        client.get(reverse(PAGE)),
        upload(client, file(neighbours())),
        client.post(reverse("reports:boundaries_activate", args=[waiting.pk])),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert not Boundaries.objects.in_use().exists()


# --- On paper -------------------------------------------------------------------------------------


def test_the_document_shows_the_same_map(regions, staff):
    maps.activate(boundaries=give(regions, staff), by=staff)
    libraries = Library.objects.within(regions.code)
    report = content.progress(regions, libraries, NINE_MONTHS, as_of=timezone.now())

    assert report.tiles.is_drawn
