"""658 activation letters in one PDF, against one plain WeasyPrint document of as many pages: the
same words a page, no code, no letterhead. Peak memory is that of the process with its children."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import django

django.setup()

import weasyprint
from django.core.management import call_command

from libraries import services as library_services
from libraries.enums import Level, LibraryKind, ProgrammeSource
from libraries.models import LetterBatch, Library, Region
from reports import services
from tests.benchmarks.measuring import say, seconds
from tests.factories import someone
from tpbis.accounts.enums import Role

LETTERS = 658
LINE = "<p>Perpustakaan desa mengajak warga belajar, berbagi pengalaman, dan berlatih.</p>"


def main() -> None:
    call_command("migrate", verbosity=0)
    batch = _batch()
    made = []

    def letters() -> None:
        made.append(services.make_letters(batch=batch, told=lambda *_: None))

    with _watched() as peak:
        taken = seconds(letters)
    pages, size = made[0].pages, len(made[0].content)
    assert pages == LETTERS
    page = f"<section style='break-after: page'><h1>Surat</h1>{LINE * 18}</section>"
    html = f"<!doctype html><html lang='id'><title>Polos</title>{page * pages}</html>"
    plain = seconds(lambda: weasyprint.HTML(string=html).write_pdf())
    say(f"plain document, {pages} pages", plain, "s")
    say(f"{pages} letters in one PDF", taken, "s", ratio=taken / plain, to="plain document")
    say(f"{pages} letters, pages", pages, "pages")
    say(f"{pages} letters, peak memory with children", max(peak) / 1024, "MB")
    say(f"{pages} letters, size of the file", size / 1_000_000, "MB")


def _batch() -> LetterBatch:
    """Letters for one regency, three or four a village."""
    library_services.load_regions("35")
    regency = Region.objects.get(code="35.08")
    villages = list(Region.objects.within("35.08").filter(level=Level.VILLAGE).order_by("code"))
    Library.objects.bulk_create(
        Library(
            name=f"Perpustakaan Desa Cahaya Ilmu {number}",
            kind=LibraryKind.VILLAGE,
            region=villages[number % len(villages)],
            regency=regency,
            source=ProgrammeSource.REPLICATION,
            joined_on=date(2024, 1, 1),
            contact_name="" if number % 3 else "Siti Aminah",
        )
        for number in range(LETTERS)
    )
    pic = someone(Role.REGENCY_PIC, regency, phone="+6281234567890")
    (batch,) = library_services.issue_letters(libraries=Library.objects.all(), by=pic)
    return batch


@contextmanager
def _watched() -> Iterator[list[int]]:
    """The resident kilobytes of this process and all below it, ten times a second."""
    found, over = [0], threading.Event()

    def watch() -> None:
        while not over.is_set():
            found.append(_resident("self"))
            time.sleep(0.1)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def _resident(process: str) -> int:
    """Kilobytes of ``process`` and its children; one that has just ended has none."""
    folder = Path("/proc") / process
    try:
        status = (folder / "status").read_text(encoding="ascii")
        own = int(status.partition("VmRSS:")[2].split()[0])
        tasks = [task / "children" for task in (folder / "task").iterdir()]
        children = [pid for task in tasks for pid in task.read_text(encoding="ascii").split()]
    except (OSError, IndexError):
        return 0
    return own + sum(_resident(child) for child in children)


if __name__ == "__main__":
    main()
