"""What the screens are built of: widgets that are given values and emit messages."""
