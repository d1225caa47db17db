"""Who may ask what: ``policy.yaml``, kept by a middleware and checked cell by cell by the tests.

For each route and method the file says what each role gets for something of its own::

    activities:approve:
      object: report
      POST: {regency_pic: {submitted: done, draft: absent, else: elsewhere}}

A role that is not named is turned away (403) before the view looks for anything; a route that is
not in the file is closed to everyone. Whether the thing asked for lies within somebody's places is
the view's question (``visible_to``), and the answer outside them is always "absent" (404).
"""

import functools
import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.permissions import BasePermission

from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

logger = logging.getLogger("tpbis.security")

EVERYONE = "everyone"  # also whoever is not signed in
ANY = "any"  # every role
DELEGATE = "delegate"  # a facilitator to whom a PIC handed its reviews over
FORBIDDEN = "forbidden"
ELSE = "else"  # every state that is not named


@functools.cache
def routes() -> Mapping[str, Mapping[str, Any]]:
    """The file's entries by the route's full name."""
    text = (Path(settings.BASE_DIR) / "tpbis" / "policy.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)["routes"]
    return found


def methods(route: str) -> frozenset[str]:
    """Those the file names for ``route``."""
    return frozenset(name for name in routes()[route] if name.isupper())


def answers(route: str, method: str, role: str) -> Mapping[str, str]:
    """What ``role`` gets, by the state of the thing asked for (``else``: of any other)."""
    row = routes()[route][method]
    answer = row.get(role, row.get(ANY, row.get(EVERYONE, FORBIDDEN)))
    return answer if isinstance(answer, dict) else {ELSE: answer}


def answer(route: str, method: str, role: str, states: Iterable[str] = ()) -> str:
    """The same for a thing that is in ``states``: what stands first in the row counts."""
    there = {*states, ELSE}
    by_state = answers(route, method, role)
    return next(said for state, said in by_state.items() if state in there)


def permits(route: str, method: str, role: str) -> bool:
    """Whether ``role`` may ask this at all. A method that a listed route does not name is the
    view's to refuse (405)."""
    entry = routes().get(route)
    if entry is None:
        return False
    method = "GET" if method in ("HEAD", "OPTIONS") else method
    if method not in entry:
        return True
    roles = [role]
    if role == Role.FACILITATOR and DELEGATE in entry[method]:
        roles.append(DELEGATE)  # whether something was handed over, the view asks
    return any(set(answers(route, method, one).values()) != {FORBIDDEN} for one in roles)


class KeepsThePolicy:
    """Roles are turned away here, before any view looks for anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_arguments: Any
    ) -> None:
        route = request.resolver_match
        user = request.user
        if route is None or not isinstance(user, User):
            return  # LoginRequiredMiddleware and the API's own rules send strangers away
        if route.view_name not in routes():
            logger.error("Route %s is not in policy.yaml and therefore closed.", route.view_name)
        if "api" in route.namespaces:
            return  # FollowsThePolicy asks, once it is known whose token it is
        if not permits(route.view_name, request.method or "GET", user.role):
            raise PermissionDenied


class FollowsThePolicy(BasePermission):
    """The same for the API, whose callers are known only when the view has read their token."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        route, user = request.resolver_match, request.user
        if route is None or not isinstance(user, User):
            return False
        return permits(route.view_name, request.method or "GET", user.role)
