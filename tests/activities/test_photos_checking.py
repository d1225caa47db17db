"""Files and rows of photos held against each other, both ways."""

import json
import os
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from activities import services, tasks
from activities.enums import Kind, ReviewAction, StoryKind
from activities.models import EntryDraft, Photo, ReviewEvent, Story, StoryPhoto, photo_file_name
from activities.photos import StoredPhoto, checking, picture_fields, store_photo
from libraries.enums import Theme
from tests import factories
from tests.activities.pictures import jpeg

DAY = 24 * 60 * 60
SEPTEMBER = date(2024, 9, 1)


@pytest.fixture(autouse=True)
def media(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def report(library, librarian):
    return factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)


def stored(shade: int = 6, *, days: float = 0) -> StoredPhoto:
    """A picture whose files are ``days`` old."""
    picture = store_photo(jpeg(shade=shade))
    at = time.time() - days * DAY
    for path in files_of(picture):
        os.utime(path, (at, at))
    return picture


def files_of(picture: StoredPhoto) -> list[Path]:
    names = [photo_file_name(picture.sha256, size) for size in ("full", "640", "240")]
    return [Path(default_storage.path(name)) for name in names]


def are_there(picture: StoredPhoto) -> list[bool]:
    return [path.exists() for path in files_of(picture)]


# --- Files without a row --------------------------------------------------------------------------


def test_files_without_a_row_go_after_two_days(db):
    old, young = stored(1, days=2.1), stored(2, days=1.9)

    outcome = checking.check()

    assert are_there(old) == [False] * 3
    assert are_there(young) == [True] * 3
    assert sorted(outcome.removed) == sorted(
        photo_file_name(old.sha256, size) for size in ("full", "640", "240")
    )
    assert outcome.is_sound


def test_what_is_left_of_a_picture_goes_too(db):
    picture = stored(days=3)
    files_of(picture)[0].unlink()
    half = files_of(picture)[1].with_suffix(".abc.new")
    half.write_bytes(b"half")
    os.utime(half, (0, 0))

    outcome = checking.check()

    assert are_there(picture) == [False] * 3
    assert not half.exists()
    assert len(outcome.removed) == 3


def test_files_of_an_entry_stay(report, librarian):
    picture = stored(days=30)
    services.attach_photo(activity=report.activities.get(), stored=picture, by=librarian)

    outcome = checking.check()

    assert are_there(picture) == [True] * 3
    assert (outcome.files, outcome.rows, outcome.removed) == (3, 1, [])


def test_files_of_a_story_stay(library, librarian):
    picture = stored(days=30)
    story = Story.objects.create(
        library=library,
        kind=StoryKind.IMPACT,
        theme=Theme.ECONOMY,
        happened_on=SEPTEMBER,
        title="Keripik",
        text="Laku",
        created_by=librarian,
    )
    StoryPhoto.objects.create(story=story, sha256=picture.sha256, **picture_fields(picture))

    assert checking.check().rows == 1
    assert are_there(picture) == [True] * 3


def test_files_of_a_draft_stay(library, librarian):
    picture = stored(days=30)
    EntryDraft.objects.create(
        uuid="6f1f7a52-3c42-4f5f-9d8a-111111111111",
        library=library,
        by=librarian,
        kind=Kind.INVOLVEMENT,
        photos=[asdict(picture)],
        content_hash="0" * 64,
    )

    checking.check()

    assert are_there(picture) == [True] * 3


def test_files_of_an_old_version_stay_after_their_row_is_gone(report, librarian, pic):
    picture = stored(days=30)
    photo = services.attach_photo(activity=report.activities.get(), stored=picture, by=librarian)
    ReviewEvent.objects.create(
        report=report,
        action=ReviewAction.REOPENED,
        at=report.updated_at,
        by=pic,
        comment="Foto keliru",
        content=json.loads(json.dumps(report.sealed_content())),
    )
    services.remove_photo(photo=photo, by=librarian)
    assert not Photo.objects.exists()

    checking.check()

    assert are_there(picture) == [True] * 3


def test_a_picture_sent_again_while_the_check_runs_stays(db, monkeypatch):
    picture = stored(days=30)
    looked = checking._spare_what_is_told_of_elsewhere

    def and_meanwhile(forgotten):
        assert picture.sha256 in forgotten
        looked(forgotten)
        store_photo(jpeg())

    monkeypatch.setattr(checking, "_spare_what_is_told_of_elsewhere", and_meanwhile)

    checking.check()

    assert are_there(picture) == [True] * 3


def test_what_is_not_a_photo_is_left_alone(db, media):
    other = media / "photos" / "ab" / "catatan.txt"
    other.parent.mkdir(parents=True)
    other.write_text("x")
    os.utime(other, (0, 0))

    assert checking.check().files == 0
    assert other.exists()


def test_so_many_forgotten_files_are_more_likely_the_wrong_database(db, monkeypatch, caplog):
    monkeypatch.setattr(checking, "MOST_AT_ONCE", 5)
    pictures = [stored(shade, days=3) for shade in (1, 2)]

    outcome = checking.check()

    assert [are_there(picture) for picture in pictures] == [[True] * 3] * 2
    assert outcome.is_suspicious
    assert not outcome.is_sound
    assert "6 of 6 photo files have no row" in caplog.text


# --- Rows without a file --------------------------------------------------------------------------


@pytest.fixture
def lost(report, librarian) -> Photo:
    picture = stored()
    photo = services.attach_photo(activity=report.activities.get(), stored=picture, by=librarian)
    files_of(picture)[1].unlink()
    return photo


def test_a_row_without_its_file_is_told_of(lost, caplog):
    outcome = checking.check()

    name = photo_file_name(lost.sha256, "640")
    assert outcome.missing == [checking.Missing("Photo", lost.pk, [name])]
    assert f"Photo {lost.pk} has no file: {name}" in caplog.text
    assert [record.levelname for record in caplog.records] == ["ERROR"]


@pytest.mark.parametrize("first", ["00", "0f", "a0", "ff"])
def test_rows_of_every_folder_are_looked_at_once(report, first):
    Photo.objects.create(
        activity=report.activities.get(), sha256=first.ljust(64, "7"), width=1, height=1
    )

    outcome = checking.check()

    assert outcome.rows == len(outcome.missing) == 1


# --- As a command and at night --------------------------------------------------------------------


def test_the_command_says_what_it_found(db, capsys):
    stored(days=3)

    call_command("check_photos")

    said = capsys.readouterr().out
    assert said == "3 berkas, 0 catatan foto.\n3 berkas tanpa catatan, 3 dihapus.\n"


def test_the_command_only_looks_if_told_so(db, capsys):
    picture = stored(days=3)

    call_command("check_photos", "--dry-run")

    assert "3 berkas tanpa catatan, 0 dihapus." in capsys.readouterr().out
    assert are_there(picture) == [True] * 3


def test_the_command_leaves_with_1_when_a_file_is_missing(lost, capsys):
    with pytest.raises(SystemExit) as left:
        call_command("check_photos")

    assert left.value.code == 1
    assert f"Photo {lost.pk} kehilangan berkas: photos/" in capsys.readouterr().err


def test_the_command_can_be_read_by_a_program(lost, capsys):
    with pytest.raises(SystemExit):
        call_command("check_photos", "--json")

    said = json.loads(capsys.readouterr().out)
    assert [missing["pk"] for missing in said["missing"]] == [lost.pk]
    assert said["removed"] == []


def test_it_is_done_each_night(db):
    picture = stored(days=3)

    tasks.check_photos()

    assert are_there(picture) == [False] * 3
