"""The server: ingest usage from many machines, aggregate and show it."""
