from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tpbis.accounts.enums import Role
from tpbis.core.constraints import one_of

if TYPE_CHECKING:
    from django.http import HttpRequest


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
    def is_librarian(self) -> bool:
        return self.role == Role.LIBRARIAN


if TYPE_CHECKING:

    class SignedInRequest(HttpRequest):
        """A request behind LoginRequiredMiddleware."""

        user: User
