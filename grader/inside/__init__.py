"""Everything of ours that a student's code can see. Assume that it is read.

Theory of operation
-------------------
``launch.py`` is started by path with ``python -I`` and an environment of the
grader's making. It turns into the *zygote*: it builds an empty root with a few
read-only folders in it, enters its own namespaces, imports torch and numpy, and
then only ever answers one request on one socket: "fork a worker".

A *worker* first gives up everything it does not need (``confine.py``), and only
then sees a byte of the submission. It is a function server: one frame in, one
frame out (``worker.py``, ``frames.py``). It holds no answer, no score and no
clock that counts, so there is nothing in it worth attacking.

This package is imported as ``inside`` in the box. It imports the standard
library, numpy, torch and, for notebooks, IPython's input transformer: nothing
of the grader's.
"""
