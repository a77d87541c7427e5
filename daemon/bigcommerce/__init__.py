"""All that knows BigCommerce: its API, its payloads, its webhooks."""
