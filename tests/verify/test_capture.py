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
    "layers that return their input itself": (
        """
from keras.models import Model, Sequential
from keras.layers import Activation, Dense, Dropout, Input
first = Sequential([Dense(4, input_dim=3), Activation('linear'), Dropout(0), Activation('linear')])
x = Input(shape=(3,))
y = Dense(2)(Activation('linear')(first(x)))
second = Model(x, Activation('linear')(y))
second.compile('sgd', 'mse')
first.compile('sgd', 'mse')
""",
        2,
    ),
    "files that are not there, arguments that are not given, modules that are not installed": (
        """
import csv, os, pickle, sys
import h5py
import numpy as np
import surely_not_installed as lib
from keras.layers import Dense
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator
units = int(sys.argv[2])
assert os.environ['SURELY_NOT_SET']
assert float(next(csv.DictReader(open('table.csv')))['price']) == 1
x, y = np.load('x.npz')
y = pickle.load(open('y.pkl', 'rb'))
rate, (left, *right) = lib.load(y)
saved = h5py.File('weights.h5')
assert len(open('glove.6B.20d.txt').readline().split()) == 21
try:
    open('kept.txt')
except IOError:
    kept = None
assert kept is None
images = ImageDataGenerator().flow_from_directory('images', (6, 4), batch_size=8)
model = Sequential([Dense(units + 3, input_shape=images.image_shape), Dense(x.shape[1])])
model.layers[0].set_weights([saved['kernel'], saved['bias']])
""",
        1,
    ),
    "questions, windows, waiting, downloads": (
        """
import time
import tkinter as tk
import urllib.request
from keras.layers import Dense
from keras.models import Sequential
units = int(input('units? '))
assert isinstance(eval(input('a number? ')), int)
root = tk.Tk()
time.sleep(10000)
assert urllib.request.urlopen('https://example.com/data.csv').read()
urllib.request.urlretrieve('https://example.com/data.txt', 'data.txt')
assert open('data.txt').read()
model = Sequential([Dense(units + 3, input_dim=4)])
root.mainloop()
""",
        1,
    ),
    "a function that needs arguments, in a program that fails": (
        """
from keras.layers import Dense, Flatten
from keras.models import Sequential
def small_model(img_rows, img_cols, nb_classes=None):
    if img_rows < 100:
        raise ValueError('too small')
    return Sequential([Flatten(input_shape=(img_rows, img_cols, 3)), Dense(nb_classes)])
if __name__ == '__main__':
    x, y = None
""",
        1,
    ),
    "a notebook with magics, and a cell that fails": (
        """#kmigrate_cell_0_
kmigrate_0_
files = kmigrate_1_
assert files == []
#kmigrate_cell_1_
from __future__ import print_function
from keras.layers import Dense
from keras.models import Sequential
#kmigrate_cell_2_
raise IOError('no data')
#kmigrate_cell_3_
model = Sequential([Dense(3, input_dim=4)])
""",
        1,
    ),
}

_REFUSED = """
from keras.layers import Dense
from keras.models import Sequential
first = Sequential([Dense(3, input_dim=4)])
first.compile('sgd', 'mse')
first.fit_generator(somebodys_generator, samples_per_epoch=100, nb_epoch=3)
second = Sequential([Dense(5, input_dim=4)])
"""


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


def test_what_comes_after_a_call_that_is_refused_is_compared_and_the_call_is_told(both: Both) -> None:
    text = "somebodys_generator = None\n" + _REFUSED
    first, second, call = both.verify("program.py", text, upgraded(text, "tf"), "tf").results
    assert (first.status, second.status) == (Status.IDENTICAL, Status.IDENTICAL)
    assert (call.model, call.status) == (None, Status.NOT_COMPARED)
    assert call.reason is not None
    assert "samples_per_epoch" in call.reason


def test_a_model_that_the_original_does_not_finish_is_not_called_different(both: Both) -> None:
    text = "from keras.layers import Dense\nfrom keras.models import Sequential\nmodel = Sequential()\n{}\n{}\n"
    layers = "model.add(Dense(3, input_dim=4))", "model.add(Dense(2))"
    old = text.format(layers[0], "raise ValueError('something of then')")
    (result,) = both.verify("program.py", old, text.format(*layers), "tf").results
    assert result.status is Status.NOT_COMPARED
    assert result.reason is not None
    assert "while it builds this model: ValueError: something of then" in result.reason
