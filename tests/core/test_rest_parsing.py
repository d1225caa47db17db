"""JSON that DRF's own parser fails on is the caller's mistake."""

import io

import pytest
from rest_framework.exceptions import ParseError

from tpbis.core.rest.parsing import StrictJSONParser


def parsed(content: bytes, charset: str | None = None):
    return StrictJSONParser().parse(io.BytesIO(content), None, {"encoding": charset})


def test_json_is_read():
    assert parsed(b'{"a": [1, null]}') == {"a": [1, None]}


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (b"[" * 100_000 + b"]" * 100_000, None),
        (b'{"a":' * 100_000, None),
        (b"{}", "zzz"),
        (b"{}", "hex"),
        (b"{}", "a\x00b"),
        (b"\xff\xfe{", None),
        (b"", None),
        (b"{", None),
        (b"[NaN]", None),
        (b"[Infinity]", None),
        (b"[1e400]", None),
        (b"[-1e400]", None),
        (b"[" + b"1" * 5000 + b"]", None),
        (b'["\\ud800"]', None),
    ],
)
def test_what_is_not_json_is_refused(content, charset):
    with pytest.raises(ParseError):
        parsed(content, charset)
