"""TODOC assignment."""

from grader.assignment.folder.folder import Assignment, AssignmentError, find_assignment, load_assignment

__all__ = ["Assignment", "AssignmentError", "find_assignment", "load_assignment"]
