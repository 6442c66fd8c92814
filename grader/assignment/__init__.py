"""The folder that an instructor keeps, read and held to account: TOML, suite, limits, seed.

Everything here is about what grades, nothing about what is graded. It is read as text: no module
of an assignment is imported. A mistake is an `AssignmentError` with file and line.

    folder        an assignment as data, and finding it by name
    toml_table    reading a table so that every mistake has its line
    rubric        what checks are worth: [points], [speed], [measure];  lateness: deadline and late
    asked         what is to be handed in: one file or several
    named_paths   the reference, data, and where solutions lie
    needs         [needs]: what checks build on
    limits        [limits];  isolation: the names of its levels, in order
    public_data   data that every worker reads;  survey: what lies in its folder
    suite         the modules of checks as text;  check: what one check is
    agreement     whether TOML and suite name the same
    seed          where every drawn number comes from
    baselines     the solutions that a race's picture is marked with
    parsing, nearest, read_only      reading Python with a line for a mistake; "did you mean"; a
                  mapping that nobody changes
"""
