"""Which tensors a Keras program builds, worked out without running it: shapes, layouts, models and what is wrong.

``tensors`` is the plain data. ``layers`` says what each layer makes of its inputs, ``arrays`` what NumPy does.
``interpreter`` follows the program itself.
"""
