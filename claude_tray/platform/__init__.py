"""What the operating system keeps: folders, logs, one instance."""
