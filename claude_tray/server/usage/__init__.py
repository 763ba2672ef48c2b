"""Usage data of the server: models, ingestion, queries."""
