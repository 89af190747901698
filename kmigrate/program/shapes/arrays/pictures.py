"""Libraries that read and change pictures: OpenCV, PIL, SciPy, scikit-image, imageio, matplotlib.

What they read is rows, columns and channels; how many of each, only the program tells, by a size or a flag.
"""

from __future__ import annotations

from collections.abc import Mapping

from kmigrate.program.shapes.arrays.context import Context, Handler, Unclear
from kmigrate.program.shapes.arrays.values import Picture, as_array, as_shape, as_size, is_open
from kmigrate.program.shapes.tensors import Array, Axis, Shape, Size, Trust, Unknown

_COLOUR = (Axis.ROWS, Axis.COLUMNS, Axis.CHANNELS)


def picture(context: Context, rows: Size, columns: Size, channels: Size, dtype: str = "uint8") -> Array:
    """A picture as an array; without an axis of channels where ``channels`` is None."""
    shape: Shape = (rows, columns) if channels is None else (rows, columns, channels)
    bounds = (0, 256) if dtype == "uint8" else None
    return Array(shape, _COLOUR[: len(shape)], Trust.PROVED, dtype, born=context.place, values=bounds)


def _name(value: object) -> str:
    """The last part of the dotted name of a constant of a library: ``cv2.COLOR_BGR2GRAY``."""
    path = getattr(value, "path", "")
    return path.rpartition(".")[2] if isinstance(path, str) else ""


def cv2_imread(context: Context, filename: object, flags: object = 1) -> object:
    """``cv2.imread``: three channels, none where the flag asks for grey."""
    if flags == 0 or _name(flags) in ("IMREAD_GRAYSCALE", "CV_LOAD_IMAGE_GRAYSCALE"):
        return picture(context, Unknown(), Unknown(), None)
    if flags == 1 or _name(flags) in ("IMREAD_COLOR", "CV_LOAD_IMAGE_COLOR"):
        return picture(context, Unknown(), Unknown(), 3)
    return Array(None, dtype="uint8")


def _resized(context: Context, source: Array, rows: Size, columns: Size) -> object:
    """Rows and columns of another size; other axes stay."""
    if source.shape is None or len(source.shape) not in (2, 3):
        return Array(None, dtype=source.dtype)
    axes = _COLOUR[: len(source.shape)]
    return Array((rows, columns, *source.shape[2:]), axes, Trust.PROVED, source.dtype, born=context.place)


def cv2_resize(context: Context, src: object, dsize: object = None, *args: object, **keywords: object) -> object:
    """``cv2.resize``: ``dsize`` is (width, height). An axis of one channel is lost."""
    source = as_array(src)
    if not isinstance(dsize, (list, tuple)):
        # scaled by a factor
        return _without_single_channel(_resized(context, source, Unknown(), Unknown()))
    if len(dsize) != 2 or is_open(dsize):
        raise Unclear
    return _without_single_channel(_resized(context, source, as_size(dsize[1]), as_size(dsize[0])))


def _without_single_channel(made: object) -> object:
    if isinstance(made, Array) and made.shape is not None and len(made.shape) == 3:
        if made.shape[2] == 1:
            return Array(made.shape[:2], _COLOUR[:2], made.trust, made.dtype, born=made.born)
        if not isinstance(made.shape[2], int):
            return Array(None, dtype=made.dtype)
    return made


def cv2_colour(context: Context, src: object, code: object, *args: object, **keywords: object) -> object:
    """``cv2.cvtColor``: to grey without an axis of channels, from grey with three."""
    source, name = as_array(src), _name(code)
    if source.shape is None or not name:
        return Array(None, dtype=source.dtype)
    if name.endswith("2GRAY"):
        return picture(context, *source.shape[:2], None, source.dtype) if len(source.shape) == 3 else source
    channels = 4 if name.endswith(("2BGRA", "2RGBA")) else 3
    return picture(context, source.shape[0], source.shape[1], channels, source.dtype) if source.shape else source


def same_size(context: Context, src: object, *args: object, **keywords: object) -> object:
    """Filters: every pixel stays where it is."""
    source = as_array(src)
    return Array(source.shape, source.axes, source.trust, source.dtype, born=source.born)


def cv2_warp(context: Context, src: object, M: object, dsize: object, *args: object, **others: object) -> object:  # noqa: N803
    """``cv2.warpAffine``: ``dsize`` is (width, height)."""
    return cv2_resize(context, src, dsize)


def pil_open(context: Context, *args: object, **keywords: object) -> object:
    """``PIL.Image.open``."""
    return Picture(Unknown(), Unknown(), Unknown())


def pil_from_array(context: Context, obj: object, mode: object = None) -> object:
    """``PIL.Image.fromarray``."""
    source = as_array(obj)
    if source.shape is None or len(source.shape) not in (2, 3):
        return Picture(Unknown(), Unknown(), Unknown())
    return Picture(source.shape[0], source.shape[1], source.shape[2] if len(source.shape) == 3 else None)


def scipy_imread(
    context: Context, name: object, flatten: object = False, mode: object = None, **others: object
) -> object:
    """``scipy.misc.imread`` and ``scipy.ndimage.imread``."""
    if flatten in (True, 1) or mode in ("L", "F"):
        return picture(context, Unknown(), Unknown(), None, "float32" if flatten else "uint8")
    if mode in ("RGB", "RGBA"):
        return picture(context, Unknown(), Unknown(), len(str(mode)))
    return Array(None)


def scipy_imresize(
    context: Context, arr: object, size: object, interp: object = "bilinear", mode: object = None
) -> object:
    """``scipy.misc.imresize``: ``size`` is (rows, columns). The channels come last, wherever they were."""
    source = as_array(arr)
    wanted = as_shape(size) if isinstance(size, (list, tuple)) else (Unknown(), Unknown())
    if wanted is None or len(wanted) not in (2, 3) or source.shape is None or mode is not None:
        return Array(None, dtype="uint8")
    if len(source.shape) == 2:
        return picture(context, wanted[0], wanted[1], None)
    coloured = [size for size in source.shape if size in (3, 4)]
    if len(source.shape) == 3 and len(coloured) == 1:
        return picture(context, wanted[0], wanted[1], coloured[0])
    return Array(None, dtype="uint8")


def skimage_resize(context: Context, image: object, output_shape: object, *args: object, **others: object) -> object:
    """``skimage.transform.resize``: (rows, columns), and more for more axes; axes that are not named stay."""
    source, wanted = as_array(image), as_shape(output_shape)
    if wanted is None:
        return Array(None, dtype="float64")
    if source.shape is None:
        # further axes may follow
        return Array(wanted if len(wanted) == 3 else None, dtype="float64", born=context.place)
    if len(wanted) > len(source.shape):
        return Array(wanted, dtype="float64", born=context.place)
    shape = (*wanted, *source.shape[len(wanted) :])
    return Array(shape, source.axes, source.trust, "float64", born=context.place)


def skimage_grey(context: Context, rgb: object, *args: object, **others: object) -> object:
    """``skimage.color.rgb2gray``: without the last axis."""
    source = as_array(rgb)
    if source.shape is None or len(source.shape) != 3:
        return Array(None, dtype="float64")
    return picture(context, source.shape[0], source.shape[1], None, "float64")


def skimage_imread(context: Context, fname: object, as_gray: object = False, **others: object) -> object:
    """``skimage.io.imread``: two axes if grey is asked for."""
    if as_gray is True or others.get("as_grey") is True:
        return picture(context, Unknown(), Unknown(), None, "float64")
    return Array(None)


def some_array(context: Context, *args: object, **keywords: object) -> object:
    """Readers of which only that they give arrays is known."""
    return Array(None)


_FILTERS = ("GaussianBlur", "medianBlur", "blur", "bilateralFilter", "flip", "equalizeHist", "dilate", "erode")

FUNCTIONS: Mapping[str, Handler] = {
    "cv2.imread": cv2_imread,
    "cv2.resize": cv2_resize,
    "cv2.cvtColor": cv2_colour,
    "cv2.warpAffine": cv2_warp,
    "cv2.warpPerspective": cv2_warp,
    **{f"cv2.{name}": same_size for name in _FILTERS},
    "PIL.Image.open": pil_open,
    "Image.open": pil_open,
    "PIL.Image.fromarray": pil_from_array,
    "Image.fromarray": pil_from_array,
    **dict.fromkeys(("scipy.misc.imread", "scipy.ndimage.imread", "scipy.ndimage.io.imread"), scipy_imread),
    "scipy.misc.imresize": scipy_imresize,
    "scipy.ndimage.gaussian_filter": same_size,
    "scipy.ndimage.filters.gaussian_filter": same_size,
    "skimage.transform.resize": skimage_resize,
    "skimage.color.rgb2gray": skimage_grey,
    "skimage.io.imread": skimage_imread,
    **dict.fromkeys(("imageio.imread", "matplotlib.pyplot.imread", "matplotlib.image.imread"), some_array),
}
