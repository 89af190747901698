"""How programs are run so that their models are seen: each of these is upgraded and must be compared, and identical."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kmigrate.verify.results import Status
from tests.verify.both import Both, upgraded

#: Programs, and how many models each must be compared in.
PROGRAMS = {
    "a merge of models, one of them twice": (
        """
from keras.models import Sequential
from keras.layers import Activation, Dense, Embedding, LSTM, Merge, Permute
story = Sequential([Embedding(20, 6, input_length=7, mask_zero=True)])
question = Sequential([Embedding(20, 6, input_length=4)])
match = Sequential()
match.add(Merge([story, question], mode='dot', dot_axes=[2, 2]))
match.add(Activation('softmax'))
other = Sequential([Embedding(20, 4, input_length=7)])
response = Sequential([Merge([match, other], mode='sum'), Permute((2, 1))])
answer = Sequential([Merge([response, question], mode='concat', concat_axis=-1), LSTM(5), Dense(3)])
answer.compile('sgd', 'mse')
""",
        6,
    ),
}


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    """Both sides."""
    with Both() as both:
        yield both


@pytest.mark.parametrize("name", PROGRAMS)
def test_its_models_are_identical(both: Both, name: str) -> None:
    text, count = PROGRAMS[name]
    verified = both.verify("program.py", text, upgraded(text, "tf"), "tf")
    assert [result.reason for result in verified.results] == [None] * count
    assert all(result.status is Status.IDENTICAL for result in verified.results)
