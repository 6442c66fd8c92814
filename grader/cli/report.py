"""`grader report`: show a grade that was written to a file, or deliver it somewhere."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command()
@click.argument("record", metavar="GRADE", type=click.Path(path_type=Path))
@click.option("--to", "targets", multiple=True, metavar="TARGET", help="Deliver it to TARGET.")
@click.option("--instructor", is_flag=True, help="Show hidden inputs, if the file has them.")
def report(record: Path, targets: tuple[str, ...], *, instructor: bool) -> None:
    """Show the grade in GRADE, a file that --json wrote.

    TARGET is one of github, classroom50, gradescope, junit, csv, markdown, html, json.
    """
    from rich.console import Console  # noqa: PLC0415 - quick --help

    from grader.reports import ReportError, write  # noqa: PLC0415 - likewise
    from grader.reports.record import (  # noqa: PLC0415 - likewise
        RecordError,
        clean_grade,
        for_student,
        read_grade,
    )
    from grader.reports.terminal import render_rich  # noqa: PLC0415 - likewise

    try:
        grade = read_grade(record)
        lines = write(grade, targets, os.environ, Path.cwd(), instructor=instructor)
    except OSError as error:
        raise click.UsageError(f"{record}: {error.strerror}") from error
    except (RecordError, ReportError) as error:
        raise click.UsageError(str(error)) from error
    if not targets:
        view = clean_grade(grade) if instructor else for_student(grade)
        Console(highlight=False).print(render_rich(view))
    for line in lines:
        click.echo(line)
