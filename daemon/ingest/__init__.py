"""How a change in a store becomes rows: receiver, pump, runs and the one write unit."""
