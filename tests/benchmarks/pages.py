"""Requests a second of the dashboards with the demo's data, against a page that asks the database
for nothing but who is there, from the same server: two gunicorn workers, eight readers at once."""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse

from libraries.models import Library, Region
from reports.rollups import counting
from tests.benchmarks.measuring import say
from tests.benchmarks.serving import cookie_of, server
from tpbis.demo import seed

READERS = 8
SECONDS = 6.0


def main() -> None:
    call_command("migrate", verbosity=0)
    seed.seed()
    counting.refresh()  # as the portal does each minute
    with server() as port:
        empty = _rate(port, "provinsi", reverse("help"))
        say("empty page, signed in", empty, "requests/s")
        lumajang, labruk = (
            Region.objects.get(code="35.08"),
            Library.objects.get(region__code="35.08.21.2004", name__contains="Sumber Ilmu"),
        )
        for name, who, address in [
            (
                "dashboard of the province",
                "provinsi",
                Region.objects.get(code="35").get_absolute_url(),
            ),
            ("what would be if, of the province", "provinsi", reverse("reports:what_if")),
            ("dashboard of a regency", "pic.lumajang", lumajang.get_absolute_url()),
            ("library with its rapor", "pic.lumajang", labruk.get_absolute_url()),
            ("librarian's home", "labruk", reverse("reports:librarian_home")),
            ("review queue", "pic.lumajang", reverse("activities:queue")),
        ]:
            rate = _rate(port, who, address)
            say(name, rate, "requests/s", ratio=rate / empty, to="empty page, signed in")


def _rate(port: int, who: str, address: str) -> float:
    """Answers a second once warm."""
    cookie = cookie_of(get_user_model().objects.get(username=who))
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}

    def read(seconds: float) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        end, count = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, f"{address}: {answer.status}"
            count += 1
        connection.close()
        return count

    with ThreadPoolExecutor(READERS) as readers:
        list(readers.map(read, [1.0] * READERS))
        begin = time.monotonic()
        answered = sum(readers.map(read, [SECONDS] * READERS))
        return answered / (time.monotonic() - begin)


if __name__ == "__main__":
    main()
