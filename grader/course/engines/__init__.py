"""Who grades: an engine takes jobs and gives back grades, or says that it lost one.

jobs          a job, and the messages that tell of it
local         the engine of one machine;  server: its process that forks;  grade_one: its forks
memory        whether there is memory for one more
"""
