"""The grades of several students in one file: a gradebook, or what Canvas imports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.files import OutputFile, write_all
from grader.reports import ReportError, require_apart, require_names
from grader.reports.canvas import fill_export, parse_export
from grader.reports.registry import FORMATS, find_format, list_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.grade.result import Grade


@dataclass(frozen=True, slots=True)
class ForCanvas:
    """What Canvas is to get: its own export, filled, in a `column`, `partial` grades too or not."""

    export: Path
    column: str | None = None
    partial: bool = False


def write_class(
    grades: Mapping[str, Grade], targets: Sequence[str], canvas: ForCanvas | None
) -> list[str]:
    """Write the grades of a class by student to files here, all or none; return what to print.

    Raises ReportError.
    """
    require_names(targets)
    makers = {target: find_format(target).class_files for target in dict.fromkeys(targets)}
    if others := [target for target, maker in makers.items() if maker is None]:
        able = [f"--to {name}" for name in FORMATS if find_format(name).class_files]
        places = list_names([*able, "--canvas"])
        raise ReportError(f"--to {others[0]} takes one grade; several go into {places}")
    lines, parcels = [], []
    if canvas is not None:
        export = parse_export(_read(canvas.export))
        wanted, partial = canvas.column, canvas.partial
        text, left_out = fill_export(export, grades, column=wanted, partial=partial)
        lines += left_out
        parcels.append(OutputFile(Path("canvas.csv"), text.encode()))
    parcels += [parcel for maker in makers.values() if maker for parcel in maker(grades)]
    require_apart(parcels, [canvas.export] if canvas else [])
    try:
        write_all(parcels)
    except OSError as error:
        raise ReportError(f"{error.filename}: cannot be written: {error.strerror}") from error
    return [*lines, *(f"written: {parcel.place.absolute()}" for parcel in parcels)]


def _read(export: Path) -> str:
    try:
        return export.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise ReportError(f"{export}: cannot be read: {error}") from error
