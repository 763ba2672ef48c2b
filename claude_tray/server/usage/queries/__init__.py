"""All reads: values, never rows of a table."""
