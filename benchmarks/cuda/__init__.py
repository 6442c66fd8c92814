"""All that a graphics card must show, by one command, in the order of its worth.

A card is lent rarely and for minutes. So each step runs in a process of its own, within a time of
its own, and tells of every single thing the moment it is known; the command keeps that at once.
A run that is cut off keeps what it has, and the next one goes on with what is missing.

    __main__    the command: packages from a folder of wheels, then the steps one after another
    record      what has been found so far, as JSON, and the page made of it
    steps       the steps: their names, limits, and where each is done
    machine, grades, suite, faults, races, numerics     what each step does, as a generator of items
"""
