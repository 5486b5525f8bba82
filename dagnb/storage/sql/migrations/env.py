"""Run the revisions on the connection that dagnb hands over; it owns the transaction."""  # noqa: INP001  # alembic runs it as a script

from __future__ import annotations

from alembic import context

from dagnb.storage.sql.schema import metadata


def run() -> None:
    """Run the revisions, all of them or none."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        # dagnb holds the transaction already.
        transactional_ddl=False,
        render_as_batch=True,
    )
    context.run_migrations()


if __name__ == "env_py":  # the name that alembic runs it by
    run()
