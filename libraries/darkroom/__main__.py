"""The process of its own: pictures come in one after another, until nothing comes any more.

Its limits are its own too, so that a file made to eat memory or time ends nobody else.
"""

import json
import os
import resource
import signal
import sys
import warnings

from libraries.darkroom import developing, pipes


def main() -> None:
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    warnings.filterwarnings("ignore", category=UserWarning)  # remarks on odd metadata
    # Only our own words may reach the pipe, whatever a library prints.
    pictures, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            content, only_look = pipes.receive(pictures)
        except EOFError:
            return
        # A backstop, should the parent be gone: it would have ended us sooner.
        signal.alarm(2 * seconds)
        parts, fine = _attempt(content, only_look=only_look)
        signal.alarm(0)
        try:
            for part in parts:
                pipes.send(answers, part, otherwise=not fine)
        except BrokenPipeError:
            return


def _attempt(content: bytes, *, only_look: bool) -> tuple[list[bytes], bool]:
    try:
        if only_look:
            return [json.dumps({"look": developing.look_of(content)}).encode()], True
        done = developing.develop(content)
    except developing.Unusable as unusable:
        return [str(unusable).encode()], False
    except MemoryError:
        return [b"too_heavy"], False
    facts = {"width": done.width, "height": done.height, "look": done.look}
    return [json.dumps(facts).encode(), *done.jpegs], True


if __name__ == "__main__":
    main()
