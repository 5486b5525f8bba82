"""anywidget faces over the view models: a static picture in the cell's output, the live view laid over it by the page."""
