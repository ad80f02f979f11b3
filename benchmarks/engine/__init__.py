"""The engine beside four ways of writing the same journey by hand."""
