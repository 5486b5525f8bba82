"""Planning: a pipeline, a run config and a selection become steps."""
