"""The kit as a library: a program of yours that grades, thousands of times, as it goes.

Theory of operation
-------------------
Whoever opens a `Grader` never sees what it grades: a thread of it holds an engine of
`grader.course.engines`, the one that grades a class, and that is a process of its own, started anew
and not forked. So nothing of the host's gets in the way, neither its threads nor its CUDA. A source
goes down as bytes or as a path, and what comes up is a grade as text, written by our own process.
Sources wait in a queue of bounded length, which costs them nothing: their limits begin when their
own process does. A result is a future of the standard library, on which a thread waits, or a
loop; whoever stops waiting has the job ended, and its place is free.

Where nobody knows what a submission is worth, because something of ours failed or the grader was
closed, there is a `NoGrade`. A host that ends takes all with it, also when it is killed. Its forks
get nothing: they have no thread that would answer, and no descriptor that would keep a line open.

    service       Grader: what a caller can ask
    dispatch      the thread that holds the engine;  places: how many may wait
"""
