"""How a figure is taken and said."""

import sys
import time
from collections.abc import Callable


def seconds(work: Callable[[], object], *, times: int = 1) -> float:
    """The fastest of ``times`` runs: the others measure what else the machine was doing."""
    best = float("inf")
    for _ in range(times):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def say(name: str, value: float, unit: str, *, ratio: float | None = None, to: str = "") -> None:
    against = f" ({ratio:.2f} x {to})" if ratio is not None else ""
    sys.stdout.write(f"{name}: {value:.3g} {unit}{against}\n")
    sys.stdout.flush()
