"""KM203: the image ordering as one thing."""

from __future__ import annotations

import ast
import random
import textwrap

import pytest

from kmigrate.config import Options
from kmigrate.engine import check_source, upgrade_source
from kmigrate.findings import Safety
from kmigrate.program.project import Project
from tests.rules.own_code import assumed, findings, unchanged, unfixed, upgrade

HEAD = "from keras import backend as K\n"


def after(source: str) -> str:
    """What follows the import, upgraded with the safe rewrites of KM203."""
    text = upgrade(HEAD + textwrap.dedent(source), "KM203")
    assert text.startswith(HEAD)
    return text[len(HEAD) :]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("K.image_dim_ordering() == 'th'", "K.image_data_format() == 'channels_first'"),
        ("'tf' != K.image_dim_ordering()", "'channels_last' != K.image_data_format()"),
        ('K.image_dim_ordering() == u"th"', 'K.image_data_format() == u"channels_first"'),
        ("K.image_dim_ordering().lower() == 'th'", "K.image_data_format().lower() == 'channels_first'"),
        ("K.image_dim_ordering() in {'th', 'tf'}", "K.image_data_format() in {'channels_first', 'channels_last'}"),
        ("K.image_dim_ordering() not in ['th']", "K.image_data_format() not in ['channels_first']"),
        ("K.set_image_dim_ordering('th')", "K.set_image_data_format('channels_first')"),
        ("K.set_image_dim_ordering(dim_ordering='tf')", "K.set_image_data_format(data_format='channels_last')"),
        (
            "K.set_image_dim_ordering('th' if x else 'tf')",
            "K.set_image_data_format('channels_first' if x else 'channels_last')",
        ),
        (
            "{'th': 1, 'tf': -1}[K.image_dim_ordering()]",
            "{'channels_first': 1, 'channels_last': -1}[K.image_data_format()]",
        ),
        ("o = K.image_dim_ordering()\no == 'th'", "o = K.image_data_format()\no == 'channels_first'"),
        (
            "WORDS = ('th', 'tf')\nassert K.image_dim_ordering() in WORDS",
            "WORDS = ('channels_first', 'channels_last')\nassert K.image_data_format() in WORDS",
        ),
        (
            "for o in ['th', 'tf']:\n    K.set_image_dim_ordering(o)",
            "for o in ['channels_first', 'channels_last']:\n    K.set_image_data_format(o)",
        ),
    ],
)
def test_both_halves(before: str, expected: str) -> None:
    assert after(before + "\n") == expected + "\n"


@pytest.mark.parametrize(
    "source",
    [
        "mode = 'th'\nif mode == 'th':\n    pass\n",
        "def f(backend='tf'):\n    return backend == 'tf'\n",
        "K.backend() == 'th'\n",
        "K.backend() == 'tf'\n",
        "words = ['th', 'tf', 'default']\n",
        "print('th')\n",
        "options = {'mode': 'default'}\n",
        '"""An ordering is \'th\' or \'tf\'."""\n',
        "K.image_data_format() == 'channels_first'\n",
        "x.data_format == 'channels_last'\n",
        "lang = request.get('lang', 'th')\n",
    ],
)
def test_words_that_are_no_orderings_stay(source: str) -> None:
    assert unchanged(HEAD + source, "KM203")


def test_a_file_without_keras_is_not_looked_at() -> None:
    assert unchanged("dim_ordering = 'th'\nif dim_ordering == 'th':\n    pass\n", "KM203")


def test_only_the_orderings_words_change_where_both_kinds_are() -> None:
    source = "def f(dim, mode='th'):\n    return mode == 'th' and dim == 'th'\nf(K.image_dim_ordering())\n"
    expected = "def f(dim, mode='th'):\n    return mode == 'th' and dim == 'channels_first'\nf(K.image_data_format())\n"
    assert after(source) == expected


def test_parameters_defaults_and_calls() -> None:
    source = """
        def axis(x, order='default'):
            if order == 'default':
                order = K.image_dim_ordering()
            if order not in {'th', 'tf'}:
                raise ValueError(str(order))
            return 1 if order == 'th' else -1
        axis(1, 'th')
        axis(1, order='tf')
        """
    text = after(source)
    assert "def axis(x, order=None)" in text
    assert "if order is None:" in text
    assert "{'channels_first', 'channels_last'}" in text
    assert "axis(1, 'channels_first')" in text
    assert "axis(1, order='channels_last')" in text
    assert "'th'" not in text and "'tf'" not in text


def test_not_default_is_is_not_none() -> None:
    source = "def f(o='default'):\n    if o != 'default':\n        K.set_image_dim_ordering(o)\n"
    assert "if o is not None:" in after(source)


def test_through_constructors_and_methods() -> None:
    source = """
        class Box(object):
            def __init__(self, order, mode='th'):
                self.order = order
                self.mode = mode
            def use(self, other='tf'):
                K.set_image_dim_ordering(self.order)
                return self.order == other and self.mode == 'th'
        class Inner(Box):
            def __init__(self, order):
                super(Inner, self).__init__(order)
        box = Box('th')
        Inner(order='tf').use('th')
        """
    text = after(source)
    assert "mode='th'" in text and "self.mode == 'th'" in text
    assert "other='channels_last'" in text
    assert "Box('channels_first')" in text
    assert "Inner(order='channels_last').use('channels_first')" in text


def test_through_returns() -> None:
    source = "def pick(flag):\n    return 'th' if flag else 'tf'\nK.set_image_dim_ordering(pick(1))\n"
    assert "return 'channels_first' if flag else 'channels_last'" in after(source)


def test_own_layers_keep_their_attribute() -> None:
    source = HEAD + textwrap.dedent(
        """
        from keras.layers import Layer
        class Pad(Layer):
            def __init__(self, dim_ordering='th', **kwargs):
                self.dim_ordering = dim_ordering
            def call(self, x, mask=None):
                return x if self.dim_ordering == 'th' else -x
        class More(Pad):
            def call(self, x, mask=None):
                return x if self.dim_ordering == 'tf' else -x
        """
    )
    text = upgrade(source, "KM203")
    assert "dim_ordering='channels_first'" in text
    assert "self.dim_ordering == 'channels_first'" in text
    assert "self.dim_ordering == 'channels_last'" in text
    assert "data_format" not in text


def test_a_parent_of_keras_owns_the_attribute() -> None:
    source = "from keras.layers import Convolution2D\nclass C(Convolution2D):\n    def call(self, x):\n"
    source += "        return self.dim_ordering == 'th'\n"
    assert "return self.data_format == 'channels_first'" in upgrade(source, "KM203")


def test_a_subclass_that_sets_the_attribute_itself_owns_it() -> None:
    source = "from keras.layers import Convolution2D\nclass C(Convolution2D):\n    def build(self, s):\n"
    source += "        self.dim_ordering = 'th'\n        return self.dim_ordering == 'th'\n"
    text = upgrade(source, "KM203")
    assert "self.dim_ordering = 'channels_first'" in text and "self.dim_ordering == 'channels_first'" in text


def test_the_attribute_of_an_instance_of_keras() -> None:
    source = "from keras.layers import MaxPooling2D\npool = MaxPooling2D()\nif pool.dim_ordering == 'th':\n    pass\n"
    assert "pool.data_format == 'channels_first'" in upgrade(source, "KM203")


def test_the_attribute_of_an_unknown_layer_is_assumed_to_be_keras() -> None:
    source = HEAD + "for layer in model.layers:\n    if layer.dim_ordering == 'th':\n        pass\n"
    assert assumed(source, "KM203") == ["`layer` is a layer of Keras"]
    assert "layer.data_format == 'channels_first'" in upgrade(source, "KM203", unsafe=True)
    assert upgrade(source, "KM203") == source


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("K.set_image_dim_ordering(settings.order)\nsettings.order == 'th'", "`settings.order` gives"),
        ("K.set_image_dim_ordering(read())", "`read()` gives"),
        ("K.set_image_dim_ordering(cfg['order'])", "`cfg['order']` gives"),
        ("name = 'weights_%s.h5' % K.image_dim_ordering()", "names no file"),
        ("name = f'weights_{K.image_dim_ordering()}.h5'", "names no file"),
        ("elsewhere(K.image_dim_ordering())", "`elsewhere` takes"),
        ("def f(order):\n    K.set_image_dim_ordering(order)", "`f` is given"),
        (
            "parser.add_argument('--order', choices=['th', 'tf'])\nK.set_image_dim_ordering(args.order)",
            "whoever runs the program",
        ),
    ],
)
def test_what_is_not_seen_makes_it_unsafe(source: str, words: str) -> None:
    (assumption,) = assumed(HEAD + source + "\n", "KM203")
    assert words in assumption
    assert upgrade(HEAD + source + "\n", "KM203") == HEAD + source + "\n"


def test_command_line_choices_change_with_the_rest() -> None:
    source = HEAD + "parser.add_argument('--order', default='th', choices=['th', 'tf'])\n"
    source += "K.set_image_dim_ordering(parser.parse_args().order)\n"
    text = upgrade(source, "KM203", unsafe=True)
    assert "default='channels_first', choices=['channels_first', 'channels_last']" in text


@pytest.mark.parametrize(
    "source",
    [
        "print(K.image_dim_ordering())",
        "raise ValueError('bad ordering ' + K.image_dim_ordering())",
        "assert K.image_dim_ordering() == 'th', 'not %s' % K.image_dim_ordering()",
    ],
)
def test_a_text_that_is_only_shown_is_safe(source: str) -> None:
    (finding, *rest) = findings(HEAD + source + "\n", "KM203")
    assert all(f.safety is Safety.SAFE for f in (finding, *rest))


def test_an_ordering_for_a_function_outside_the_run_is_left_to_a_person() -> None:
    source = HEAD + "from elsewhere import conv\nconv(x, dim_ordering='th')\n"
    (message,) = unfixed(source, "KM203")
    assert "conv" in message and "channels_first" in message
    assert upgrade(source, "KM203", unsafe=True) == source


def test_the_name_is_imported_under_its_new_name() -> None:
    source = "from keras.backend import image_dim_ordering, floatx\nimage_dim_ordering() == 'th'\nfloatx()\n"
    text = upgrade(source, "KM203")
    assert "image_data_format() == 'channels_first'" in text
    assert "import image_data_format" in text or ", image_data_format" in text
    assert "image_dim_ordering" not in text


def test_a_half_upgraded_comparison_is_completed() -> None:
    source = HEAD + "from keras.layers import Conv2D\nConv2D(8, (3, 3), padding='same')\n"
    source += "if K.image_data_format() == 'th':\n    pass\n"
    assert assumed(source, "KM203") == ["these words are left over from Keras 1"]
    assert "K.image_data_format() == 'channels_first'" in upgrade(source, "KM203", unsafe=True)


# --- several files ---

FILES = {
    "run/blocks.py": "from keras import backend as K\nfrom words import FIRST\n"
    "def axis(order):\n    return 1 if order == FIRST else -1\n"
    "def check(order='tf'):\n    assert order in ('th', 'tf')\n    return axis(order)\n",
    "run/words.py": "import keras\nFIRST = 'th'\nOTHER = 'th'\n",
    "run/main.py": "from keras import backend as K\nimport blocks\nfrom blocks import axis\n"
    "blocks.check('th')\naxis(K.image_dim_ordering())\nprint('th')\n",
}
UPGRADED = {
    "run/blocks.py": "from keras import backend as K\nfrom words import FIRST\n"
    "def axis(order):\n    return 1 if order == FIRST else -1\n"
    "def check(order='channels_last'):\n    assert order in ('channels_first', 'channels_last')\n"
    "    return axis(order)\n",
    "run/words.py": "import keras\nFIRST = 'channels_first'\nOTHER = 'th'\n",
    "run/main.py": "from keras import backend as K\nimport blocks\nfrom blocks import axis\n"
    "blocks.check('channels_first')\naxis(K.image_data_format())\nprint('th')\n",
}


@pytest.mark.parametrize("seed", range(4))
def test_across_files_in_any_order(seed: int) -> None:
    order = list(FILES)
    random.Random(seed).shuffle(order)
    project = Project(FILES.get, ("run",), order)
    options = Options(select=("KM203",))
    done = {path: upgrade_source(FILES[path], options, path=path, project=project).text for path in order}
    assert done == UPGRADED


def test_a_doubt_in_one_file_is_a_doubt_in_all() -> None:
    files = {**FILES, "run/main.py": FILES["run/main.py"] + "axis(unknown())\n"}
    project = Project(files.get, ("run",), list(files))
    options = Options(select=("KM203",))
    for path, text in files.items():
        (finding,) = check_source(text, options, path=path, project=project)
        assert finding.safety is Safety.UNSAFE
        assert "unknown()" in (finding.rewrite.assumes if finding.rewrite else "")


# --- the branch that is taken is the same ---


class _Backend:
    """Just enough of ``keras.backend`` of either version to run a snippet."""

    def __init__(self, getter: str, setter: str, word: str) -> None:
        self.word = word
        setattr(self, getter, lambda: self.word)
        setattr(self, setter, self.set)

    def set(self, word: str) -> None:
        self.word = word


BRANCHES = """
def axis(order='default', words=('th', 'tf')):
    if order == 'default':
        order = K.image_dim_ordering()
    if order not in words:
        return None
    return {'th': 1, 'tf': -1}.get(order)
class Box(object):
    order = 'tf'
    def flip(self):
        self.order = 'tf' if self.order == 'th' else 'th'
        K.set_image_dim_ordering(self.order)
        return axis()
box = Box()
seen = [axis(), axis('th'), axis('tf'), box.flip(), box.flip(), axis(order='th'), axis('th', ('tf',))]
"""


@pytest.mark.parametrize("word", ["th", "tf"])
def test_both_programs_take_the_same_branches(word: str) -> None:
    text = upgrade(HEAD + BRANCHES, "KM203")
    new_word = {"th": "channels_first", "tf": "channels_last"}[word]
    results = []
    for source, backend in (
        (BRANCHES, _Backend("image_dim_ordering", "set_image_dim_ordering", word)),
        (text.removeprefix(HEAD), _Backend("image_data_format", "set_image_data_format", new_word)),
    ):
        names: dict[str, object] = {"K": backend}
        exec(compile(ast.parse(source), "<snippet>", "exec"), names)
        results.append(names["seen"])
    assert results[0] == results[1]
    assert "'th'" not in text


@pytest.mark.parametrize(
    "source",
    ["x = (x[0], x[1])\nK.set_image_dim_ordering(x[0])", "x = list(x)\nK.image_dim_ordering() in x"],
)
def test_a_container_that_is_made_from_itself_ends(source: str) -> None:
    assert findings(HEAD + source + "\n", "KM203")


@pytest.mark.parametrize(
    "use",
    [
        "from keras.utils.np_utils import convert_kernel\nconvert_kernel(kernel, ordering)\n",
        "from keras.utils.np_utils import convert_kernel\nconvert_kernel(kernel, dim_ordering=ordering)\n",
        "from keras.initializations import get_fans\nget_fans((3, 3, 4, 8), dim_ordering=ordering)\n",
        "K.deconv2d(x, kernel, shape, dim_ordering=ordering)\n",
        "from keras.initializations import he_normal\nhe_normal((3, 3, 4, 8), dim_ordering=ordering)\n",
    ],
)
def test_what_takes_either_versions_words_raises_no_doubt(use: str) -> None:
    source = f"from keras import backend as K\nordering = 'th'\n{use}"
    assert assumed(source, "KM203") == []
    text = upgrade(source)
    assert "ordering = 'channels_first'\n" in text
    assert not findings(text, "KM203")


@pytest.mark.parametrize("module", ["kmigrate.compat", "lib.keras1_compat"])
def test_a_word_for_the_compatibility_package_may_stay(module: str) -> None:
    source = f"import keras\nfrom {module} import convert_kernel\nconvert_kernel(kernel, dim_ordering='th')\n"
    options = Options(select=("KM203",), vendor_compat="lib.keras1_compat", unsafe=True)
    assert check_source(source, options) == ()
    assert len(check_source(source.replace(module, "other"), options)) == 1


def test_an_ordering_that_keras_took_no_notice_of_goes() -> None:
    """``initializations.get(init, dim_ordering=…)`` of own layers, where it had no effect in Keras 1.2.2."""
    text = (
        "from keras import initializations\n\n\ndef weights(init, dim_ordering='tf'):\n"
        "    axis = 1 if dim_ordering == 'th' else 3\n"
        "    return axis, initializations.get(init, dim_ordering=dim_ordering)\n\n\nweights('uniform', 'th')\n"
    )
    result = upgrade_source(text)
    assert "return axis, initializers.get(init)\n" in result.text
    assert "weights('uniform', 'channels_first')" in result.text
    assert not result.remaining
