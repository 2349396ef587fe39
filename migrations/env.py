"""Alembic's entry: runs on the connection that `app/storage/database/migrate.py` hands over."""

from alembic import context

from app.storage.database.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite changes tables by copying them; batch mode writes that for us.
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
