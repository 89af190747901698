"""What Theano 1.0.5 (November 2020, the last release) needs on Python 3.8 to 3.11, without a C compiler."""

import configparser
import inspect
import os
import sys
import textwrap
import types
from typing import Any

from kmigrate.verify.child import imports

#: Compiled code goes nowhere (``cxx=``), and no optimization that stands for compiled code is missed.
_FLAGS = (
    "device=cpu",
    "cxx=",
    "blas.ldflags=",
    "optimizer_excluding=AbstractConvCheck:local_abstractconv_check",
)

#: Private modules of SciPy that SciPy 1.8 (February 2022) renamed -> the new module and the names Theano takes.
_SCIPY_SIGNAL = {
    "signaltools": ("_signaltools", ("_bvalfromboundary", "_valfrommode", "convolve")),
    "sigtools": ("_sigtools", ("_convolve2d",)),
}


def _pooling(pool: Any) -> None:
    """``Pool.perform`` without a compiler indexes with a list of slices, which NumPy 1.23 (June 2022) refuses."""
    for operation in (pool.Pool, pool.DownsampleFactorMaxGradGrad):
        source = textwrap.dedent(inspect.getsource(operation.perform))
        source = source.replace(
            "[[region_slices[i][r[i]] for i in xrange(nd)]]", "[tuple([region_slices[i][r[i]] for i in xrange(nd)])]"
        )
        namespace = dict(vars(pool))
        exec(source, namespace)
        operation.perform = namespace["perform"]


def _ifelse(theano: Any) -> None:
    """``import theano`` brought this module along by way of ``theano.sandbox.cuda``, which 1.0 (November 2017)
    dropped.
    """
    __import__(theano.__name__ + ".ifelse")


def _scipy_signal(signal: Any) -> None:
    for old, (new, names) in _SCIPY_SIGNAL.items():
        module = types.ModuleType("scipy.signal." + old)
        source = __import__("scipy.signal." + new, fromlist=[new])
        vars(module).update({name: getattr(source, name) for name in names})
        sys.modules[module.__name__] = module
        setattr(signal, old, module)


def install() -> None:
    """Set Theano's flags, and put the names back that it imports."""
    # floatX is Keras's to set; the user's .theanorc is not read, for the home folder is the child's own
    os.environ["THEANO_FLAGS"] = ",".join([*_FLAGS, "base_compiledir=" + os.path.expanduser("~/.theano")])
    if not hasattr(configparser, "SafeConfigParser"):  # removed by Python 3.12 (October 2023)
        vars(configparser)["SafeConfigParser"] = configparser.ConfigParser
    # Theano asks numpy.distutils for BLAS by names that NumPy 1.22 (December 2021) left out
    from numpy.distutils import __config__ as numpy_config  # type: ignore[import-not-found,unused-ignore]

    for name in ("blas_opt_info", "lapack_opt_info"):
        vars(numpy_config).setdefault(name, {})
    # the C of its scan loop is older than CPython 3.11's frames; without it Theano uses its loop in Python
    for name in ("scan_perform_ext", "c_code.scan_perform_ext"):
        sys.modules["theano.scan_module." + name] = None  # type: ignore[assignment]
    imports.after("scipy.signal", _scipy_signal)
    imports.after("theano", _ifelse)
    imports.after("theano.tensor.signal.pool", _pooling)
