"""Define the formats of agent-sync, the usage API and exports."""
