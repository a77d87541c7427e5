"""All SQL that store data passes through, one module per group of tables."""
