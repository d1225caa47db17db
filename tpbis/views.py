"""The site's own pages: where each role lands, whether the portal lives, and what went wrong."""

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from rest_framework.throttling import UserRateThrottle

from activities.http import is_asked_by_script
from tpbis.accounts.enums import Role
from tpbis.celery import app
from tpbis.core import heartbeat
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

# Where each role lands.
HOMES = {
    Role.PROVINCE_STAFF: "reports:province_home",
    Role.PROVINCE_VIEWER: "reports:leader_home",
    Role.OBSERVER: "reports:leader_home",
    Role.REGENCY_PIC: "reports:pic_home",
    Role.FACILITATOR: "reports:facilitator_home",
    Role.LIBRARIAN: "reports:librarian_home",
    Role.SUPPORTER: "reports:supporter_home",
}
BEAT_SILENT_AFTER = 180  # seconds; it beats every 30


@reads
def home(request: "SignedInRequest") -> HttpResponseRedirect:
    """Everyone lands where their work is."""
    return redirect(HOMES[Role(request.user.role)])


@login_not_required
@reads
def help_page(request: HttpRequest) -> HttpResponse:
    """Short instructions, one section a task."""
    return render(request, "help.html")


@reads
def api_docs(request: "SignedInRequest") -> HttpResponse:
    """How a program reads the portal, and every operation of the API to try out."""
    throttle = UserRateThrottle()
    rate, _seconds = throttle.parse_rate(throttle.rate)
    return render(request, "api_docs.html", {"rate": rate, "portal": settings.TPBIS_PUBLIC_URL})


@login_not_required
@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether work can be done: database, migrations, broker, schedule, disk."""
    checks = {
        "database": _database_answers(),
        "migrations": _migrations_applied(),
        "broker": _broker_answers(),
        "schedule": _schedule_beats(),
        "media": _media_writable(),
    }
    ready = all(checks.values())
    return JsonResponse(
        {
            "status": "ok" if ready else "unavailable",
            "checks": {name: "ok" if fine else "failed" for name, fine in checks.items()},
        },
        status=200 if ready else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations_applied() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _broker_answers() -> bool:
    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0)
    except (OperationalError, OSError):
        return False
    return True


def _schedule_beats() -> bool:
    age = heartbeat.age_seconds()
    return age is not None and age < BEAT_SILENT_AFTER


def _media_writable() -> bool:
    probe = Path(settings.MEDIA_ROOT)
    try:
        probe.mkdir(parents=True, exist_ok=True)
        (probe / ".writable").touch()
    except OSError:
        return False
    return True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if is_asked_by_script(request):
        return JsonResponse({"csrf": False}, status=403)  # it gets itself a new token
    return render(request, "403_csrf.html", status=403)
