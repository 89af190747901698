"""What PyYAML, h5py, Pillow and SciPy have removed: each only where it is installed, and when it is first imported."""

import sys
import types
from typing import Any

from kmigrate.verify.child import imports


def _yaml(yaml: Any) -> None:
    """PyYAML 6.0 (October 2021) made ``Loader`` of ``load`` required; before 5.1 it was the full, unsafe loader."""
    load = yaml.load
    yaml.load = lambda stream, Loader=None: load(stream, Loader=Loader or yaml.UnsafeLoader)  # noqa: N803


class _Text(str):
    """The text of an attribute, which h5py before 3.0 (October 2020) gave as bytes."""

    __slots__ = ()

    def decode(self, *_: Any) -> str:
        """The text itself: it is decoded already."""
        return str(self)


def _h5py(h5py: Any) -> None:
    """h5py 3.0 gives attributes as text where it gave bytes, and opens files for reading where it opened to append."""
    import numpy as np

    get = h5py.AttributeManager.__getitem__
    opened = h5py.File.__init__

    def attribute(self: Any, name: str) -> Any:
        value = get(self, name)
        if isinstance(value, str):
            return _Text(value)
        if isinstance(value, np.ndarray) and value.dtype == object:
            texts = [_Text(item) if isinstance(item, str) else item for item in value.ravel()]
            return np.array(texts, dtype=object).reshape(value.shape)
        return value

    def __init__(self: Any, name: Any, mode: Any = None, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        opened(self, name, "a" if mode is None else mode, *args, **kwargs)

    h5py.AttributeManager.__getitem__ = attribute
    h5py.File.__init__ = __init__


def _pil_image(image: Any) -> None:
    """Pillow 10.0 (July 2023) removed the old names of filters."""
    for old, new in (("ANTIALIAS", "LANCZOS"), ("LINEAR", "BILINEAR"), ("CUBIC", "BICUBIC")):
        if not hasattr(image, old):
            setattr(image, old, getattr(image, new))


def _scipy_ndimage(ndimage: Any) -> None:
    """SciPy 1.15 (January 2025) and 2.0 remove the submodules whose names moved up to ``scipy.ndimage`` in 1.8."""
    for name in ("filters", "fourier", "interpolation", "measurements", "morphology"):
        module = types.ModuleType("scipy.ndimage." + name)
        vars(module).update({key: value for key, value in vars(ndimage).items() if not key.startswith("__")})
        sys.modules[module.__name__] = module
        setattr(ndimage, name, module)


def _scipy(scipy: Any) -> None:
    """SciPy 1.2 and 1.3 (May 2019) removed the functions for images from ``scipy.misc``, and 2.0 will remove the rest.

    They are as they were in SciPy 0.19 (scipy/misc/pilutil.py), by way of Pillow.
    """
    import numpy as np

    filters = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "cubic": 3}

    def image_module() -> Any:
        from PIL import Image

        return Image

    def bytescale(array: Any) -> Any:
        array = np.asarray(array)
        if array.dtype == np.uint8:
            return array
        low, high = array.min(), array.max()
        return np.clip((array - low) * (255.0 / ((high - low) or 1)) + 0.5, 0, 255).astype("uint8")

    def toimage(array: Any, **_: Any) -> Any:
        array = bytescale(array)
        if array.ndim == 3 and array.shape[2] not in (3, 4):
            array = np.moveaxis(array, list(array.shape).index(3), 2)
        return image_module().fromarray(array)

    def imresize(array: Any, size: Any, interp: str = "bilinear", mode: Any = None) -> Any:
        image = toimage(array)
        if mode:
            image = image.convert(mode)
        if isinstance(size, int):
            size = size / 100.0
        if isinstance(size, float):
            size = tuple(int(length * size) for length in image.size)
        else:
            size = (size[1], size[0])
        return np.array(image.resize(size, resample=filters[interp]))

    def imread(name: Any, flatten: bool = False, mode: Any = None) -> Any:
        image = image_module().open(name)
        if mode:
            image = image.convert(mode)
        return np.array(image.convert("F") if flatten else image)

    def imsave(name: Any, array: Any, format: Any = None) -> None:  # noqa: A002  -- SciPy's name
        toimage(array).save(name, format)

    misc = types.ModuleType("scipy.misc")
    for function in (bytescale, imread, imresize, imsave, toimage):
        setattr(misc, function.__name__, function)
    vars(misc)["fromimage"] = np.array
    sys.modules["scipy.misc"] = misc
    scipy.misc = misc


def install() -> None:
    """Have each module changed when it has been imported."""
    imports.after("yaml", _yaml)
    imports.after("h5py", _h5py)
    imports.after("PIL.Image", _pil_image)
    imports.after("scipy", _scipy)
    imports.after("scipy.ndimage", _scipy_ndimage)
