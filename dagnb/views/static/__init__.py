"""Static forms of the views: SVG, HTML fragments and text that need no script, no style sheet and no network."""
