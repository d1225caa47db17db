"""A table as a file to take along."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence

from django.forms.utils import ErrorDict
from django.http import FileResponse, Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tpbis.core import spreadsheets
from tpbis.core.spreadsheets import Cell, Sheet, TooManyRows

FORMS = ("csv", "xlsx")
_AT_ONCE = 4 * 1024 * 1024  # bytes of a workbook; a larger one is sent piece by piece
_BOM = {"": True, "1": True, "0": False}  # of a CSV file, by ?bom=; Excel needs it, so it is usual


def table_file(
    rows: Iterable[Sequence[Cell]],
    form: str,
    *,
    name: str,
    sheet: str,
    about: Sequence[Sequence[Cell]] = (),
    asked: QueryDict | None = None,
) -> HttpResponseBase:
    """``rows``, the headings first, as a file called ``name`` and today's day. ``form`` is csv or
    xlsx, else there is none; ``about`` goes with a workbook only. ``asked`` may say ``bom=0``."""
    sheets = [Sheet(sheet, rows)]
    if about:
        sheets.append(Sheet(_("Keterangan"), about, has_filter=False))
    return sheets_file(sheets, form, name=name, asked=asked)


def sheets_file(
    sheets: Sequence[Sheet], form: str, *, name: str, asked: QueryDict | None = None
) -> HttpResponseBase:
    """The same of a workbook's sheets; a CSV file holds the first of them. Nothing of it is kept
    in memory as a whole, however many rows there are."""
    need_form(form)
    name = f"{name}-{timezone.localdate():%Y-%m-%d}.{form}"
    if form == "csv":
        return _csv(sheets[0], name, (asked or QueryDict()).get("bom", ""))
    return _xlsx(sheets, name)


def need_form(form: str) -> None:
    """Raises ``Http404`` where no list is made in it."""
    if form not in FORMS:
        raise Http404


def said(text: str, *, status: int) -> HttpResponse:
    """Why there is no file, as plain text."""
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def refused(errors: ErrorDict) -> HttpResponse:
    """What was wrong with the address of a file."""
    return said(" ".join(str(text) for texts in errors.values() for text in texts), status=400)


def _csv(sheet: Sheet, name: str, bom: str) -> HttpResponseBase:
    if bom not in _BOM:
        return said(_("bom=%(bom)s tidak dikenal: tulis 0 atau 1.") % {"bom": bom[:20]}, status=400)
    return StreamingHttpResponse(
        _in_language(translation.get_language(), spreadsheets.write_csv(sheet.rows, bom=_BOM[bom])),
        content_type="text/csv; charset=utf-8",
        headers=_called(name),
    )


def _in_language(language: str | None, lines: Iterator[bytes]) -> Iterator[bytes]:
    """The rows are made when the request is over, and its language with it."""
    while True:
        with translation.override(language):
            line = next(lines, None)
        if line is None:
            return
        yield line


def _xlsx(sheets: Sequence[Sheet], name: str) -> HttpResponseBase:
    """Written to a file first: what goes wrong half-way is no file rather than half a one."""
    file = tempfile.TemporaryFile(prefix="tpbis-")  # noqa: SIM115 -- closed with a long answer
    try:
        spreadsheets.write_xlsx(sheets, file)
        size = file.tell()
        file.seek(0)
        if size > _AT_ONCE:
            return FileResponse(
                file, as_attachment=True, filename=name, content_type=spreadsheets.XLSX
            )
        content = file.read()
    except TooManyRows as error:
        file.close()
        return said(str(error), status=400)
    except BaseException:
        file.close()
        raise
    file.close()
    return HttpResponse(content, content_type=spreadsheets.XLSX, headers=_called(name))


def _called(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
