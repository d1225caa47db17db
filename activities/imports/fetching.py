"""The feed of a regency, fetched from the SIM: by HTTPS, from the host that was set, never sent on
to another, never for longer or larger than was allowed."""

import hashlib
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from activities import sim
from activities.enums import SimKind, SimSource
from activities.imports.files import BadFeed, read_content
from libraries.enums import Level
from libraries.models import Region
from tpbis.core import periods

logger = logging.getLogger(__name__)

_CHUNK = 64 * 1024
_WORTH_ANOTHER_TRY = (408, 429, 500, 502, 503, 504)


class NotFetched(Exception):
    """The SIM did not answer as it should; the text says how."""


class _Later(NotFetched):
    """It may answer the next time."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """None: the answer that sends elsewhere becomes an error."""
        return


OpenUrl = Callable[[urllib.request.Request, float], AbstractContextManager[Any]]


def open_https(request: urllib.request.Request, timeout: float) -> AbstractContextManager[Any]:
    """Without proxies, redirects or any scheme but HTTPS."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _NoRedirects(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    answer: AbstractContextManager[Any] = opener.open(request, timeout=timeout)
    return answer


@dataclass(frozen=True, slots=True)
class Source:
    """Where the SIM answers and how patient to be. ``address`` has the places {kind}, {code},
    {start} and {end}; ``open_url`` is the only way out, ``schemes`` what it may be asked for."""

    address: str
    timeout: float
    retries: int
    most_bytes: int
    open_url: OpenUrl = open_https
    schemes: tuple[str, ...] = ("https",)
    pause: Callable[[float], None] = time.sleep

    @classmethod
    def from_settings(cls) -> "Source":
        return cls(
            address=settings.TPBIS_SIM_ADDRESS,
            timeout=settings.TPBIS_SIM_TIMEOUT,
            retries=settings.TPBIS_SIM_RETRIES,
            most_bytes=settings.TPBIS_SIM_MOST_MB * 1024 * 1024,
        )

    def address_of(self, kind: SimKind, regency: Region, start: date, end: date) -> str:
        """Raises :class:`NotFetched` where the setting is none that may be used."""
        try:
            address = self.address.format(
                kind=kind.value,
                code=regency.code.replace(".", ""),
                start=start.isoformat(),
                end=end.isoformat(),
            )
            asked, allowed = urlsplit(address), urlsplit(self.address)
            is_same = (asked.hostname, asked.port) == (allowed.hostname, allowed.port)
        except (ValueError, LookupError, AttributeError):
            raise NotFetched("TPBIS_SIM_ADDRESS: alamatnya tidak bisa dibaca.") from None
        if asked.scheme not in self.schemes or not asked.hostname or asked.username:
            raise NotFetched("TPBIS_SIM_ADDRESS: alamatnya harus https:// tanpa sandi.")
        if not is_same or "{" in (allowed.hostname or ""):
            raise NotFetched("TPBIS_SIM_ADDRESS: nama servernya harus tetap.")
        return address


def is_on() -> bool:
    return bool(settings.TPBIS_SIM_ADDRESS)


def fetch_regency(regency: Region, *, today: date, source: Source | None = None) -> int | None:
    """Fetch every kind of a regency's feed and keep it to be taken in; returns the import. What
    was not fetched whole is not taken in: it would look as if rows had vanished."""
    source = source or Source.from_settings()
    start = periods.add_months(periods.first_of_month(today), 1 - settings.TPBIS_SIM_MONTHS)
    code = regency.code.replace(".", "")
    digest = hashlib.sha256()
    files = []
    try:
        for kind in SimKind:
            data = fetch(source.address_of(kind, regency, start, today), source=source)
            digest.update(data)
            files.append((f"{kind.value}{code}.json", data))
        content = read_content(files, today=today)
    except (NotFetched, BadFeed) as problem:
        logger.warning("The feed of %s was not fetched: %s", regency.code, problem)
        sim.note_failed(files=[f"{regency.title}"], problem=str(problem), as_of=today)
        return None
    run = sim.receive(
        content=content,
        content_hash=digest.hexdigest(),
        as_of=today,
        source=SimSource.FETCH,
        by=None,
    )
    return run.pk


def fetch(address: str, *, source: Source) -> bytes:
    """The answer in full; asked again where that may help. Raises :class:`NotFetched`."""
    for attempt in range(source.retries + 1):
        try:
            return _ask(address, source)
        except _Later:
            if attempt == source.retries:
                raise
            source.pause(2.0**attempt)
    raise AssertionError  # the last attempt returned or raised


def _ask(address: str, source: Source) -> bytes:
    host = urlsplit(address).hostname
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310  # see address_of
    until = time.monotonic() + source.timeout
    try:
        with source.open_url(request, source.timeout) as answer:
            return b"".join(_limited(answer, until, source.most_bytes))
    except urllib.error.HTTPError as error:
        with error:
            status = error.code
        if 300 <= status < 400:
            raise NotFetched(f"{host} mengalihkan ke alamat lain; itu tidak diikuti.") from None
        kind = _Later if status in _WORTH_ANOTHER_TRY else NotFetched
        raise kind(f"{host} menjawab {status}.") from None
    except TimeoutError:
        raise _Later(f"{host} tidak selesai menjawab dalam {source.timeout:g} detik.") from None
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None)
        if isinstance(reason, TimeoutError):
            text = f"{host} tidak selesai menjawab dalam {source.timeout:g} detik."
            raise _Later(text) from None
        raise _Later(f"{host} tidak bisa dihubungi ({type(error).__name__}).") from None


def _limited(answer: IO[bytes], until: float, most: int) -> Iterator[bytes]:
    size = 0
    while chunk := answer.read1(_CHUNK):  # type: ignore[attr-defined]
        size += len(chunk)
        if size > most:
            raise NotFetched(f"Jawabannya lebih besar dari {most // 1024 // 1024} MB.")
        if time.monotonic() > until:
            raise TimeoutError
        yield chunk
    expected = getattr(answer, "length", None)
    if expected:
        raise HTTPException  # cut off: the rest never came


def regencies() -> list[str]:
    """Whose feeds there are: codes of the province's regencies."""
    found = Region.objects.filter(
        level=Level.REGENCY, code__startswith=f"{settings.TPBIS_PROVINCE}."
    )
    return list(found.order_by("code").values_list("code", flat=True))


def fetch_by_code(*, code: str) -> None:
    """One regency's feed of today, where fetching is on."""
    if is_on():
        fetch_regency(Region.objects.get(code=code), today=timezone.localdate())
