"""A press for all documents of a run: starting its children takes longer than most pages."""

from collections.abc import Iterator

import pytest

from reports import pdf


class _Shared(pdf.Press):
    """Does not end with the block that uses it."""

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def _press() -> Iterator[pdf.Press]:
    shared = _Shared()
    yield shared
    pdf.Press.__exit__(shared, None, None, None)


@pytest.fixture
def shared_press(_press, monkeypatch) -> pdf.Press:
    monkeypatch.setattr(pdf, "Press", lambda limits=None: _press)
    return _press
