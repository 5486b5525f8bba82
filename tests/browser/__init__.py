"""The views in a real browser; one Jupyter server and one browser serve all of these tests, and end with them."""
