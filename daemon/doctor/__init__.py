"""Looks at everything that can be wrong with an installation: a module per area, each of small functions."""
