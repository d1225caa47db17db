"""Layout in child processes: what they may open, what becomes of a dead one, what is bound."""

import errno
import io
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from reports import pdf
from reports.pdf import spare
from reports.pdf.press import environment
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def press():
    with pdf.Press() as running:
        yield running


def text_of(content: bytes) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_html_becomes_a_pdf(press):
    content = press.lay_out("<p>Perpustakaan Desa Sumber Ilmu</p>").result()

    assert content.startswith(b"%PDF-")
    assert "Perpustakaan Desa Sumber Ilmu" in text_of(content)


def test_many_pages_come_back_each_to_its_own_caller(press):
    waiting = [press.lay_out(f"<p>halaman {number}</p>") for number in range(6)]

    texts = [text_of(future.result()).strip() for future in waiting]

    assert texts == [f"halaman {number}" for number in range(6)]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/x.png",
        "file:///etc/passwd",
        "static:../manage.py",
        "static:css/../../manage.py",
        "static:icons/mark.svg",
        "ftp://127.0.0.1:{port}/x.png",
    ],
)
def test_nothing_but_print_files_can_be_opened(press, address):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        port = listening.getsockname()[1]

        with pytest.raises(pdf.NotLaidOut, match="alamat tidak diizinkan"):
            press.lay_out(f'<img src="{address.format(port=port)}">').result()

        with pytest.raises(BlockingIOError):  # nobody has called
            listening.accept()


def test_press_goes_on_after_a_refused_page(press):
    with pytest.raises(pdf.NotLaidOut):
        press.lay_out('<img src="http://127.0.0.1/">').result()

    assert press.lay_out("<p>baik</p>").result().startswith(b"%PDF-")


def test_children_know_no_secret(press, monkeypatch):
    environments = [Path(f"/proc/{pid}/environ").read_bytes() for pid in press.pids]

    assert not any(
        name in environment
        for environment in environments
        for name in (b"SECRET", b"DATABASE", b"REDIS", b"DJANGO")
    )


def test_fonts_are_remembered_even_where_home_cannot_be_written(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))

    remembered = Path(environment()["XDG_CACHE_HOME"])

    assert remembered.parent == tmp_path
    assert remembered.stat().st_mode & 0o777 == 0o700


def test_killed_child_is_an_error_with_a_reason():
    with pdf.Press(pdf.Limits(children=1)) as press:
        press.lay_out("<p>.</p>").result()
        os.kill(press.pids[0], signal.SIGKILL)

        with pytest.raises(pdf.ChildDied, match="berhenti"):
            press.lay_out("<p>hilang</p>").result()

        assert press.lay_out("<p>berikutnya</p>").result().startswith(b"%PDF-")


def test_all_that_waits_hears_of_it_where_no_other_child_can_be_had(monkeypatch):
    def no_memory(_child):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    with pdf.Press(pdf.Limits(children=1)) as press:
        press.lay_out("<p>.</p>").result()
        with monkeypatch.context() as patched:
            patched.setattr("reports.pdf.press._Child._started", no_memory)
            os.kill(press.pids[0], signal.SIGKILL)
            waiting = [press.lay_out(f"<p>{number}</p>") for number in range(3)]

            for one in waiting:
                with pytest.raises(pdf.ChildDied):
                    one.result(timeout=20)

        with pytest.raises(pdf.ChildDied):
            press.lay_out("<p>masih tidak ada</p>").result(timeout=20)
        assert press.lay_out("<p>ada lagi</p>").result(timeout=20).startswith(b"%PDF-")


def test_hanging_child_is_ended_when_its_time_is_over():
    with pdf.Press(pdf.Limits(children=1, seconds=0.2)) as press:
        os.kill(press.pids[0], signal.SIGSTOP)

        with pytest.raises(pdf.TookTooLong, match=r"0 detik"):
            press.lay_out("<p>.</p>").result()


def test_child_that_needs_more_memory_than_allotted_ends_with_a_reason():
    with (
        pdf.Press(pdf.Limits(children=1, memory=64 * 1024 * 1024)) as press,
        pytest.raises(pdf.NotLaidOut, match=r"memori|berhenti"),
    ):
        press.lay_out("<p>.</p>").result()


# --- Children between two documents ---------------------------------------------------------------


@pytest.fixture
def nobody_waits():
    spare.end_all()
    yield
    spare.end_all()


@pytest.mark.usefixtures("nobody_waits")
def test_the_next_press_takes_the_children_of_the_last():
    with pdf.Press() as press:
        press.lay_out("<p>.</p>").result()
        pids = press.pids

    with pdf.Press() as again:
        assert set(again.pids) == set(pids)
        assert again.lay_out("<p>lagi</p>").result().startswith(b"%PDF-")


@pytest.mark.usefixtures("nobody_waits")
def test_two_presses_share_no_child():
    with pdf.Press() as press:
        press.lay_out("<p>.</p>").result()

    with pdf.Press() as first, pdf.Press() as second:
        assert not set(first.pids) & set(second.pids)


@pytest.mark.usefixtures("nobody_waits")
def test_children_with_other_limits_are_others():
    with pdf.Press(pdf.Limits(children=1)) as press:
        pids = press.pids

    with pdf.Press(pdf.Limits(children=1, memory=2_000 * 1024 * 1024)) as other:
        assert other.pids != pids


@pytest.mark.usefixtures("nobody_waits")
def test_children_end_when_nobody_comes_for_them(monkeypatch):
    monkeypatch.setattr(spare, "KEPT_FOR", 0.01)
    with pdf.Press() as press:
        pids = press.pids

    wait_until(lambda: not any(is_alive(pid) for pid in pids), within=10)


@pytest.mark.usefixtures("nobody_waits")
def test_children_of_work_that_was_broken_off_end_with_it():
    press = pdf.Press()
    press.lay_out("<p>.</p>" * 2_000)

    press.__exit__(KeyError, KeyError(), None)

    assert not any(is_alive(pid) for pid in press.pids)


@pytest.mark.usefixtures("nobody_waits")
def test_child_that_needed_much_memory_is_not_kept(monkeypatch):
    monkeypatch.setattr(spare, "_LARGEST", 1)
    with pdf.Press() as press:
        press.lay_out("<p>.</p>").result()
        pids = press.pids

    assert not any(is_alive(pid) for pid in pids)


@pytest.mark.usefixtures("nobody_waits")
def test_child_that_died_while_it_waited_is_not_taken():
    with pdf.Press(pdf.Limits(children=1)) as press:
        press.lay_out("<p>.</p>").result()
        pid = press.pids[0]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(pid), within=10)

    with pdf.Press(pdf.Limits(children=1)) as again:
        assert again.lay_out("<p>.</p>").result().startswith(b"%PDF-")


def test_children_end_with_the_process_that_started_them():
    """Killed, it can tell nobody."""
    script = (
        "import os\nfrom reports import pdf\n"
        "with pdf.Press(pdf.Limits(children=1)) as press:\n"
        "    press.lay_out('<p>.</p>').result()\n    pid = press.pids[0]\n"
        "print(pid, flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    pid = int(done.stdout)
    wait_until(lambda: not is_alive(pid), within=10)


def is_alive(pid: int) -> bool:
    """A zombie is not."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


# --- Binding --------------------------------------------------------------------------------------


def sheets(press, pages: int) -> bytes:
    """“lembar 2 dari 3”, in the pieces that ``pdf.numbering`` asks for."""
    pieces = pdf.numbering(pages)
    shown = [
        ("", "lembar "),
        *((f"lembar {gap}", f" dari {pages}") for gap in pieces["after"]),
        *((f"lembar {gap}", digit) for gap, digit in pieces["digits"]),
    ]
    drawn = "".join(
        f'<div class="sheet"><span class="unseen">{gap}</span>{part}</div>' for gap, part in shown
    )
    return press.lay_out(f'<body class="stamps">{drawn}').result()


@pytest.fixture
def bound(press) -> PdfReader:
    front = press.lay_out(
        '<h1>Ringkasan</h1><p><a href="bab:35.08">Kabupaten Lumajang</a></p>'
    ).result()
    chapters = [
        pdf.Part(key, title, press.lay_out(f"<h1>{title}</h1>").result())
        for key, title in [("35.05", "Kabupaten Blitar"), ("35.08", "Kabupaten Lumajang")]
    ]

    def stamps(pages: int) -> bytes:
        return sheets(press, pages)

    result = pdf.bind(
        [pdf.Part("front", "Ringkasan", front)],
        chapters,
        chapters_title="Lampiran",
        information={"Title": "Laporan Capaian"},
        language="id",
        stamps=stamps,
    )
    assert result.pages == 3
    return PdfReader(io.BytesIO(result.content))


def test_every_page_but_the_cover_carries_its_number(bound):
    said = [" ".join(page.extract_text().split()) for page in bound.pages]

    assert ["lembar" in text for text in said] == [False, True, True]
    assert ["dari 3" in text for text in said] == [False, True, True]


@pytest.mark.parametrize("count", [9, 10, 101])
def test_every_number_is_laid_together_from_the_same_sheets(press, count):
    body = press.lay_out("<p style='break-after: page'>isi</p>" * (count - 1) + "<p>isi</p>")

    bound = pdf.bind(
        [pdf.Part("isi", "Isi", body.result())],
        [],
        chapters_title="",
        information={},
        language="id",
        stamps=lambda pages: sheets(press, pages),
    )

    texts = text_of(bound.content).split("\f")
    assert bound.pages == count
    assert "lembar" not in texts[0]
    for number in range(2, count + 1):
        assert f"lembar {number} dari {count}" in " ".join(texts[number - 1].split())


def test_sheets_for_another_number_of_pages_are_refused(press):
    content = press.lay_out("<p>satu</p><p style='break-before: page'>dua</p>").result()

    with pytest.raises(ValueError, match="do not number 2 pages"):
        pdf.bind(
            [pdf.Part("isi", "Isi", content)],
            [],
            chapters_title="",
            information={},
            language="id",
            stamps=lambda pages: sheets(press, pages + 10),
        )


def test_title_and_language_are_written(bound):
    assert bound.metadata.title == "Laporan Capaian"
    assert bound.trailer["/Root"]["/Lang"] == "id"


def test_bookmarks_lead_to_headings_and_chapters(bound):
    first, appendix, chapters = bound.outline

    assert (first.title, bound.get_destination_page_number(first)) == ("Ringkasan", 0)
    assert (appendix.title, bound.get_destination_page_number(appendix)) == ("Lampiran", 1)
    assert [(c.title, bound.get_destination_page_number(c)) for c in chapters] == [
        ("Kabupaten Blitar", 1),
        ("Kabupaten Lumajang", 2),
    ]


def test_headings_of_a_piece_are_told_with_their_pages(press):
    parts = [
        pdf.Part(key, "", press.lay_out(html).result())
        for key, html in (
            ("a", "<h1>Bab I</h1><h2>A. Umum</h2><h1 style='break-before: page'>Bab II</h1>"),
            ("b", "<h1>Bab III</h1>"),
        )
    ]

    assert [(one.title, one.depth, one.page, one.key) for one in pdf.headings(parts)] == [
        ("Bab I", 1, 0, "a-0"),
        ("A. Umum", 2, 0, "a-1"),
        ("Bab II", 1, 1, "a-2"),
        ("Bab III", 1, 2, "b-0"),
    ]


def test_bookmarks_of_a_piece_that_goes_on_hang_in_what_was_begun_before_it(press):
    parts = [
        pdf.Part("a", "", press.lay_out("<h1>Bab III</h1><h2>A. KPI</h2>").result()),
        pdf.Part("b", "", press.lay_out("<h2>B. Sebaran</h2>").result(), depth=1),
        pdf.Part("c", "", press.lay_out("<h1>Bab IV</h1>").result()),
    ]

    bound = pdf.bind(
        parts,
        [],
        chapters_title="",
        information={},
        language="id",
        stamps=lambda pages: sheets(press, pages),
    )

    results, below, after = PdfReader(io.BytesIO(bound.content)).outline
    assert [results.title, *(one.title for one in below)] == ["Bab III", "A. KPI", "B. Sebaran"]
    assert after.title == "Bab IV"


def test_link_to_a_heading_of_another_piece_leads_to_its_page(press):
    contents = press.lay_out('<p><a href="bab:isi-1">Bab II</a></p>').result()
    body = press.lay_out("<h1>Bab I</h1><h1 style='break-before: page'>Bab II</h1>").result()

    bound = pdf.bind(
        [pdf.Part("sampul", "Sampul", contents), pdf.Part("isi", "Isi", body)],
        [],
        chapters_title="",
        information={},
        language="id",
        stamps=lambda pages: sheets(press, pages),
    )

    reader = PdfReader(io.BytesIO(bound.content))
    (link,) = reader.pages[0]["/Annots"]
    assert link.get_object()["/Dest"][0] == reader.pages[2].indirect_reference


def test_what_was_asked_for_twice_is_laid_out_once(press):
    assert press.lay_out("<p>sekali</p>") is press.lay_out("<p>sekali</p>")
    assert press.lay_out("<p>sekali</p>") is not press.lay_out("<p>sekali</p>", tagged=True)


def test_what_is_first_does_not_wait_for_the_others():
    with pdf.Press(pdf.Limits(children=1)) as press:
        ended: list[str] = []
        for name in ("a", "b", "c", "d"):
            future = press.lay_out(f"<p>{name}</p>", first=name == "d")
            future.add_done_callback(lambda _future, name=name: ended.append(name))
        press.lay_out("<p>akhir</p>").result()

    assert ended.index("d") < ended.index("c")


def test_tagged_pages_say_what_is_what(press):
    content = press.lay_out("<html lang='id'><title>Rapor</title><h1>Rapor</h1>", tagged=True)

    root = PdfReader(io.BytesIO(content.result())).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root


def test_link_to_a_chapter_leads_to_its_first_page(bound):
    (link,) = bound.pages[0]["/Annots"]

    assert link.get_object()["/Dest"][0] == bound.pages[2].indirect_reference
