"""A submission as functions: calls go to a worker, answers come back as data.

client        exports, calls and outcomes; one fresh worker a check
loading       a worker with the source in it
gaps          what loading left undone: why a name is not defined, which statements stopped
allowance     the time of one submission, all checks together
assertions    what a suite says of answers: as_tensor, assert_close, assert_raises, ...
"""
