"""Stand-ins for names that Keras 1.2.2 uses and that Python, NumPy, TensorFlow and others have removed since 2017.

Each module stands in for one of them; its ``install`` is called once in a child process, before Keras is imported.
Keras's own files stay as they are. A stand-in gives a name its old meaning, never another one.
"""
