"""What an export returned and is no data can be called, and handed in again."""

import pytest
import torch

from grader.sandbox import SubmissionRaisedError
from grader.source.handin import Source, load_handin
from grader.submission.answers import describe
from grader.submission.assertions import assert_raises
from grader.submission.client import Client, Submission

CODE = """
import torch

class Model(torch.nn.Module):
    def forward(self, x, times=1):
        if times < 0:
            raise ValueError("negative")
        return x * times

def guess():
    return [Model(), {"inner": (Model(),)}, torch.eye(2).to_sparse()]

def double(model):
    return model(torch.ones(2), 2)
"""


@pytest.fixture
def guess(tiny, tiny_sandbox, hand_in):
    """Give what came back, and the submission that it came from."""
    source = load_handin(hand_in(CODE), tiny.accepts)
    assert isinstance(source, Source)
    client = Client(tiny_sandbox, source, tiny)
    client.begin(1)
    submission = Submission(client)
    yield submission.guess(), submission
    client.calls.end()


def test_a_model_is_called_where_it_is(guess):
    """Data goes there and comes back; an exception is told as an export's is."""
    (model, nested, sparse), submission = guess
    assert torch.equal(model(torch.ones(3), times=4), 4 * torch.ones(3))
    assert torch.equal(nested["inner"][0](torch.ones(1)), torch.ones(1))
    assert torch.equal(submission.double(model), 2 * torch.ones(2))
    with pytest.raises(SubmissionRaisedError, match="negative"):
        model(torch.ones(1), -1)
    assert_raises(model, torch.ones(1), -1)
    assert describe(model) == "an object of type Model"
    assert describe(sparse) == "a sparse tensor; a dense one is asked for"


def test_a_call_that_cannot_be_is_the_submissions(guess):
    """What is no function says so in its own words."""
    (_, _, sparse), submission = guess
    with pytest.raises(SubmissionRaisedError, match="'Tensor' object is not callable"):
        sparse(1)
    with pytest.raises(SubmissionRaisedError, match="not callable"):
        submission.double(3)
