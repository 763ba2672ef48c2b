"""Turn a snapshot into the texts and view models that every surface draws."""
