"""Running the original program on the real Keras 1.2.2, and the upgraded one on the target, in child processes.

This is the only part of kmigrate that executes code it is given; nothing here is imported by ``upgrade`` or ``check``.
"""
