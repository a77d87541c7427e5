"""The socket API: one handler module per subject, and the event stream."""
