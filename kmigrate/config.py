"""Options of one run: what the command line, ``[tool.kmigrate]`` and the library callers can choose."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Target(enum.Enum):
    """What the upgraded code is to run on. ``keras2`` is Keras 2.15 and tf_keras 2.16 and later."""

    KERAS2 = "keras2"
    KERAS3 = "keras3"


#: The packages from which the upgraded code may import Keras.
NAMESPACES = ("keras", "tf_keras", "tensorflow.keras")


@dataclass(frozen=True, slots=True)
class Options:
    """What to look for and how to write it. Plain, hashable and picklable.

    ``select`` and ``ignore`` hold rule codes or their prefixes ("KM2" is every KM2xx). ``image_dim_ordering`` is "tf",
    "th" or "auto" (work it out). ``unsafe`` takes unsafe rewrites as well as safe ones. ``vendor_compat`` is the dotted
    module from which the upgraded code imports what Keras 2 no longer has, instead of ``kmigrate.compat``.
    """

    target: Target = Target.KERAS2
    namespace: str = "keras"
    image_dim_ordering: str = "auto"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool = False
    vendor_compat: str | None = None
    #: bring Python 2 to Python 3 first (KM010)
    python2: bool = True
    #: say findings of severity hint as well
    hints: bool = False

    def selects(self, code: str) -> bool:
        """Whether findings of ``code`` are wanted; the longer of two matching prefixes wins, ``ignore`` on a tie."""
        wanted = max((len(s) for s in self.select if code.startswith(s)), default=0 if not self.select else -1)
        unwanted = max((len(s) for s in self.ignore if code.startswith(s)), default=-1)
        return wanted >= 0 and wanted > unwanted
