"""``keras.backend`` and TensorFlow's functions on symbolic tensors: Lambda bodies, own layers, losses.

The tables are in ``functions`` and ``tensorflow``; most of them lean on ``arrays``, for shapes follow NumPy's rules.
"""

from kmigrate.program.shapes.backend.dispatch import attribute, binary, call, compare, knows, method, subscript, unary

__all__ = ["attribute", "binary", "call", "compare", "knows", "method", "subscript", "unary"]
