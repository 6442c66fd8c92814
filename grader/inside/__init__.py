"""Everything of ours that a student's code can see. Assume that it is read.

Theory of operation
-------------------
``launch.py`` is started by path with ``python -I`` and an environment of the
grader's making. It turns into the *zygote*: it builds an empty root with a few
read-only folders in it, enters its own namespaces, imports numpy and, where the
assignment speaks of it, torch; then it only ever answers one request on one
socket: "fork a worker".

A *worker* first gives up everything it does not need (``confine.py``), and only
then sees a byte of the submission. It is a function server: one frame in, one
frame out (``worker.py``, ``frames.py``). It holds no answer, no score and no
clock that counts, so there is nothing in it worth attacking.

This package is imported as ``inside`` there. It imports the standard library,
numpy, torch and, for notebooks, IPython's input transformer: nothing of the
grader's.

    launch, preload, zygote      the zygote, and what it imports beforehand
    large_pages                  why a fork of it is cheap
    worker        one submission: loads it, answers calls
    source, notebook, running      runs a submission, and says what became of each name
    cells, commands, statements    a cell to statements; magics to Python; names by the look
    slicing       which statements are needed;  steps, effects, reading, calling, scopes: by what
    setup_calls   what sets something for all, or touches files, by its name
    exports       what the functions take that are asked for, and why one is not there
    modules       several files, which import one another
    files, stand_ins       what lies in the working folder; libraries that only show something
    jupyter       what every notebook has from Jupyter, harmless
    program       a submission that reads and prints
    packages, alarm, traceback_text, sameness      imports, time, exceptions and arguments of a call
    refusals, absences, process_state, newer, lookalikes      why it stopped, said to the student:
                  by the wall, by what is not there, by what it set for all, by a newer Python, by a
                  letter like another
    frames        data on a socket;  packing, unpacking, data: to bytes, from bytes, how much
    arrays        arrays on their way into a frame;  tensors: all that needs torch
    confine       what a worker gives up, in order
    namespaces, landlock, seccomp      files that are there, paths it may open, the filter
    calls         which system calls it may make;  syscalls: their numbers;  system: by ctypes
    gpu           a card, opened before the filter
    probes, works      what must fail behind a wall, and what must work
"""
