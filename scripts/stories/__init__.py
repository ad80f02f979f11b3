"""Histories for the stories under ``campaigns/``: three made-up shops, drawn from seeds."""
