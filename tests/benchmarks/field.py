"""Entries a second as phones send them, from eight libraries at once, through gunicorn with two
workers; afterwards what is in the database is counted: nothing lost, nothing doubled. Every fifth
request is sent twice, as by a phone that never heard the answer.

``text``: entries without photos. ``photos``: entries with three photos of about 250 KB each, sent
one by one. Beside them an empty POST of somebody who is signed in: it says what is missing and
writes nothing.
"""

import http.client
import io
import json
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from urllib.parse import urlencode

import django

django.setup()

from django.core.management import call_command
from django.urls import reverse
from PIL import Image

from activities.models import Activity, Photo
from libraries import services as libraries
from libraries.models import Region
from tests import factories
from tests.benchmarks.measuring import say
from tests.benchmarks.serving import cookie_of, server
from tpbis.accounts.enums import Role
from tpbis.core import periods

PHONES = 8
SECONDS = 8.0
SENT_TWICE = 5  # every so many
PHOTOS = 3
PICTURES = 500  # each is sent once: what is known already would be written faster


@dataclass
class Phone:
    """One librarian's, with what it was told is stored."""

    port: int
    cookie: str
    number: int
    entries: set[uuid.UUID] = field(default_factory=set)
    photos: set[uuid.UUID] = field(default_factory=set)
    token: str = ""

    def __post_init__(self) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.token = self._ask("GET", reverse("activities:sending"))[1]["csrf"]

    def ask_nothing(self) -> None:
        address = reverse("activities:send_entry", kwargs={"kind": "pelibatan"})
        status, _said = self._ask("POST", address, b"", FORM)
        assert status == 422, status

    def send_text(self) -> None:
        self._send_entry()

    def send_with_photos(self, pictures: list[bytes]) -> None:
        entry = self._send_entry()
        assert len(pictures) == PHOTOS, "draw more PICTURES"
        for content in pictures:
            self._send_photo(entry, content)

    def _send_entry(self) -> uuid.UUID:
        number = uuid.uuid4()
        address = reverse("activities:send_entry", kwargs={"kind": "pelibatan"})
        self._sent(address, urlencode({**ENTRY, "uuid": str(number)}).encode(), FORM)
        self.entries.add(number)
        return number

    def _send_photo(self, entry: uuid.UUID, content: bytes) -> None:
        number = uuid.uuid4()
        address = reverse("activities:send_photo", kwargs={"uuid": entry, "photo": number})
        self._sent(address, HEAD + content + TAIL, MULTIPART)
        self.photos.add(number)

    def _sent(self, address: str, body: bytes, kind: str) -> None:
        """Acknowledged, and every so often sent once more."""
        self.number += 1
        for _time in range(1 if self.number % SENT_TWICE else 2):
            status, said = self._ask("POST", address, body, kind)
            assert status in (200, 201), (status, said)

    def _ask(
        self, method: str, address: str, body: bytes | None = None, kind: str = ""
    ) -> tuple[int, dict]:
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.token}
        self.line.request(method, address, body, headers | ({"Content-Type": kind} if kind else {}))
        answer = self.line.getresponse()
        return answer.status, json.loads(answer.read())


FORM = "application/x-www-form-urlencoded"
BOUNDARY = "a-boundary-that-is-in-no-picture"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="IMG.jpg"\r\n'
    "Content-Type: image/jpeg\r\n\r\n"
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()
ENTRY = {
    "held_on": periods.add_months(periods.this_month(), -1).isoformat(),
    "title": "Pelatihan keripik pisang",
    "theme": "Ekonomi",
    "format": "Pelatihan",
    "audience": "Umum",
    "participants_women": "15",
    "participants_men": "5",
    "participants_total": "20",
    "place": "Balai desa",
}


def main() -> None:
    call_command("migrate", verbosity=0)
    libraries.load_regions("35")
    villages = Region.objects.filter(code__startswith="35.08.", level=4).order_by("code")
    people = [
        factories.someone(Role.LIBRARIAN, factories.LibraryFactory(region=village))
        for village in villages[:PHONES]
    ]
    pictures = _pictures()
    size = sum(map(len, pictures)) / len(pictures) / 1024
    with server() as port:
        phones = [Phone(port, cookie_of(person), number) for number, person in enumerate(people)]
        empty = _rate(phones, Phone.ask_nothing)
        say("empty POST, signed in", empty, "requests/s")
        text = _rate(phones, Phone.send_text)
        against = "empty POST, signed in"
        say("text entries", text, "entries/s", ratio=text / empty, to=against)
        _count(phones)
        album = iter(pictures)
        whole = _rate(phones, lambda phone: phone.send_with_photos(list(islice(album, PHOTOS))))
        name = f"entries with {PHOTOS} photos of {size:.0f} KB"
        say(name, whole, "entries/s", ratio=whole / empty, to=against)
        _count(phones)


def _rate(phones: list[Phone], work: Callable[[Phone], None]) -> float:
    """How often a second all of them together get it done, once warm."""

    def busy(phone: Phone, seconds: float) -> int:
        end, count = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            work(phone)
            count += 1
        return count

    with ThreadPoolExecutor(PHONES) as hands:
        list(hands.map(busy, phones, [1.0] * PHONES))
        begin = time.monotonic()
        done = sum(hands.map(busy, phones, [SECONDS] * PHONES))
        return done / (time.monotonic() - begin)


def _count(phones: list[Phone]) -> None:
    """What was acknowledged against what is there."""
    for name, told, rows in (
        ("entries", [phone.entries for phone in phones], Activity.objects),
        ("photos", [phone.photos for phone in phones], Photo.objects),
    ):
        acknowledged = set().union(*told)
        there = list(rows.values_list("uuid", flat=True))
        lost, more = acknowledged - set(there), len(there) - len(acknowledged)
        sys.stdout.write(f"  {len(acknowledged)} {name} acknowledged: ")
        sys.stdout.write(f"{len(lost)} lost, {more} doubled\n")
        assert (len(lost), more) == (0, 0)


def _pictures() -> list[bytes]:
    """As a phone shrinks them: 1600 x 1200, about 250 KB."""
    with ThreadPoolExecutor(2) as hands:
        return list(hands.map(_picture, map(Random, range(PICTURES))))


def _picture(chance: Random) -> bytes:
    coarse = Image.frombytes("RGB", (120, 90), chance.randbytes(120 * 90 * 3))
    image = coarse.resize((1600, 1200), Image.Resampling.BICUBIC)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=70)
    return content.getvalue()


if __name__ == "__main__":
    main()
