"""Copies of the database: made beside all other work, kept by age, tried by restoring them, and put back."""
