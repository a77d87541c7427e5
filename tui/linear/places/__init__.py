"""What each screen says, one module per subject."""
