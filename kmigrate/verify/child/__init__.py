"""What runs in child processes: on today's Python, and on the 3.6 of the genuine Keras 1, so in its language.

Nothing here imports the rest of kmigrate, and nothing outside imports this package: :mod:`kmigrate.verify.processes`
starts ``start.py`` by its path.
"""
