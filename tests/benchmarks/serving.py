"""The portal as it is served: gunicorn with two workers, and clients that are signed in."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from django.conf import settings
from django.test import Client

from tpbis.accounts.models import User
from tpbis.accounts.sessions import FACTOR, PASSED


@contextlib.contextmanager
def server() -> Iterator[int]:
    """Its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen(
        [
            *[sys.executable, "-m", "gunicorn", "tpbis.wsgi", "--preload", "--workers", "2"],
            *["--worker-class", "gthread", "--threads", "4", "--bind", f"127.0.0.1:{port}"],
            *["--log-level", "warning"],
        ],
        cwd=settings.BASE_DIR,
        env={**os.environ, "LOG_LEVEL": "ERROR"},  # what is refused on purpose is no news
    )
    try:
        deadline = time.monotonic() + 60
        while _status(port, "/livez") != 200:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)
        yield port
    finally:
        running.terminate()
        running.wait()


def cookie_of(user: User) -> str:
    """Of a session of theirs, in which the second factor was passed, as people work."""
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session[FACTOR] = PASSED
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def _status(port: int, address: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", address)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
