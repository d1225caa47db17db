"""Files and rows held against each other: a file that nothing speaks of goes after two days, a row
whose file is missing is told of."""

import logging
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.storage import default_storage

from activities.models import EntryDraft, Photo, ReviewEvent, StoryPhoto, photo_file_name
from activities.photos.keeping import SIZES, in_content

logger = logging.getLogger(__name__)

# A form that has to be mended keeps its pictures for 24 hours: see activities.forms.entry.
SPARED_SECONDS = 48 * 60 * 60
# More than this and more than one in ten: rather the wrong database than so many forgotten files.
MOST_AT_ONCE = 1_000

_FOLDER = "photos"
_OURS = re.compile(rf"([0-9a-f]{{64}})\.(?:{'|'.join(SIZES)})\.jpg")
_HALF = ".new"  # written when the power went
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Missing:
    """A row whose picture cannot be shown, and the files it lacks."""

    row: str
    pk: int
    files: list[str]


@dataclass
class Outcome:
    files: int = 0
    rows: int = 0
    removed: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    is_suspicious: bool = False  # too many forgotten files: none was removed
    forgotten: int = 0

    @property
    def is_sound(self) -> bool:
        return not self.missing and not self.is_suspicious


def check(*, remove: bool = True, now: float | None = None) -> Outcome:
    """Look at every file and every row once. Files younger than two days are never touched: their
    rows may be on the way."""
    outcome = Outcome()
    forgotten: dict[str, list[Path]] = {}
    before = (now or time.time()) - SPARED_SECONDS
    for start in (f"{at:02x}" for at in range(256)):
        there = _files(start)
        outcome.files += sum(len(paths) for paths in there.values())
        forgotten |= _without_row(start, there, before)
        outcome.rows += _note_missing(start, there, outcome.missing)
    _spare_what_is_told_of_elsewhere(forgotten)
    _remove(forgotten, outcome, before=before, remove=remove)
    for missing in outcome.missing:
        logger.error("%s %d has no file: %s", missing.row, missing.pk, ", ".join(missing.files))
    return outcome


def _files(start: str) -> dict[str, list[Path]]:
    """By hash, or by its own name what was never finished."""
    found: dict[str, list[Path]] = defaultdict(list)
    folder = Path(default_storage.path(f"{_FOLDER}/{start}"))
    with suppress(FileNotFoundError):
        for path in folder.iterdir():
            if ours := _OURS.fullmatch(path.name):
                found[ours.group(1)].append(path)
            elif path.name.endswith(_HALF):
                found[path.name].append(path)
    return found


def _without_row(start: str, there: dict[str, list[Path]], before: float) -> dict[str, list[Path]]:
    old = {name: paths for name, paths in there.items() if _is_old(paths, before)}
    for name in _named(list(old)):
        old.pop(name, None)
    return old


def _is_old(paths: Iterable[Path], before: float) -> bool:
    """All of them: one that was sent again makes the picture a new one."""
    with suppress(FileNotFoundError):
        return all(path.stat().st_mtime < before for path in paths)
    return False


def _named(names: Sequence[str]) -> Iterator[str]:
    for at in range(0, len(names), _AT_ONCE):
        for model in (Photo, StoryPhoto):
            rows = model._default_manager.filter(sha256__in=names[at : at + _AT_ONCE])
            yield from rows.values_list("sha256", flat=True).distinct()


def _note_missing(start: str, there: dict[str, list[Path]], missing: list[Missing]) -> int:
    """How many rows there are; added to ``missing`` are those that lack a file."""
    count = 0
    for model in (Photo, StoryPhoto):
        rows = model._default_manager.filter(sha256__gte=start).order_by("pk")
        if start < "ff":
            rows = rows.filter(sha256__lt=f"{int(start, 16) + 1:02x}")
        for pk, sha256 in rows.values_list("pk", "sha256").iterator():
            count += 1
            if len(there.get(sha256, ())) < len(SIZES) and (lacking := _lacking(sha256)):
                missing.append(Missing(model.__name__, pk, lacking))
    return count


def _lacking(sha256: str) -> list[str]:
    """Asked again: a file may have come since the folder was read."""
    names = [photo_file_name(sha256, size) for size in SIZES]
    return [name for name in names if not default_storage.exists(name)]


def _spare_what_is_told_of_elsewhere(forgotten: dict[str, list[Path]]) -> None:
    """Drafts keep pictures, and so do old sealed versions of reports."""
    if not forgotten:
        return
    for told in EntryDraft.objects.exclude(photos=[]).values_list("photos", flat=True).iterator():
        for picture in told:
            forgotten.pop(picture["sha256"], None)
    versions = ReviewEvent.objects.filter(content__isnull=False).values_list("content", flat=True)
    for content in versions.iterator():
        for sha256 in in_content(content):
            forgotten.pop(sha256, None)


def _remove(
    forgotten: dict[str, list[Path]], outcome: Outcome, *, before: float, remove: bool
) -> None:
    paths = [path for paths in forgotten.values() for path in paths]
    outcome.forgotten = len(paths)
    if len(paths) > max(MOST_AT_ONCE, outcome.files // 10):
        outcome.is_suspicious = True
        logger.error("%d of %d photo files have no row: none removed", len(paths), outcome.files)
        return
    for of_one in forgotten.values():
        if remove and _is_old(of_one, before):  # nobody has sent it since
            for path in of_one:
                path.unlink(missing_ok=True)
                outcome.removed.append(f"{_FOLDER}/{path.parent.name}/{path.name}")
