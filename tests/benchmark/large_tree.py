"""A large source tree to measure on: generated text in the shape of real files, the same on every machine.

Sizes follow real files, as 5, 10, 20, 30, … 90, 95 and 98 per cent of them are at most that large: files without Keras
those of 6,300 files of installed packages (14 kB in the mean), files with Keras those of 294 files of Keras 1 programs
and packages (8 kB; 0.15 nodes of the syntax tree and 0.0095 calls a byte, which the blocks below come near). One folder
holds about seven Python files. Keras is found in groups: one package in ten is a Keras project, and half of its files
touch Keras, some of them through modules of their own.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path

_STEPS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
_PLAIN_SIZES = (60, 162, 431, 1060, 2094, 3364, 5079, 7763, 11864, 18785, 34627, 54622, 100195, 160000)
_KERAS_SIZES = (200, 826, 1515, 2294, 3107, 3817, 4788, 5885, 7271, 9364, 14431, 23271, 52095, 60000)

_FILES_A_FOLDER = 7
#: One package in so many uses Keras.
_PACKAGES_A_PROJECT = 10

_WORDS = """\
batch buffer cache client cursor entry event field frame index item job key label line node order page
apply build check close collect encode fetch find handle load merge normalize parse read resolve send
collections itertools json logging math os random re subprocess sys threading time
"""
_NOUNS, _VERBS, _LIBRARIES = (line.split() for line in _WORDS.splitlines())

_GITIGNORE = """\
__pycache__/
*.py[cod]
*$py.class
*.so
.Python
build/
develop-eggs/
dist/
downloads/
eggs/
.eggs/
/lib64/
parts/
sdist/
*.egg-info/
*.egg
MANIFEST
*.manifest
*.spec
pip-log.txt
htmlcov/
.tox/
.coverage
.coverage.*
.cache
nosetests.xml
coverage.xml
*.cover
.hypothesis/
*.mo
*.pot
*.log
local_settings.py
db.sqlite3
instance/
.scrapy
docs/_build/
target/
.ipynb_checkpoints
.python-version
celerybeat-schedule
.env
env/
venv/
.spyderproject
.ropeproject
/site
.mypy_cache/
data/raw/**
!data/raw/README
*.h5
*.hdf5
"""


def _size(at: float, sizes: tuple[int, ...]) -> int:
    """The size of which the share ``at`` of all files is at most as large."""
    upper = next(index for index, step in enumerate(_STEPS) if at <= step and index)
    share = (at - _STEPS[upper - 1]) / (_STEPS[upper] - _STEPS[upper - 1])
    low, high = math.log(sizes[upper - 1]), math.log(sizes[upper])
    return round(math.exp(low + share * (high - low)))


def _name(random_: random.Random) -> str:
    return f"{random_.choice(_VERBS)}_{random_.choice(_NOUNS)}"


# --- blocks of code without Keras -----------------------------------------------------------------------------------


def _function(r: random.Random) -> str:
    name, one, two = _name(r), r.choice(_NOUNS), r.choice(_NOUNS)
    return f'''
def {name}_{r.randrange(1000)}({one}, {two}=None, limit={r.randrange(1, 500)}):
    """{name.replace("_", " ").capitalize()} of every {one}, up to the limit.

    The result is a list of pairs; an empty one says that there was nothing to do.
    """
    found = []
    for number, value in enumerate({one} or ()):
        if {two} is not None and value in {two}:
            continue  # seen before
        if number >= limit:
            raise ValueError("more than %d of {one}: %r" % (limit, value))
        found.append((number, str(value).strip().lower().replace("-", "_")))
    return sorted(found, key=lambda pair: pair[1])
'''


def _class(r: random.Random) -> str:
    name = "".join(word.capitalize() for word in _name(r).split("_"))
    fields = r.sample(_NOUNS, 3)
    lines = [f"\nclass {name}{r.randrange(1000)}(object):", f'    """Keeps a {fields[0]} with its {fields[1]}."""', ""]
    lines += [f"    def __init__(self, {', '.join(fields)}, **options):"]
    lines += [f"        self.{each} = {each}" for each in fields]
    lines += ["        self.options = dict(options)", ""]
    for each in fields:
        lines += [
            f"    def {r.choice(_VERBS)}_{each}(self, value, strict=False):",
            f"        # the {each} may be missing in what older versions wrote",
            f"        if value is None or (strict and self.{each} is None):",
            f'            raise KeyError("no {each} in %s" % self)',
            f"        self.{each} = self.options.get({each!r}, value)",
            f"        return {{'{each}': self.{each}, 'size': len(self.options), 'value': value}}",
            "",
        ]
    return "\n".join(lines)


def _table(r: random.Random) -> str:
    rows = [f"    ({r.randrange(10_000)}, {_name(r)!r}, {r.random():.4f})," for _ in range(r.randrange(5, 40))]
    return "\n".join([f"\n{_name(r).upper()} = (", *rows, ")\n"])


_PLAIN_BLOCKS = (_function, _function, _class, _table)


# --- blocks of code with Keras --------------------------------------------------------------------------------------


def _images(r: random.Random) -> str:
    filters = r.choice((8, 16, 32, 64))
    return f"""
def build_{_name(r)}_{r.randrange(1000)}(input_shape, nb_classes, weights_path=None):
    model = Sequential()
    model.add(Convolution2D({filters}, 3, 3, border_mode='same', input_shape=input_shape))
    model.add(Activation('relu'))
    model.add(Convolution2D({filters}, 3, 3))
    model.add(Activation('relu'))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Dropout({r.randrange(1, 9) / 10}))

    model.add(Flatten())
    model.add(Dense({r.choice((128, 256, 512))}, init='he_normal', activation='relu'))
    model.add(Dropout(0.5))
    model.add(Dense(nb_classes))
    model.add(Activation('softmax'))
    if weights_path:
        model.load_weights(weights_path)
    model.compile(loss='categorical_crossentropy', optimizer='adadelta', metrics=['accuracy'])
    return model
"""


def _graph(r: random.Random) -> str:
    name = _name(r)
    return f"""
def {name}_{r.randrange(1000)}(x, nb_filter, stage):
    # a block of three, with what comes in added to what goes out
    y = Convolution2D(nb_filter, 1, 1, name='res' + str(stage) + '_a')(x)
    y = BatchNormalization(axis=-1, name='bn' + str(stage) + '_a')(y)
    y = Activation('relu')(y)
    y = Convolution2D(nb_filter, 3, 3, border_mode='same', W_regularizer=l2({r.choice((1e-4, 5e-4))}))(y)
    y = BatchNormalization(axis=-1, name='bn' + str(stage) + '_b')(y)
    y = merge([x, y], mode='sum')
    return Activation('relu')(y)
"""


def _recurrent(r: random.Random) -> str:
    return f"""
def {_name(r)}_{r.randrange(1000)}(max_features, maxlen, vectors=None):
    model = Sequential()
    model.add(Embedding(max_features, {r.choice((64, 128, 300))}, input_length=maxlen, dropout=0.2))
    model.add(LSTM(output_dim={r.choice((64, 128))}, dropout_W=0.2, dropout_U=0.2, return_sequences=True))
    model.add(TimeDistributed(Dense(max_features)))
    model.add(Activation('softmax'))
    if vectors is not None:
        model.layers[0].set_weights([np.asarray(vectors)])
    model.compile(loss='binary_crossentropy', optimizer=Adam(lr=0.001), metrics=['accuracy'])
    return model
"""


def _layer(r: random.Random) -> str:
    name = "".join(word.capitalize() for word in _name(r).split("_"))
    return f"""
class {name}{r.randrange(1000)}(Layer):
    def __init__(self, output_dim, init='glorot_uniform', **kwargs):
        self.output_dim = output_dim
        self.init = init
        super({name}0, self).__init__(**kwargs)

    def build(self, input_shape):
        self.W = K.variable(np.random.uniform(size=(input_shape[-1], self.output_dim)))
        self.trainable_weights = [self.W]

    def call(self, x, mask=None):
        return K.dot(x, self.W) / {r.randrange(1, 9)}.

    def get_output_shape_for(self, input_shape):
        return (input_shape[0], self.output_dim)
"""


def _training(r: random.Random) -> str:
    return f"""
def train_{_name(r)}_{r.randrange(1000)}(model, X_train, y_train, X_test, y_test, batch_size={r.choice((32, 64, 128))}):
    nb_epoch = {r.randrange(2, 200)}
    print('X_train shape:', X_train.shape)
    Y_train = np_utils.to_categorical(y_train, 10)
    Y_test = np_utils.to_categorical(y_test, 10)
    datagen = ImageDataGenerator(featurewise_center=False, rotation_range=0, horizontal_flip=True)
    datagen.fit(X_train)
    stop = EarlyStopping(monitor='val_loss', patience={r.randrange(1, 20)})
    history = model.fit_generator(datagen.flow(X_train, Y_train, batch_size=batch_size),
                                  samples_per_epoch=X_train.shape[0], nb_epoch=nb_epoch,
                                  validation_data=(X_test, Y_test), callbacks=[stop])
    score = model.evaluate(X_test, Y_test, verbose=0)
    print('Test score:', score[0], 'after', len(history.history['val_loss']), 'epochs')
    return score
"""


def _arrays(r: random.Random) -> str:
    return f"""
def {_name(r)}_{r.randrange(1000)}(paths, size=({r.randrange(16, 300)}, {r.randrange(16, 300)})):
    X = np.zeros((len(paths), size[0], size[1], 3), dtype='float32')
    for i, path in enumerate(paths):
        img = np.asarray(Image.open(os.path.join(DATA_DIR, path)).resize(size), dtype='float32')
        X[i, :, :, :] = img / 255.
    mean = np.mean(X, axis=(0, 1, 2), keepdims=True)
    X -= mean
    print('loaded %d images of %s' % (X.shape[0], str(size)))
    index = np.random.permutation(len(X))
    return X[index], mean
"""


def _numbers(r: random.Random) -> str:
    one, two = r.sample(_NOUNS, 2)
    return f"""
def {_name(r)}_{r.randrange(1000)}({one}, {two}, width, height, scale={r.random():.3f}):
    \"\"\"Where a box of the {one} lies in the picture.

    Arguments:
        {one}: four numbers: left, top, right and bottom, as a share of the picture
        {two}: how many pixels the net looks at beside the box
        width, height: of the picture, in pixels

    Returns:
        four numbers in pixels, not less than nothing and not more than the picture has
    \"\"\"
    left = {one}[0] * width - {two} * scale
    top = {one}[1] * height - {two} * scale
    right = {one}[2] * width + {two} * scale
    bottom = {one}[3] * height + {two} * scale
    if left < 0:
        left = 0
    if bottom > height:
        bottom = height
    area = (right - left) * (bottom - top)
    # a box without an area is what the detector says when it has seen nothing
    return (left, top, right, bottom) if area > {r.randrange(100)} else None
"""


def _remark(r: random.Random) -> str:
    lines = [
        f"# The {r.choice(_NOUNS)} is kept as it was when the experiment was first run, since what the paper says on",
        f"# how to {r.choice(_VERBS)} the {r.choice(_NOUNS)} cannot be had with less than {r.randrange(2, 32)} GB.",
        f"# {_name(r)}(x) gives {r.random():.4f} after {r.randrange(2, 90)} epochs, {r.randrange(9, 900)} s each.",
        "#",
    ]
    return "\n".join(["", *(line for line in lines * r.randrange(1, 4)), ""])


_KERAS_BLOCKS = (
    *(_images, _graph, _recurrent, _layer, _training),
    *(_arrays, _numbers, _numbers, _function, _table),
    *(_remark, _remark, _remark, _remark, _remark, _remark),
)
_KERAS_IMPORTS = """\
from __future__ import print_function
import os

import numpy as np
from PIL import Image
from keras.callbacks import EarlyStopping
from keras.layers import Activation, BatchNormalization, Convolution2D, Dense, Dropout, Embedding, Flatten, LSTM
from keras.layers import MaxPooling2D, TimeDistributed, merge
from keras.engine.topology import Layer
from keras.models import Sequential
from keras.optimizers import Adam
from keras.preprocessing.image import ImageDataGenerator
from keras.regularizers import l2
from keras.utils import np_utils
from keras import backend as K
"""


def _filled(head: str, size: int, blocks: tuple[Callable[[random.Random], str], ...], r: random.Random) -> str:
    """``head`` and blocks, until the text has about that size."""
    parts = [head]
    length = len(head)
    while length < size:
        part = r.choice(blocks)(r)
        if length > 400 and length + len(part) / 2 > size:
            break
        parts.append(part)
        length += len(part)
    return "\n".join(parts)


def _plain(size: int, siblings: list[str], r: random.Random) -> str:
    head = f'"""{_name(r).replace("_", " ").capitalize()}, as the other modules of the package need it."""\n\n'
    head += "".join(f"import {library}\n" for library in sorted(r.sample(_LIBRARIES, r.randrange(1, 5))))
    head += "".join(f"from {name} import {_name(r)}\n" for name in siblings)
    return _filled(head, size, _PLAIN_BLOCKS, r)


def _keras(size: int, siblings: list[str], r: random.Random) -> str:
    head = _KERAS_IMPORTS + "".join(f"from {name} import {_name(r)}\n" for name in siblings)
    return _filled(f"{head}\nDATA_DIR = 'data/{r.choice(_NOUNS)}'\n", size, _KERAS_BLOCKS, r)


def make(root: Path, files: int, share: float = 0.05, seed: int = 1) -> list[Path]:
    """Write a tree of so many Python files below ``root``, the ``share`` of them with Keras; the paths of those.

    Beside them are a .gitignore of 51 lines, and in each package a README and a data file. The same arguments give the
    same bytes. About 14 MB a thousand files.
    """
    r = random.Random(seed)
    root.mkdir(parents=True)
    (root / ".gitignore").write_text(_GITIGNORE, encoding="utf-8")
    made = 0
    with_keras: list[Path] = []
    package = 0
    while made < files:
        folder = root / f"group{package % 40:02}" / f"package{package:05}"
        folder.mkdir(parents=True)
        (folder / "README.md").write_text("# A package\n\nOf generated code.\n", encoding="utf-8")
        (folder / "data.json").write_text('{"a": 1}\n', encoding="utf-8")
        is_project = package % _PACKAGES_A_PROJECT == 0
        wanted = share * _FILES_A_FOLDER * (package + _PACKAGES_A_PROJECT)  # with the files of this project
        names = [f"module{number}" for number in range(min(_FILES_A_FOLDER - 1, files - made - 1))]
        (folder / "__init__.py").write_text("", encoding="utf-8")
        made += 1
        for number, name in enumerate(names):
            path = folder / f"{name}.py"
            siblings = r.sample(names[:number], min(number, r.randrange(3)))
            touches = is_project and len(with_keras) < wanted
            if touches:
                with_keras.append(path)
            write, sizes = (_keras, _KERAS_SIZES) if touches else (_plain, _PLAIN_SIZES)
            path.write_text(write(_size(r.random(), sizes), siblings, r), encoding="utf-8")
            made += 1
        package += 1
    return with_keras
