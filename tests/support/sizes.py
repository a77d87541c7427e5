"""How much the long tests do: little in the suite, all of it by `make soak`. The one place where SOAK_* is read."""

import os

HISTORIES = int(os.environ.get("SOAK_HISTORIES", "6"))
KILLS = int(os.environ.get("SOAK_KILLS", "10"))
ACTS = int(os.environ.get("SOAK_ACTS", "150"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
ORDERS = int(os.environ.get("SOAK_ORDERS", "200000"))
DELIVERIES = int(os.environ.get("SOAK_DELIVERIES", "100000"))
HOSTILE_CALLS = int(os.environ.get("SOAK_HOSTILE_CALLS", "25000"))
EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "3"))
