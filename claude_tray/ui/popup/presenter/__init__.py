"""Turn usage data into the popup's view model."""
