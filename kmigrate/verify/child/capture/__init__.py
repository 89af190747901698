"""Running a program with its training cut short, and recording the models that it builds. The same code on both sides.

It runs in a child, under Keras 1.2.2 (on Python 3.6 too) and under tf_keras.
"""
