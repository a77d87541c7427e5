"""Values turned into lines of text: pure, and without a widget in sight."""
