"""The API: who may ask it how often, and what it speaks."""

from environ import Env

env = Env()

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tpbis.accounts.api.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",  # people look, programs write
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "tpbis.policy.FollowsThePolicy",
    ],
    "EXCEPTION_HANDLER": "tpbis.core.rest.problems.answer",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("TPBIS_API_RATE", default="600/min")},
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tpbis.core.rest.parsing.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "tpbis.core.rest.schema.Documented",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Portal TPBIS",
    "VERSION": "1",
    "DESCRIPTION": (
        "What the portal's pages show, for programs: the same scope, the same figures.\n\n"
        "Send a token as `Authorization: Bearer tpbis_…`. Lists come in pages of up to 100 rows: "
        "follow `next` until it is null. Keep the `ETag` and send it as `If-None-Match`: what did "
        "not change is answered 304 without a body. Errors are `application/problem+json` "
        "(RFC 9457) in Indonesian, or in English with `Accept-Language: en`; a method that is "
        "not listed is answered 405."
    ),
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
}
