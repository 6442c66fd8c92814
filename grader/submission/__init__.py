"""A submission as functions: calls go to a worker, answers come back as data.

client        exports, calls and outcomes; one fresh worker a check
kept          what was returned and stays in its worker, such as a model
loading       a worker with the source in it
gaps          what loading left undone: why a name is not defined, which statements stopped
allowance     the time of one submission, all checks together
answers       what an answer is: its shape, its numbers, and in words
assertions    what a suite says of answers: as_array, assert_close, assert_raises, ...
"""
