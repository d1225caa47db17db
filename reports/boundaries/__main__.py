"""The process of its own: a file comes in, shapes or faults go out, both as JSON.

Its limits are its own too, so that a file made to eat memory or time ends nobody else.
"""

import json
import resource
import sys

from reports.boundaries import checking, drawing
from reports.boundaries.labels import Label

MEMORY = 2_000_000_000
SECONDS = 25


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    labels = {code: Label(*size) for code, size in json.loads(sys.argv[1]).items()}
    try:
        document = checking.read(sys.stdin.buffer.read(checking.MOST_BYTES + 1))
        drawn = drawing.draw(checking.polygons_by_code(document, labels), labels)
    except checking.Unusable as unusable:
        answer: object = {"faults": unusable.faults}
    except MemoryError:
        answer = {"faults": [checking.fault("too_much")]}
    else:
        answer = {"drawing": drawn._asdict()}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
