"""The engine of a cluster: Ray starts one process of ours on every node, and carries bytes.

Theory of operation
-------------------
    grader class     the store, the plan, who has a try left
      | lines of JSON on a socket
    driver           a process of its own, which speaks to Ray: which node has which job
      | calls of an actor, bytes alone
    node             one process for each node, with all its cores: a `LocalEngine` and its queue
      | as on one machine: the process that forks, a fork for each job
    ==== the wall ====

What grades, and behind which wall, is what grades on one machine; so a grade is the same. A node
reads the assignment and the submissions where the command reads them, on a file system that all
see. What it finds is compared with what the command found: the content of the assignment, versions
and the fingerprint of the seed when it starts, and the hash of each submission before it is graded.
A node where any of it differs, or the isolation, is left out, in one sentence.

Through Ray go settings, paths and grades, as bytes. What is small enough Ray sends from process to
process, and all of ours is kept so small: its object store could be read by whoever may use the
machine. No hidden check goes, no reference, no secret and nobody's code. Nothing is unpickled that
a submission could have written, and no process of Ray's reads one.

Ray tries nothing again, neither calls nor actors. Where a node is lost its jobs are faults, which
`SteadyEngine` counts: a job has two tries. The second is alone on its node, elsewhere if there is
another, so that whoever ended the first one ends nobody else's. Ray's limits of time are not used:
the sandbox has its own.

    engine      what the command holds;  driver: the process that it starts
    fleet       the nodes, what is said of each;  members: a node, and who is to have a job
    remote      all that is asked of Ray
    node        what runs on a node, which knows nothing of Ray
    lines       what they say to one another
"""
