"""How parent and child speak: a signed length, then as many bytes."""

import struct
from typing import IO

_LENGTH = struct.Struct(">q")


def send(pipe: IO[bytes], content: bytes, length: int) -> None:
    pipe.write(_LENGTH.pack(length))
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[int, bytes]:
    """The signed length and what it announced. Raises EOFError when the other side is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content = pipe.read(abs(length))
    if len(content) < abs(length):
        raise EOFError
    return length, content
