"""Who grades: an engine takes jobs and gives back grades, or says that it lost one.

jobs          the protocol: a job, the messages that tell of it, and what any engine can be asked
local         the engine of one machine;  server: its process that forks;  grade_one: its forks
steady        any engine, started again where it is lost;  forks: a fork of whoever holds one
edits, unedited      whether an assignment was edited since its process began, and since the first
memory        whether there is memory for one more
cluster       the engine of a Ray cluster;  named: which of the two, by its name
"""
