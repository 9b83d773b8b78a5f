"""From views to bytes: theme, layout and scene for pictures, text and HTML for reading."""
