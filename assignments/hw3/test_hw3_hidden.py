"""Homework 3, the hidden checks: places and worlds that nobody has seen."""

from grader import as_number, growth

from .networks import Task, fit, tensors
from .workload_hidden import SIDES, matrices, matrices_of_size


def test_cnn_finds_unseen_places(shared, judge, seed_for, parameters, measure):
    """At places never shown the CNN is nearer to Bayes (0) than the fully connected network (1)."""
    shares = []
    for name in ("the images", "other images"):
        task = Task("which", seed_for(name))
        state = shared(fit, "build_cnn", task)
        wrong = as_number(judge.cnn_error(state, *tensors(task.new)))
        shares.append((wrong - task.bayes) / (parameters["mlp_error"] - task.bayes))
    measure(sum(shares) / len(shares))


def test_mlp_learns_where(shared, judge, seed_for, parameters):
    """Where the answer is the place itself, the fully connected network finds it."""
    task = Task("where", seed_for("the places"))
    state = shared(fit, "build_mlp", task)
    wrong = as_number(judge.mlp_error(state, *tensors(task.new)))
    assert wrong <= parameters["where_error"], f"{wrong:.1%} of new images are wrong"


def test_conv2d_matrix_is_fast(submission, reference, race):
    """conv2d_matrix keeps pace with the reference on images of 144 pixels in two channels."""
    race(submission.conv2d_matrix, reference.conv2d_matrix, workload=matrices())


def test_conv2d_matrix_grows_like_a_power(submission, reference):
    """How conv2d_matrix grows with the n pixels of an image: its matrix has about n^2 entries."""
    asked = matrices_of_size()
    growth(submission.conv2d_matrix, reference.conv2d_matrix, sizes=tuple(SIDES), workload=asked)
