"""A submission as functions: calls go to a worker, answers come back as data.

client        exports, and what is behind them
connection    what calls go by: a source in its sandbox, and its time;  hangs: what a call gets
calls         the calls of one run of a check: one fresh worker, one deadline;  call: one of them
functions     what can be called: an export, a method;  kept: what stays in its worker
lives         what was done with that
loading       a worker with the source in it;  load_report: what the worker says of that
gaps          what loading left undone: why a name is not defined, which statements stopped
allowance     the time of one submission, all checks together
answers       what an answer is: its shape, its numbers, and in words
programs      a submission that reads and prints: run, and compared by lines
claims        what an assertion held an answer to, as data;  causes: what a wrong one looks like
converters    from an answer to what a check works with;  assertions: what a suite says of it
"""
