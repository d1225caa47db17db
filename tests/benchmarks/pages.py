"""Requests a second of the dashboards with the demo's data, against a page that asks the database
for nothing but who is there, from the same server: two gunicorn workers, eight readers at once."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from libraries.models import Library, Region
from tests.benchmarks.measuring import say
from tpbis.demo import seed

READERS = 8
SECONDS = 6.0


def main() -> None:
    call_command("migrate", verbosity=0)
    seed.seed()
    with _server() as port:
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
            ("dashboard of a regency", "pic.lumajang", lumajang.get_absolute_url()),
            ("library with its rapor", "pic.lumajang", labruk.get_absolute_url()),
            ("librarian's home", "labruk", reverse("reports:librarian_home")),
            ("review queue", "pic.lumajang", reverse("activities:queue")),
        ]:
            rate = _rate(port, who, address)
            say(name, rate, "requests/s", ratio=rate / empty, to="empty page, signed in")


@contextlib.contextmanager
def _server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *[sys.executable, "-m", "gunicorn", "tpbis.wsgi", "--preload", "--workers", "2"],
            *["--worker-class", "gthread", "--threads", "4", "--bind", f"127.0.0.1:{port}"],
            *["--log-level", "warning"],
        ],
        cwd=settings.BASE_DIR,
        env=os.environ,
    )
    try:
        deadline = time.monotonic() + 60
        while _status(port, "/livez") != 200:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def _status(port: int, address: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", address)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _rate(port: int, who: str, address: str) -> float:
    """Answers a second once warm."""
    browser = Client()
    browser.force_login(get_user_model().objects.get(username=who))
    cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
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
