"""The screens as plain lines: for screen readers, and for terminals that can do nothing."""
