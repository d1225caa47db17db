"""The child's side: pages are laid out until none comes any more."""

import base64
import gc
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from reports.pdf.pipes import receive, send
from reports.pdf.places import MOST_OF_A_PICTURE, PICTURE, STYLE


def serve(static: Path, *, memory: int) -> None:
    """Lay out what comes in until nothing comes any more."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # Only our own words may reach the pipe, whatever a library prints.
    pages, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lay_out = _layout(static)
    # Garbage waits until the answer is out: a sixth of the time.
    gc.freeze()
    gc.disable()
    while True:
        try:
            length, page = receive(pages)
        except EOFError:
            return
        # A backstop, should the parent be gone: it would have ended us sooner.
        signal.alarm(10 * 60)
        content, fine = _attempt(lay_out, page.decode(), tagged=length < 0)
        signal.alarm(0)
        try:
            send(answers, content, len(content) if fine else -len(content))
        except BrokenPipeError:
            return
        del content
        gc.collect()


def _attempt(lay_out: Callable[..., bytes], page: str, *, tagged: bool) -> tuple[bytes, bool]:
    try:
        return lay_out(page, tagged=tagged), True
    except MemoryError:
        return b"memori yang dijatah tidak cukup", False
    except BaseException as error:  # WeasyPrint's fatal error is no Exception
        logging.getLogger("reports.pdf").exception("Layout failed")
        cause = error.__cause__ or error
        return f"{type(cause).__name__}: {cause}"[:200].encode(), False


def _layout(static: Path) -> Callable[..., bytes]:
    """Import and read all that every page needs, once."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyPrintFiles(URLFetcher):
        """Serves ``static:css/...`` and ``static:fonts/...``, and a small picture that the page
        brings along (an emblem we encoded ourselves); anything else ends the layout."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(PICTURE) and len(url) <= MOST_OF_A_PICTURE:
                content = base64.b64decode(url.removeprefix(PICTURE), validate=True)
                return URLFetcherResponse(url, content, {"Content-Type": "image/jpeg"})
            scheme, _colon, name = url.partition(":")
            path = (static / name).resolve()
            folders = (static / "css", static / "fonts")
            if scheme != "static" or not any(path.is_relative_to(at) for at in folders):
                raise ValueError(f"alamat tidak diizinkan: {url[:80]}")
            kind = "text/css" if path.suffix == ".css" else "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    fetcher = OnlyPrintFiles(fail_on_errors=True)
    fonts = FontConfiguration()
    style = weasyprint.CSS(
        string=(static / STYLE).read_text(encoding="utf-8"), url_fetcher=fetcher, font_config=fonts
    )

    def lay_out(page: str, *, tagged: bool = False) -> bytes:
        content: bytes = weasyprint.HTML(string=page, url_fetcher=fetcher).write_pdf(
            stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1" if tagged else None
        )
        return content

    lay_out("<p>.</p>")  # the first page pays for fonts and caches
    return lay_out


def main(arguments: Iterable[str]) -> None:
    static, memory = arguments
    serve(Path(static).resolve(), memory=int(memory))
