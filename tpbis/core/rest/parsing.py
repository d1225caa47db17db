"""JSON of strangers: what is wrong with it is the caller's mistake, never a failure of ours."""

import codecs
import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class StrictJSONParser(BaseParser):
    """DRF's own answers 500 to JSON nested thousands deep and to a charset that is none."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        charset = (parser_context or {}).get("encoding") or settings.DEFAULT_CHARSET
        try:
            said = json.loads(
                stream.read().decode(codecs.lookup(charset).name),
                parse_constant=_refuse,
                parse_float=_finite,
            )
            # Half a character is valid JSON, and no text that can be stored or sent back.
            json.dumps(said, ensure_ascii=False).encode()
        except LookupError:
            raise ParseError(_("Charset ini tidak dikenal. Pakai UTF-8.")) from None
        except RecursionError:
            raise ParseError(_("JSON ini bersarang terlalu dalam.")) from None
        except ValueError:
            raise ParseError(_("Isi permintaan bukan JSON yang benar.")) from None
        return said


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text[:20])
    return number
