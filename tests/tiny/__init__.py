"""An assignment of a few lines, to test the grader with."""
