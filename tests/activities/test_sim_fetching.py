"""The feed fetched from the SIM, which a small server plays: slow, broken, elsewhere, too large."""

import json
import threading
import time
import urllib.request
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from activities import tasks
from activities.imports import fetching, working
from activities.imports.fetching import NotFetched, Source
from activities.models import Activity, SimImport, SimRow
from libraries.models import Region
from tests import factories
from tests.activities.sim_rows import involvement

TODAY = date(2026, 6, 15)
EMPTY = json.dumps({"status": "success", "data": []}).encode()
FEED = json.dumps({"status": "success", "data": [involvement()]}).encode()


class Feed(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.server.play(self)

    def answer(self, body, *, status=200, length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Tests are quiet."""


@pytest.fixture
def server():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    running.asked = []
    running.play = lambda request: request.answer(FEED if "pelibatan" in request.path else EMPTY)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def open_loopback(request, timeout):
    """As the real one, but for http."""
    handlers = (urllib.request.ProxyHandler({}), fetching._NoRedirects())
    return urllib.request.build_opener(*handlers).open(request, timeout=timeout)


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def source(server, pauses):
    host, port = server.server_address
    return Source(
        address=f"http://{host}:{port}/{{kind}}{{code}}?tanggal_awal={{start}}&tanggal_akhir={{end}}",
        timeout=0.5,
        retries=2,
        most_bytes=100_000,
        open_url=open_loopback,
        schemes=("http",),
        pause=pauses.append,
    )


@pytest.fixture
def regency(db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 6, 15, 3, tzinfo=UTC))
    library = factories.LibraryFactory(
        name="Perpustakaan Desa Jabung Wetan", region=factories.region("35.13.12.2003")
    )
    return Region.objects.get(code=library.regency.code)


def refused(source, regency):
    assert fetching.fetch_regency(regency, today=TODAY, source=source) is None
    run = SimImport.objects.get()
    assert (run.state, run.source) == ("failed", "fetch")
    assert not SimRow.objects.exists()
    return run.problem


def test_every_kind_of_a_regency_is_asked_for_and_taken_in(source, server, regency):
    run_id = fetching.fetch_regency(regency, today=TODAY, source=source)
    working.work_on(run_id=run_id)

    assert len(server.asked) == 7
    assert server.asked[0] == "/iku3513?tanggal_awal=2026-04-01&tanggal_akhir=2026-06-15"
    run = SimImport.objects.get()
    assert (run.state, run.source, run.sent_by) == ("done", "fetch", None)
    assert Activity.objects.get().title == "Pelatihan membuat keripik"


def test_the_same_again_changes_nothing(source, regency):
    for _night in range(2):
        working.work_on(run_id=fetching.fetch_regency(regency, today=TODAY, source=source))

    assert SimImport.objects.latest("pk").totals["unchanged"] == 1
    assert Activity.objects.count() == 1


def test_an_error_is_asked_about_again(source, server, regency, pauses):
    def play(request):
        if len(server.asked) < 3:
            request.answer(b"", status=500)
        else:
            request.answer(EMPTY)

    server.play = play

    assert fetching.fetch_regency(regency, today=TODAY, source=source)
    assert pauses == [1.0, 2.0]


def test_an_error_that_stays_is_told(source, server, regency, pauses):
    server.play = lambda request: request.answer(b"", status=500)

    assert refused(source, regency) == "127.0.0.1 menjawab 500."
    assert len(server.asked) == 3


def test_what_is_forbidden_is_not_asked_again(source, server, regency):
    server.play = lambda request: request.answer(b"", status=403)

    assert refused(source, regency) == "127.0.0.1 menjawab 403."
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_sent_elsewhere(source, server, regency, status):
    target = f"http://127.0.0.1:{server.server_address[1]}/other"
    server.play = lambda request: request.answer(b"", status=status, Location=target)

    assert "mengalihkan" in refused(source, regency)
    assert len(server.asked) == 1


def test_a_slow_answer_is_not_waited_for(source, server, regency):
    def drip(request):
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        for _second in range(20):
            time.sleep(0.1)
            try:
                request.wfile.write(b" ")
                request.wfile.flush()
            except OSError:
                return

    server.play = drip
    began = time.monotonic()

    assert refused(source, regency) == "127.0.0.1 tidak selesai menjawab dalam 0.5 detik."
    assert time.monotonic() - began < 5


def test_a_silent_server_is_not_waited_for(source, server, regency):
    server.play = lambda request: time.sleep(1)

    assert "tidak selesai menjawab" in refused(source, regency)


def test_an_answer_too_large_is_cut(source, server, regency):
    server.play = lambda request: request.answer(b" " * 300_000)

    assert "lebih besar" in refused(source, regency)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<html>Login", "halaman web"),
        (b'{"status": "error", "data": []}', "status SIM"),
        (b"\x1f\x8b" + b"0" * 100, "terkompresi"),
        (b"", "kosong"),
    ],
)
def test_an_answer_that_is_no_feed_is_told(source, server, regency, body, told):
    server.play = lambda request: request.answer(body)

    assert told in refused(source, regency)


def test_an_answer_cut_off_is_not_taken_for_whole(source, server, regency):
    server.play = lambda request: request.answer(EMPTY, length=len(EMPTY) + 10)

    assert refused(source, regency)


def test_one_kind_that_fails_spoils_the_whole_feed(source, server, regency):
    def play(request):
        if "pengunjung" in request.path:
            request.answer(b"", status=404)
        else:
            request.answer(FEED if "pelibatan" in request.path else EMPTY)

    server.play = play

    assert refused(source, regency) == "127.0.0.1 menjawab 404."


@pytest.mark.parametrize(
    "address",
    [
        "http://sim.example/{kind}{code}",
        "ftp://sim.example/{kind}",
        "file:///etc/passwd",
        "https://{kind}.example/",
        "https://sim.example@{code}/",
        "https://user:pass@sim.example/{kind}",
        "https:///{kind}",
        "https://sim.example/{nothing}",
        "https://sim.example/{",
    ],
)
def test_only_https_and_one_host(regency, address):
    source = Source(address=address, timeout=1, retries=0, most_bytes=10)

    with pytest.raises(NotFetched):
        source.address_of(fetching.SimKind.SCORES, regency, TODAY, TODAY)


def test_the_way_out_knows_no_other_scheme(server):
    host, port = server.server_address
    request = urllib.request.Request(f"http://{host}:{port}/")

    with pytest.raises(urllib.error.URLError):
        fetching.open_https(request, 1)
    assert server.asked == []


def test_it_is_off_until_an_address_is_set(regency, settings, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks, "queue", lambda task, **kwargs: queued.append(kwargs))

    tasks.fetch_sim()
    tasks.fetch_sim_of_regency(code="35.13")
    assert (queued, SimImport.objects.count()) == ([], 0)

    settings.TPBIS_SIM_ADDRESS = "http://127.0.0.1/{kind}{code}"
    tasks.fetch_sim()
    tasks.fetch_sim_of_regency(code="35.13")
    assert queued == [{"code": "35.13"}]
    assert "https" in SimImport.objects.get().problem
