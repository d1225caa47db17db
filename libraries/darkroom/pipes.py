"""How parent and child speak: a signed length, then as many bytes.

parent -> child   a picture               or, sign bit set, one of ours whose look is asked for
child -> parent   JSON, then three JPEGs  or, sign bit set, the word for why not
"""

import struct
from typing import IO

_LENGTH = struct.Struct(">q")


def send(pipe: IO[bytes], content: bytes, *, otherwise: bool = False) -> None:
    """``otherwise`` sets the sign bit; there must be some content to carry it."""
    pipe.write(_LENGTH.pack(-len(content) if otherwise else len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[bytes, bool]:
    """The content and whether the sign bit was set. Raises EOFError when the other side is gone."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return _exactly(pipe, abs(length)), length < 0


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content
