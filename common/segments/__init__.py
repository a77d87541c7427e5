"""Segments: what can be asked of a contact, the rule tree, and its text and English forms."""
