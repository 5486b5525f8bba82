"""anywidget faces over the view models: a static picture in a cell's output, a live view laid over it by the page."""
