"""The one file of the assignment that a worker may read."""

SIDES = {"triangle": 3, "square": 4}
