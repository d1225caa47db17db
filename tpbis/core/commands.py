"""Command line of the portal: one clear line when something is wrong, exit code 2."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils import translation
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Refused(Exception):
    """The input cannot be used; each line is fit for the person at the keyboard."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))


class PortalCommand(BaseCommand):
    """A command that speaks Indonesian, shows progress and leaves with 2 on bad input."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            with translation.override("id"):
                return super().execute(*args, **options)
        except Refused as refused:
            self.refuse(str(refused))

    def refuse(self, text: str) -> NoReturn:
        self.stderr.write(text)
        sys.exit(2)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A progress display on the error stream; silent when nobody watches."""
        console = Console(stderr=True)
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        ) as progress:
            yield progress
