"""A campaign of the shape of large real ones: sixteen steps, tags, limits, nested conditions."""
