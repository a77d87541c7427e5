"""Segments over the database: a rule as a predicate, counted, paged and explained."""
