"""Upgrades Keras 1 code so that it runs today."""

__version__ = "0.1.0"
