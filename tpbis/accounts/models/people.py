import secrets
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tpbis.accounts.enums import SECOND_FACTOR_ROLES, Role
from tpbis.core.constraints import one_of

if TYPE_CHECKING:
    from django.http import HttpRequest


def new_personal_key() -> str:
    return secrets.token_hex(32)


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """User names do not tell capitals from small letters."""
        return self.get(username__iexact=username)

    def create_user(
        self, username: str, *, role: Role, full_name: str, password: str | None = None, **more: Any
    ) -> "User":
        """An account of ``role``; without ``password`` nobody can sign in with it yet."""
        user = self.model(username=username, role=role, full_name=full_name, **more)
        user.set_password(password)
        if password is not None:
            user.activated_at = timezone.now()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who signs in. One role; the places come from libraries.Assignment."""

    username = models.CharField(_("nama pengguna"), max_length=60)
    full_name = models.CharField(_("nama lengkap"), max_length=150)
    role = models.CharField(_("peran"), max_length=20, choices=Role.choices)
    email = models.EmailField(_("surel"), blank=True)
    phone = models.CharField(_("nomor telepon"), max_length=20, blank=True)  # +62812...
    is_active = models.BooleanField(_("aktif"), default=True)
    created_at = models.DateTimeField(default=timezone.now)
    # When somebody first could sign in; empty while the activation letter waits to be used.
    activated_at = models.DateTimeField(null=True, blank=True)
    # Keys the hashes of personal values in the audit; deleting it makes them say nothing.
    personal_key = models.CharField(
        max_length=64, default=new_personal_key, db_default="", blank=True, editable=False
    )

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name", "role"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_user_username_unique",
                violation_error_message=_("Nama pengguna ini sudah dipakai."),
            ),
            models.UniqueConstraint(
                fields=["phone"],
                condition=~Q(phone=""),
                name="accounts_user_phone_unique",
                violation_error_message=_("Nomor telepon ini sudah dipakai akun lain."),
            ),
            one_of("accounts_user", "role", Role.values),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def is_activated(self) -> bool:
        return self.activated_at is not None

    @property
    def needs_second_factor(self) -> bool:
        """Whether the role asks for one; whether the portal does is a setting."""
        return self.role in SECOND_FACTOR_ROLES

    @property
    def is_librarian(self) -> bool:
        return self.role == Role.LIBRARIAN


if TYPE_CHECKING:

    class SignedInRequest(HttpRequest):
        """A request behind LoginRequiredMiddleware."""

        user: User
