"""The service: receives webhooks, runs syncs, keeps the database, answers on the socket."""
