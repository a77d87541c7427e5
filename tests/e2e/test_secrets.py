"""No secret in anything that is printed, answered, logged, or told by the machine of the running daemon."""
