"""What can be called: exports with a seed, classes, and the methods of their objects."""

import subprocess
import sys
from dataclasses import replace

import pytest

from grader.sandbox import Returned, SubmissionRaisedError
from grader.source.handin import Source, load_handin
from grader.submission.assertions import assert_raises, assert_unchanged
from grader.submission.client import Client, Submission
from tests.small import grade_small, make_small

CODE = """
import random

class Stack:
    def __init__(self, items=()):
        self.items = list(items)
    def push(self, item):
        self.items.append(item)
    def pop(self):
        return self.items.pop()
    def number(self):
        return len(self.items)
    def __len__(self):
        return len(self.items)
    def random(self):
        return random.random()
    def above(self, other):
        return other.items + self.items
    limit = 3

def draw():
    import numpy, torch
    return [random.random(), float(numpy.random.rand()), float(torch.rand(()))]
"""


@pytest.fixture
def opened(tiny, tiny_sandbox, hand_in):
    """Give the submission, and its client: its checks are begun by the test."""
    source = load_handin(hand_in(CODE), tiny.accepts)
    assert isinstance(source, Source)
    client = Client(tiny_sandbox, source, replace(tiny, exports=("Stack", "draw")))
    client.begin(1)
    yield Submission(client), client
    client.calls.end()


def test_a_seed_is_where_the_generators_begin(opened):
    """One seed gives one answer, in any place and any worker; another gives another."""
    submission, client = opened
    first = submission.draw.seeded(3)()
    assert submission.draw() not in (first, submission.draw())
    assert submission.draw.seeded(3)() == first
    assert submission.draw.seeded(3).outcome() == Returned(first)
    client.begin(2)
    assert submission.draw.seeded(3)() == first
    others = [submission.draw.seeded(seed)() for seed in (4, -1, 2**70 + 1)]
    for place in range(3):
        assert len({answer[place] for answer in (first, *others)}) == 4
    stack = submission.Stack()
    assert stack.random.seeded(3)() == first[0]
    with pytest.raises(TypeError, match="'float' object cannot be interpreted as an integer"):
        submission.draw.seeded(0.5)


def test_a_call_that_is_repeated_has_its_seed(opened):
    """What is asked again, to see whether it was right first, begins where it began."""
    submission, client = opened
    submission.draw()
    answer = submission.draw.seeded(5)()
    call = client.calls.last
    assert client.begin(9).repeat(call) == Returned(answer)


def test_the_methods_of_an_object_are_called_where_it_is(opened):
    """An object of a student's class keeps its state in its worker, and each worker its own."""
    submission, client = opened
    stack, other = submission.Stack([1]), submission.Stack()
    stack.push(2)
    assert_unchanged(other.push, 7)
    assert (stack.pop(), stack.pop(), other.pop()) == (2, 1, 7)
    assert_raises(stack.pop, error="IndexError")
    stack.push([3])
    other.push(4)
    assert stack.above(other) == [4, [3]]
    assert stack.method("__len__")() == stack.method("number")() == 1
    client.begin(2)
    assert submission.Stack().pop.outcome().kind == "IndexError"


@pytest.mark.parametrize(
    ("name", "words"), [("peek", "has no attribute 'peek'"), ("limit", "not callable")]
)
def test_what_is_no_method_says_so(opened, name, words):
    """It is the submission's own exception."""
    submission, _ = opened
    with pytest.raises(SubmissionRaisedError, match=words):
        submission.Stack().method(name)()


MACHINE = '''
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test


def test_stack_is_last_in_first_out(submission):
    """A Stack gives back what was pushed last."""

    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.stack, self.model = submission.Stack(), []

        @rule(item=st.integers())
        def push(self, item):
            self.stack.push(item)
            self.model.append(item)

        @precondition(lambda self: self.model)
        @rule()
        def pop(self):
            assert self.stack.pop() == self.model.pop()

    run_state_machine_as_test(Machine)
'''
STACK = """
class Stack:
    def __init__(self):
        self.items = []
    def push(self, item):
        self.items.append(item)
    def pop(self):
        return self.items.pop()
"""


def test_a_machine_of_rules_finds_what_a_stateful_object_does_wrong(tmp_path):
    """The grade's seed draws the steps, and the shortest way to the fault is told."""
    assignment = make_small(tmp_path, MACHINE, STACK)
    assert grade_small(assignment).score == 1
    wrong = STACK.replace("self.items.pop()", "self.items.pop(0)")
    (check,) = grade_small(assignment, wrong).checks
    assert (check.verdict, check.message) == ("wrong", "expected 1\ngot 0")
    assert check.counterexample == (
        "the last of these calls:\n"
        "  from small import Stack\n"
        "  stack = Stack()\n"
        "  stack.push(0)\n"
        "  stack.push(1)\n"
        "  print(stack.pop())"
    )
    (again,) = grade_small(assignment, wrong).checks
    assert again.counterexample == check.counterexample


TWINS = '''
def test_two_stacks_are_two(submission):
    """What is pushed on one stack is on no other."""
    submission.Stack().push(0)
    one, other = submission.Stack(), submission.Stack()
    one.push(1)
    other.push(2)
    assert one.pop() == 1
'''


GIVEN = """
import numpy as np

def test_what_is_on_top_of_both(submission):
    \"\"\"What is above another stack comes after it.\"\"\"
    one = submission.Stack(LARGE)
    one.push(np.float64(0.5))
    other = submission.box(one)
    assert other.pop() == 1
"""
BOX = f"""{STACK}
class Box(Stack):
    pass
def box(stack):
    made = Box()
    made.items = stack.items
    return made
""".replace("self):\n        self.items = []", "self, items=()):\n        self.items = list(items)")


def lost_lines(tmp_path, large):
    """Lose a check by an object to which another was given; return what is told of its calls."""
    assignment = make_small(tmp_path, GIVEN.replace("LARGE", large), BOX)
    (check,) = grade_small(assignment, BOX).checks
    assert check.verdict == "wrong"
    return check.counterexample.splitlines()


def test_what_was_given_to_an_object_is_told_with_it_in_lines_that_run(tmp_path):
    """An argument that stayed in the worker is made by the lines, too; many entries are written."""
    head, *lines = lost_lines(tmp_path, "np.eye(9)")
    assert head == "the last of these calls:"
    text = "\n".join(line.removeprefix("  ") for line in lines)
    assert text.endswith("stack.push(0.5)\nbox_ = box(stack)\nprint(box_.pop())")
    command, home = [sys.executable, "-c", text], tmp_path / "handed"
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=True)
    assert done.stdout == "0.5\n"


def test_lines_that_cannot_run_are_not_shown_as_code(tmp_path):
    """Where an argument is too long to be written, that is said, with what it is."""
    assert lost_lines(tmp_path, "np.zeros((50, 50))") == [
        "the last of these calls, which do not run as they stand: what is in <> is no code",
        "  stack = Stack(<a numpy float64 array of shape (50, 50)>)",
        "  stack.push(0.5)",
        "  box_ = box(stack)",
        "  box_.pop()",
    ]


def test_what_other_objects_were_asked_meanwhile_is_told_as_well(tmp_path):
    """The lines go wrong as the check did, where objects share what each should have."""
    shared = STACK.replace("    def __init__(self):\n        self.items = []\n", "    items = []\n")
    (check,) = grade_small(make_small(tmp_path, TWINS, STACK), shared).checks
    told = check.counterexample.partition("\n")[2]
    lines = [line.strip() for line in told.splitlines()]
    assert lines == [
        "from small import Stack",
        "stack = Stack()",
        "stack2 = Stack()",
        "stack.push(1)",
        "stack2.push(2)",
        "print(stack.pop())",
    ]
    made = {}
    exec(shared + "\n".join(lines[1:-1]), made)
    assert made["stack"].pop() == 2
