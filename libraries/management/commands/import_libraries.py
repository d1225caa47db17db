from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import transaction

from libraries.imports import roster
from libraries.imports.columns import BadRoster
from libraries.imports.comparing import Step
from libraries.imports.roster import Plan, Remark
from libraries.models import Region
from tpbis.core.commands import PortalCommand, Refused
from tpbis.core.spreadsheets import BadSpreadsheet, Table, read_table

NOTHING_SAVED = "Tidak ada yang disimpan."


class Command(PortalCommand):
    help = (
        "Impor daftar perpustakaan dari CSV atau XLSX: import_libraries daftar.xlsx [--yes]. "
        "Tanpa --yes hanya menunjukkan apa yang akan terjadi. Sel kosong tidak menghapus isian "
        "yang sudah ada."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="berkas CSV atau XLSX")
        parser.add_argument("--yes", action="store_true", help="simpan; semua baris atau tidak")

    def handle(self, *args: Any, file: str, yes: bool, **options: Any) -> None:
        if not Region.objects.exists():
            raise Refused("Daftar wilayah belum dimuat. Jalankan dulu: manage.py load_regions 35")
        table = _read(Path(file))
        with transaction.atomic():
            plan = _plan(table, file)
            self._show(plan, table, Path(file).name)
            if plan.rejected:
                raise Refused(*_rejections(plan.rejected), _sum(plan), NOTHING_SAVED)
            if yes:
                self._carry_out(plan)
        self.stdout.write(_sum(plan))
        if not (plan.added or plan.changed):
            self.stdout.write("Tidak ada yang perlu disimpan.")
        elif yes:
            self.stdout.write("Tersimpan.")
        else:
            self.stdout.write("Belum ada yang disimpan. Tambahkan --yes untuk menyimpan.")

    def _carry_out(self, plan: Plan) -> None:
        with self.progress() as progress:
            bar = progress.add_task("Menyimpan", total=len(plan.added) + len(plan.changed))
            try:
                roster.carry_out(plan, told=lambda done: progress.update(bar, completed=done))
            except roster.NotImported as failed:
                raise Refused(*_rejections([failed.remark]), NOTHING_SAVED) from None

    def _show(self, plan: Plan, table: Table, name: str) -> None:
        sheet = f", lembar “{table.sheet}”" if table.sheet else ""
        self.stdout.write(f"{name}{sheet}: {plan.rows} baris.")
        if table.other_sheets:
            self.stdout.write(f"Lembar lain tidak dibaca: {', '.join(table.other_sheets)}.")
        if plan.header.unused:
            self.stdout.write(f"Kolom yang tidak dipakai: {', '.join(plan.header.unused)}.")
        for step in plan.added:
            self.stdout.write(f"  baru     {_new(step)}")
        for step in plan.changed:
            for line in _differences(step):
                self.stdout.write(f"  berubah  {line}")
        for remark in plan.warnings:
            self.stdout.write(f"  periksa  {_remark(remark)}")


def _read(path: Path) -> Table:
    try:
        with path.open("rb") as file:
            return read_table(file)
    except BadSpreadsheet as bad:
        raise Refused(f"{path.name}: {bad}") from None
    except OSError:
        raise Refused(f"Berkas “{path}” tidak ada atau tidak bisa dibuka.") from None


def _plan(table: Table, file: str) -> Plan:
    try:
        return roster.plan(table)
    except BadRoster as bad:
        raise Refused(f"{Path(file).name}: {bad}") from None


def _sum(plan: Plan) -> str:
    """“3 baru, 1 berubah, 20 tetap”, and how many were rejected where any was."""
    parts = [
        f"{len(plan.added)} baru",
        f"{len(plan.changed)} berubah",
        f"{len(plan.unchanged)} tetap",
    ]
    if plan.rejected:
        parts.append(f"{len(plan.rejected)} ditolak")
    return f"{', '.join(parts)}."


def _new(step: Step) -> str:
    region = step.content["region"]
    return f"baris {step.row}: {step.content['name']}, {region.title} ({region.code})"


def _differences(step: Step) -> list[str]:
    return [
        f"baris {step.row}: {step.library}: {heading} “{old}” -> “{new}”"
        for heading, old, new in step.shown
    ]


def _rejections(remarks: list[Remark]) -> list[str]:
    return [f"  ditolak  {_remark(remark)}" for remark in remarks]


def _remark(remark: Remark) -> str:
    place = (
        f"baris {remark.row}, kolom {remark.heading}" if remark.heading else f"baris {remark.row}"
    )
    return f"{place}: {remark.text}"
