"""A command that takes `--to TARGET`: its help lists the reports that there are."""

from __future__ import annotations

import click


class ReportingCommand(click.Command):
    """A command whose help has a line for each format of report, from the format itself."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the reports."""
        from grader.reports.registry import FORMATS, find_format  # noqa: PLC0415 - only for help

        super().format_options(ctx, formatter)
        with formatter.section("Reports"):
            formatter.write_dl([(name, find_format(name).help) for name in FORMATS])
