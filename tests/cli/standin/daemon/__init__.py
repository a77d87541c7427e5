"""Stands in for the daemon's programs: found first on the path, so that `python -m daemon` runs this."""
