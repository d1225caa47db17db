"""People sign in with their user name or their phone number, in whatever way they write it."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from lokal import normalize_phone

from tpbis.accounts.models import Message, User


def name_to_lock(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """One name a person for counting failures: other capitals or another way to write the same
    number are no fresh start."""
    typed = (credentials or (request and request.POST) or {}).get("username") or ""
    return normalize_phone(typed) or typed.strip().casefold()


class NameOrPhoneBackend(ModelBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or not password:
            return None
        user = self._find(username.strip())
        if user is None:
            make_password(password)  # the same time as for a known name
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None

    def get_user(self, user_id: int) -> User | None:
        """Who is signed in, and how much of what they were told is ``unread``: the bell stands on
        every page and asks nothing more."""
        unread = Message.objects.unread().filter(user=OuterRef("pk")).order_by()
        counted = unread.values("user").annotate(count=Count("pk")).values("count")
        found = User.objects.annotate(unread=Coalesce(Subquery(counted), 0))
        user = found.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def _find(self, name: str) -> User | None:
        found = User.objects.filter(username__iexact=name).first()
        if found is None and (phone := normalize_phone(name)):
            found = User.objects.filter(phone=phone).first()
        return found
