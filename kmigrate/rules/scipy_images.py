"""An image function of SciPy that SciPy no longer has.

Programs of the time of Keras 1 read, write and resize images with `scipy.misc.imread`, `imsave` and `imresize`, or
with `scipy.ndimage.imread`. SciPy 1.0 deprecated them, and by 1.3 they were gone; no SciPy that has them installs
beside the target. What takes their place is not quite the same: `imresize` scales values to 0..255 and gives bytes, and
`imread(flatten=True)` weighs colors its own way. So there is no fix, and the finding says what to write:

- `imread`: `imageio.v2.imread(path)` (with `pilmode='RGB'` for `mode='RGB'`), or `numpy.asarray(Image.open(path))`
- `imsave`, `toimage`: `imageio.v2.imwrite(path, array)`; bring the array to 0..255 and `uint8` first, as `imsave` did
- `imresize`: `numpy.array(Image.fromarray(array).resize((columns, rows)))`: Pillow takes columns first
- `imrotate`: `Image.fromarray(array).rotate(angle)`; `imshow`: `matplotlib.pyplot.imshow(array)`

`Image` is `PIL.Image` of Pillow.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kmigrate.findings import Finding, Severity, Span
from kmigrate.program.program import Program
from kmigrate.rules.base import Rule
from kmigrate.rules.renaming import alias_offset

_INSTEAD = {
    "imread": "`imageio.v2.imread(path)`, or `numpy.asarray(PIL.Image.open(path))`",
    "imsave": "`imageio.v2.imwrite(path, array)`, with the array brought to 0..255 and uint8 as imsave did",
    "imresize": "`numpy.array(PIL.Image.fromarray(array).resize((columns, rows)))`, after scaling to 0..255 and uint8",
    "imrotate": "`PIL.Image.fromarray(array).rotate(angle)`",
    "imshow": "`matplotlib.pyplot.imshow(array)`",
    "imfilter": "`PIL.Image.fromarray(array).filter(…)`",
    "toimage": "`PIL.Image.fromarray(array)`, after scaling to 0..255 and uint8",
    "fromimage": "`numpy.asarray(image)`",
    "bytescale": "`skimage.util.img_as_ubyte`, or scale to 0..255 by hand",
}
GONE = {f"scipy.misc.{name}": words for name, words in _INSTEAD.items()} | {
    f"scipy.misc.pilutil.{name}": words for name, words in _INSTEAD.items()
}
GONE["scipy.ndimage.imread"] = _INSTEAD["imread"]


def check(program: Program) -> Iterator[Finding]:
    """A finding for each import of such a function, and for each use of one through its module."""
    module = program.module
    if "scipy" not in module.text:
        return
    roots: dict[str, str] = {}
    for alias in module.imports:
        if alias.path in GONE:
            start = alias_offset(program, alias)
            name = alias.path.rpartition(".")[2]
            yield _finding(alias.path, Span(start, start + len(name)))
        elif alias.path.partition(".")[0] == "scipy":
            roots[alias.name] = alias.path
    for node, _ in module.attributes:
        dotted = _dotted(node)
        first, _, rest = dotted.partition(".")
        path = f"{roots[first]}.{rest}" if first in roots else ""
        if path in GONE:
            yield _finding(path, module.span(node))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""


def _finding(path: str, span: Span) -> Finding:
    message = f"`{path}` is gone from SciPy (since 1.3 at the latest): write {GONE[path]}"
    return Finding("KM505", message, Severity.ERROR, span)


RULE = Rule("KM505", "scipy-images", __doc__, check)
