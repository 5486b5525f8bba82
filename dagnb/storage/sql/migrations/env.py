"""Run the revisions on the connection that dagnb hands over; it owns the transaction."""  # noqa: INP001  # alembic runs it as a script

from __future__ import annotations

from alembic import context

from dagnb.storage.sql.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # dagnb holds a transaction already: all revisions take place, or none.
    transactional_ddl=False,
    render_as_batch=True,
)
context.run_migrations()
