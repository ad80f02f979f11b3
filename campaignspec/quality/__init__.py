"""What the data are worth: data tests, readiness, and what each campaign finds or lacks."""
