"""What a phone keeps to work without signal: manifest, service worker, and a page that opens
in place of any other. None of them says anything about anybody."""

import functools
import hashlib
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import etag

from activities.enums import Kind, ServiceForm
from activities.forms import VisitsForm, entry_form
from tpbis.core import periods
from tpbis.core.http import reads

# Everything the page without signal is made of.
FILES = (
    "css/tokens.css",
    "css/site.css",
    "css/activities.css",
    "css/offline.css",
    "icons/app-192.png",
    "icons/chevron.svg",
    "icons/mark.svg",
    "icons/sprite.svg",
    "js/entry_form.js",
    "js/offline/form.js",
    "js/offline/page.js",
    "js/offline/queue.js",
    "js/offline/sender.js",
    "js/offline/shell.js",
    "js/offline/shrink.js",
    "js/offline/store.js",
    "js/offline/words.js",
)


@login_not_required
@reads
def manifest(request: HttpRequest) -> HttpResponse:
    """What the portal is called and looks like among a phone's apps."""
    icons = [
        {"src": static(f"icons/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png"} | more
        for name, size, more in (
            ("app-192", 192, {}),
            ("app-512", 512, {}),
            ("app-maskable-512", 512, {"purpose": "maskable"}),
        )
    ]
    described = {
        "id": "/",
        "name": "Portal TPBIS",
        "short_name": "TPBIS",
        "description": _("Mencatat kegiatan perpustakaan, juga tanpa sinyal."),
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#0f5c5c",
        "icons": icons,
        "shortcuts": [
            {"name": _("Catat kegiatan"), "url": reverse("activities:record")},
            {"name": _("Di ponsel ini"), "url": reverse("activities:shell")},
        ],
    }
    return _fresh(JsonResponse(described, content_type="application/manifest+json"))


def _version(_request: HttpRequest) -> str:
    """Of everything a phone keeps: a deployment that changes any of it is a new one."""
    return f'"{_fingerprint(get_language() or "")}"'


@login_not_required
@reads
@etag(_version)
def service_worker(request: HttpRequest) -> HttpResponse:
    """It stands at the root, because it answers for the whole site."""
    context = {
        "version": _fingerprint(get_language() or ""),
        "files": [static(name) for name in FILES],
        "names_say_what_they_hold": static(FILES[0]) != static("") + FILES[0],
    }
    kind = "text/javascript; charset=utf-8"
    return _fresh(render(request, "activities/offline/sw.js", context, content_type=kind))


@login_not_required
@reads
def shell(request: HttpRequest) -> HttpResponse:
    """Every recording form, blank, and what is on the phone: the same for everybody."""
    return _fresh(HttpResponse(_shell_page(get_language() or "")))


def _fresh(response: HttpResponse) -> HttpResponse:
    """A browser asks each time whether there is a newer one."""
    response.headers["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie"])  # the language
    return response


@functools.cache
def _shell_page(language: str) -> str:
    """Drawn without the request: what is not at hand cannot be told."""
    month = periods.this_month()  # a form wants one; blank ones do not show it
    kinds = [entry_form(kind) for kind in Kind] + [entry_form(Kind.SERVICE, ServiceForm.SNAPSHOT)]
    forms = {
        str(kind.kind if kind.asks_title else ServiceForm.SNAPSHOT): kind(library=None, month=month)
        for kind in kinds
    }
    context = {"forms": forms, "visits": VisitsForm(), "language": language}
    return render_to_string("activities/offline/shell.html", context)


@functools.cache
def _fingerprint(language: str) -> str:
    found = hashlib.sha256(_shell_page(language).encode())
    for name in FILES:
        path = finders.find(name)
        assert path, f"{name} is not there"
        found.update(f"{static(name)}:".encode() + Path(path).read_bytes())
    return found.hexdigest()[:16]
