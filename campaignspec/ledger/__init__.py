"""Where state and facts are kept: in memory for a rehearsal, in a database for a run."""
