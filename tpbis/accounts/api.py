"""Programs prove who they are by ``Authorization: Bearer tpbis_…``, in no other place."""

import logging
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, ParseError
from rest_framework.request import Request

from tpbis.accounts import services
from tpbis.accounts.models import ApiToken, User
from tpbis.accounts.services.tokens import PREFIX

logger = logging.getLogger("tpbis.security")

_SCHEME = b"bearer"
_LONGEST = 200
_IN_ADDRESS = frozenset({"token", "access_token", "api_key"})


class BearerAuthentication(BaseAuthentication):
    """The account of the program whose token it is. What is wrong with a token is told to whoever
    holds it, and logged without the secret."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        self._refuse_in_address(request)
        said = get_authorization_header(request).split()
        if not said or said[0].lower() != _SCHEME:
            return None
        if len(said) != 2 or len(said[1]) > _LONGEST:
            raise self._no("malformed", _("Tulis kepala Authorization: Bearer, lalu token."))
        token = services.token_of(said[1].decode("latin-1"))
        if token is None:
            raise self._no("unknown", _("Token ini tidak dikenal."))
        if token.is_revoked or not token.user.is_active:
            raise self._no("revoked", _("Token ini sudah dicabut. Minta yang baru."), token)
        if token.is_expired:
            raise self._no("expired", _("Token ini sudah kedaluwarsa. Minta yang baru."), token)
        services.note_use(token=token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'

    def _refuse_in_address(self, request: Request) -> None:
        """An address is kept in logs and histories: a secret that came in one is no secret."""
        told = (text for values in request.query_params.lists() for text in values[1])
        named = not _IN_ADDRESS.isdisjoint(request.query_params)
        if named or any(PREFIX in text for text in told):
            logger.warning("Token in the address of %s", request.path)
            raise ParseError(
                _(
                    "Token tidak boleh ada di alamat (URL). Kirim di kepala Authorization, dan "
                    "cabut token yang sudah terlanjur ditulis di alamat."
                )
            )

    def _no(self, why: str, text: str, token: ApiToken | None = None) -> AuthenticationFailed:
        logger.warning("Token refused: %s (#%s)", why, token.pk if token else "–")
        return AuthenticationFailed(text)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the API's description says so."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of *Orang → Token API*, for one region and at most a year.",
        }
