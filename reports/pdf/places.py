"""The print files, and what a page may hold of them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
STYLE = "css/print.css"
PICTURE = "data:image/jpeg;base64,"  # the only kind of picture that a page may hold
MOST_OF_A_PICTURE = 400_000
