"""A class: hundreds of submissions by one command, none of them lost.

Theory of operation
-------------------
A folder of submissions, as a service lets one download it, is read by its names alone, into a row
for each student. A store, one SQLite file in the folder of grades, keeps what each attempt came to,
with the content that it was made from; so it is known what is missing and what is stale, and
nothing else is graded. An engine grades that: one process collects the suite and opens the wall,
and forks another for each submission, which runs the checks as `grader run` does, with fresh
workers for every check. Nothing that a submission wrote is shared by two of them. What comes back
is stored, one transaction a grade, before the next is begun; files are made of the store alone.

The default of everything is "not graded". A row is `graded`, `partial`, `withheld`, `not_read` or
`not_handed_in`, and only the first two have points.

    labels, gradescope_export      what a download's names say;  entries: what lies in its folder
    starts        the start that names have in common before a student
    roster, matching, students, intake      who is in the class, whose an entry is; a row for each
    roster_paths  the entries that a roster names by a path
    contents      the content that a grade is made from: what is stale
    archives, behind_the_wall      archives unpacked in a worker, by code that runs only there
    store, place      SQLite: grades, decisions;  where it lies, and who holds it
    decisions     what a person decided, beside what was measured;  deciding: done and taken back
    rows          the class as it stands, for whoever shows it
    shards, merging      a class in parts, and their stores made one
    plan          which checks of which attempts are to be run
    engines       who runs them, by one protocol;  engines.local: on this machine, by forks
    run           from the plan to grades in the store;  progress, events: seen while it runs
    exports       from the store to files;  summary: what is told at the end
    command       what `grader class` does;  misuse: what is raised where it cannot
"""
