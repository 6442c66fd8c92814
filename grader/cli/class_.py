"""`grader class`: grade a whole class, by one command that can always be given again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from grader.cli import require_linux
from grader.cli.grading_options import grading_options
from grader.cli.output import StandardOutput
from grader.cli.paths import PathWord

_PATH = PathWord()
_EPILOG = """\b
Examples:
  grader class hw2 submissions/      grade a folder as it was downloaded
  grader class hw2 submissions/ --dry-run
                                     what is understood of it; nothing runs
  grader class hw2 submissions/ --roster students.csv
                                     who is in the class: who handed in
                                     nothing, and whose deadline is another
  grader class hw2 students.csv      a roster with a path for each student
  grader class hw2 submissions/ --races never
                                     races later, by the same without it
  grader class hw2 submissions/ --shard 2/8
                                     part 2 of 8, on a machine of its own
  grader class hw2 submissions/ --engine ray
                                     on all nodes of the Ray cluster here
  grader class hw2 submissions/ --regrade test_taylor
                                     run one check again, of everybody

Given again, the command goes on: what is graded, and not stale, is not graded
twice.

\b
Exit codes:
    0  every student is graded, or partial by choice, or handed in nothing
    2  wrong use: no such folder, a mistake in the roster, the folder of
       grades is held
    3  some are withheld or could not be read, or grading could not go on
  130  interrupted; the command to go on is printed
"""


@click.command(name="class", epilog=_EPILOG, short_help="Grade a class: a folder of submissions.")
@click.argument("assignment")
@click.argument("submissions", type=_PATH)
@click.option(
    "--out",
    type=_PATH,
    default=Path("grades"),
    show_default=True,
    metavar="FOLDER",
    help="Where grades are kept, and how far it is.",
)
@click.option("--roster", type=_PATH, metavar="CSV", help="Who is in the class.")
@click.option("--prefix", default="", metavar="TEXT", help="What names of repositories begin with.")
@click.option("--dry-run", is_flag=True, help="Show what is understood, and run nothing.")
@click.option(
    "--engine",
    default="local",
    show_default=True,
    metavar="NAME",
    help="Where to grade: local, or on a Ray cluster, ray or ray=ADDRESS.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 333),
    metavar="N",
    help="So many at a time, on each node  [default: its cores; on a card 1]",
)
@click.option(
    "--races",
    type=click.Choice(["last", "never", "only"]),
    default="last",
    show_default=True,
    help="When to run the races, each alone on the machine.",
)
@click.option(
    "--shard",
    default="1/1",
    metavar="I/N",
    help="Grade part I of N, into a folder of its own in FOLDER/shards; `merge` joins them.",
)
@click.option(
    "--regrade",
    is_flag=False,
    flag_value="*",
    metavar="[CHECK]",
    help="Run CHECK again, or without a name everything.",
)
@click.option("--seed", type=int, metavar="N", help="Draw the inputs from N.")
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where to grade.",
)
@grading_options
@click.option("--quiet", is_flag=True, help="Show no progress, only what it came to.")
@click.option("--events", type=_PATH, metavar="FILE", help="Add what happens as JSON lines.")
@click.pass_context
def class_(
    context: click.Context,
    /,
    *,
    submissions: Path,
    engine: str,
    jobs: int | None,
    data: Path | None,
    shard: str,
    **words: Any,  # noqa: ANN401 - options have types of their own
) -> None:
    """Grade the SUBMISSIONS of a class for ASSIGNMENT, and keep the grades in a folder.

    SUBMISSIONS is a folder with a file, a folder or an archive for each student, as Canvas, Moodle,
    Gradescope, GitHub Classroom, Classroom 50, Blackboard or Brightspace give it; or a roster.
    """
    require_linux(context)
    from rich.console import Console  # noqa: PLC0415 - keeps --help quick

    from grader.course.command import MISUSED, ClassCommand  # noqa: PLC0415 - likewise
    from grader.course.engines.jobs import Settings  # noqa: PLC0415 - likewise
    from grader.course.engines.named import EngineName  # noqa: PLC0415 - likewise
    from grader.course.misuse import MISUSES  # noqa: PLC0415 - likewise
    from grader.course.shards import Shard  # noqa: PLC0415 - likewise

    chosen = ("seed", "device", "isolation", "allow_unsafe", "patient")
    made_with = {name: words.pop(name) for name in chosen}
    made_with["data"] = str(data.absolute()) if data else None
    problems = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    output = StandardOutput()
    try:
        name = EngineName.read(engine)
        settings = Settings("", jobs=jobs or name.jobs_at_a_time(made_with["device"]), **made_with)
        words |= {"words": ["grader", *sys.argv[1:]], "settings": settings}
        command = ClassCommand(place=submissions, shard=Shard.read(shard), engine=name, **words)
        code = command.run(output.console(soft_wrap=True), problems.print)
        context.exit(output.exit_code(code, problems.print))
    except MISUSES as problem:
        problems.print(str(problem))
        context.exit(MISUSED)
