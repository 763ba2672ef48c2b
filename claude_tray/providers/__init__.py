"""Read the logs of the tools whose usage is shown."""
