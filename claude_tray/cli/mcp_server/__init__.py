"""Serve limits, pace, budget and spend to agents by MCP."""
