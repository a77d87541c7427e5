"""Rows as files for other programs: which columns, in which format, whole or not at all."""
