"""The grader, graded: what an assignment promises, tried on solutions whose worth is known.

Theory of operation
-------------------
A suite is wrong in two ways: it costs a right solution points, or it gives a wrong one some. So
both kinds are graded, in families: the reference, in every order; submissions that always say one
thing; the assignment's own solutions, each of which says what becomes of it; and mutants made by
machine, one change in a right solution each, which must all lose something. They are graded by the
engine of a class, as many side by side as there are cores; a machine's mutant stops at its first
lost check, and is asked first what has found its neighbours.

What makes grades wrong is a problem, and ends in exit code 1: a right solution loses, a wrong one
wins. What makes a suite weak is advice: a mutant that survives, a check that no mutant needs, one
that finds by luck. Which mutants are no mutants, since the contract leaves open what they change,
a person says with a reason, in `equivalents.toml`; and that is tried like everything else.

    promises      what every assignment promises, tried before anything else
    suite         what its checks ask, as their text says, and that it may break off
    solutions     the assignment's own: right, wrong by mistake, wrong on purpose
    docstrings    what each of them says of itself
    operators, places, mutating      changes in a right solution, and the mutants they make
    equivalents   mutants that are right, with the reason of each
    trials        many gradings by the engine of a class;  budget: how many a default run makes
    bench         what all families work with
    constants     submissions that always say one thing
    families      the reference, constants, and solutions that are held to what they say
    sweeps        mutants made by machine;  suggestions: what would lose those that survive
    claims        probes that are forced to agree
    repeats       the same again: by other seeds, once more, after a hostile file
    paces         named slownesses, raced
    findings      problems and advice;  report: as a table, with what to do next, and as JSON
    command       what `grader selftest` does
"""
