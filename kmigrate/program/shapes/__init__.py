"""Which tensors a Keras program builds, worked out without running it: shapes, layouts, models and what is wrong.

``tensors`` and ``values`` are the plain data. ``layers`` says what each layer makes of its inputs, ``arrays`` and
``backend`` what NumPy and Keras's functions do. ``evaluating``, ``expressions`` and ``interpreter`` follow the program
itself, ``library`` and ``building`` answer for what it imports, ``training`` holds the data against the models.
``analysis`` compares several such runs, and ``start`` settles what they start under.
"""
