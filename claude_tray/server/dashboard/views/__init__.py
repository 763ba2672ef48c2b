"""Views of the pages: load data, build values, render a template."""
