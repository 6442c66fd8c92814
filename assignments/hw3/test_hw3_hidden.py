"""Homework 3, the hidden checks: places and worlds that nobody has seen."""

import torch

from grader import as_number

from .networks import Task, fit
from .workload_hidden import matrices


def judged(error, state, task):
    """Have a network's numbers judged on a task's new images."""
    new = task.new
    return as_number(error(state, torch.from_numpy(new.x), torch.from_numpy(new.y)))


def test_cnn_finds_unseen_places(shared, judge, seed_for, parameters, measure):
    """At places never shown the CNN is nearer to Bayes (0) than the fully connected network (1)."""
    shares = []
    for name in ("the images", "other images"):
        task = Task("which", seed_for(name))
        wrong = judged(judge.cnn_error, shared(fit, "build_cnn", task)[0], task)
        shares.append((wrong - task.bayes) / (parameters["mlp_error"] - task.bayes))
    measure(sum(shares) / len(shares))


def test_mlp_learns_where(shared, judge, seed_for, parameters):
    """Where the answer is the place itself, the fully connected network finds it."""
    task = Task("where", seed_for("the places"))
    wrong = judged(judge.mlp_error, shared(fit, "build_mlp", task)[0], task)
    most = parameters["where_error"]
    assert wrong <= most, f"{wrong:.1%} of new images are wrong, expected at most {most:.0%}"


def test_conv2d_matrix_is_fast(submission, reference, race):
    """conv2d_matrix keeps pace with the reference on images of 16 by 16 in two channels."""
    race(submission.conv2d_matrix, reference.conv2d_matrix, workload=matrices())
