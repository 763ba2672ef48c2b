"""Read the logs of coding tools, one package per provider."""
