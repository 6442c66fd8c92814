"""What the commands of a class raise where they cannot do as they are asked: exit code 2."""

from grader.assignment.folder import AssignmentError
from grader.assignment.seed import SecretError
from grader.source.handin import MisuseError

MISUSES = (AssignmentError, MisuseError, SecretError)
