"""The student's loop: what is asked a hundred times for each grade, and is never a grade.

Two engines take the same jobs and tell the same messages. Where the wall stands that is the engine
of a class: a warm process forks a grading after each save. Where it does not (macOS, Windows) a
process of its own runs checks and functions side by side, made of nothing but what every system
has. Then nothing is hidden from the functions, so such practice refuses to start where there is
anything to hide, and is marked as practice wherever it is shown. In a notebook the functions are
asked where they are, in the kernel.

    command       what one `grader check` does
    place         which assignment, which file;  refusals: what must not lie there in practice
    in_process    a worker that is no process;  apart, settings: what a call has for itself
    child, portable  the engine without a wall
    engine        what an engine is, and which one is had
    order         which checks to ask first after a change
    watching      saves, by events or by looking;  keys: what is pressed
    rounds        what is known of each check;  loop: rounds after each save
    log, screen   what a person sees;  explain: one check in full
    kernel, page  `%grade` in a notebook, and its verdicts as HTML;  fresh: what is not saved
"""
