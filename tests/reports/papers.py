"""Papers of one piece: asked for, printed, read back."""

import io
import subprocess
from typing import Any

from pypdf import PdfReader

from libraries.models import Library, Region
from reports import services
from reports.enums import DocumentKind
from reports.models import Document
from tpbis.accounts.models import User
from tpbis.core.periods import Period

LONG_NAME = (
    'Perpustakaan Desa "Taman Baca Mbah Koneng" & Kawan Tani <Sejahtera> Berbasis Inklusi Sosial '
    "Terpadu Mandiri Kreatif Inovatif Gemilang Cemerlang Bersama Warga Sumberwringin Ngasinan Lor "
    "dan Kidul X"
)[:200]


def asked(
    kind: DocumentKind,
    period: Period,
    *,
    by: User,
    library: Library | None = None,
    region: Region | None = None,
    **more: Any,
) -> Document:
    place = library.regency if library else region
    assert place is not None
    return services.request(region=place, period=period, by=by, kind=kind, library=library, **more)


def printed(document: Document) -> bytes:
    return services.make_single(document=document, told=lambda *_: None).content


def text_of(content: bytes) -> str:
    """As somebody reads it: line ends are no words."""
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def pages_of(content: bytes) -> int:
    return len(PdfReader(io.BytesIO(content)).pages)


def untagged(content: bytes) -> list[str]:
    """What PDF/UA asks for and is not there."""
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    lacking = []
    if not root.get("/MarkInfo", {}).get("/Marked"):
        lacking.append("marked")
    if root.get("/Lang") != "id":
        lacking.append("language")
    if not (reader.metadata and reader.metadata.title):
        lacking.append("title")
    if "/StructTreeRoot" not in root:
        return [*lacking, "tree"]
    kinds = _kinds(root["/StructTreeRoot"])
    if "/H1" not in kinds:
        lacking.append("heading")
    lacking += ["words for a picture" for kind in kinds if kind == "/Figure without words"]
    return lacking


def _kinds(node: Any) -> list[str]:
    node = node.get_object()
    if isinstance(node, list):
        return [kind for child in node for kind in _kinds(child)]
    if not hasattr(node, "get"):
        return []
    kind = str(node.get("/S", ""))
    if kind == "/Figure" and not node.get("/Alt"):
        kind = "/Figure without words"
    children = node.get("/K", [])
    return [kind, *(_kinds(children) if not isinstance(children, int) else [])]
