"""Measurements of the race.

    python -m benchmarks.race --paces [--write]         where each named pace stands; the terms
    python -m benchmarks.race --spread --repeats 20     the same submission again and again
    python -m benchmarks.race --table                   what the repeats so far come to
    python -m benchmarks.race --seconds [--write]       where the seconds of a race go

`--spread` appends to results/race_spread.jsonl or the file of `--into`, so it may be stopped and
gone on with; `--repeats` is how many to add, and `--no-peers` leaves the other tools out. A new
table begins with another file. pytest-benchmark is measured where it is installed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import race_paces, race_seconds, race_spread
from benchmarks.machine import describe_machine
from benchmarks.race_yard import TASKS

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Read the command line and measure what it asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--paces", action="store_true", help="race every named pace")
    parser.add_argument("--spread", action="store_true", help="race the same submissions again")
    parser.add_argument("--table", action="store_true", help="print the table of the repeats")
    parser.add_argument("--seconds", action="store_true", help="say where a race's seconds go")
    parser.add_argument("--write", action="store_true", help="keep the paces and the tables")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    parser.add_argument("--task", choices=[*TASKS], action="append", help="for --paces, --seconds")
    parser.add_argument(
        "--field", choices=[*race_spread.FIELDS], action="append", help="for --spread"
    )
    parser.add_argument("--condition", choices=race_spread.CONDITIONS, action="append")
    parser.add_argument("--into", type=Path, default=race_spread.RESULTS, metavar="FILE")
    parser.add_argument("--no-peers", action="store_true", help="only the race itself")
    parser.add_argument(
        "--note", default="", help="a line for the table, such as how busy the machine was"
    )
    asked = parser.parse_args()
    if asked.paces:
        for name in asked.task or TASKS:
            text = race_paces.calibrate(name, asked.repeats, write=asked.write)
            keep(f"race_paces_{name}.md", text, asked)
    if asked.seconds:
        keep("race_seconds.md", race_seconds.table(asked.task or [*TASKS]), asked)
    if asked.spread:
        fields, conditions = (
            asked.field or [*race_spread.FIELDS],
            asked.condition or [*race_spread.CONDITIONS],
        )
        race_spread.run(conditions, fields, asked.repeats, asked.into, peers=not asked.no_peers)
    if asked.spread or asked.table:
        keep(f"{asked.into.stem}.md", race_spread.table(asked.into) + "\n", asked)


def keep(name: str, text: str, asked: argparse.Namespace) -> None:
    """Print a table, and write it beside the others if that was asked for."""
    print(text)
    if asked.write:
        note = f" {asked.note}" if asked.note else ""
        head = f"Measured by `python -m benchmarks.race`: {describe_machine()}.{note}\n\n"
        (RESULTS / name).write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    main()
