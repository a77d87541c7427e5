"""What the reverse proxy sees: webhooks and the health check."""
