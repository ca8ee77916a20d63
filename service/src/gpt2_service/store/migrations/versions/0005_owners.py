"""Whose a record is, and indexes that begin with it."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXED = (["owner"], ["owner", "created_at"], ["owner", "model_name", "created_at"])


def upgrade() -> None:
    # Records of earlier releases have none.
    op.add_column("generations", sa.Column("owner", sa.Text(), nullable=True))
    op.drop_index("ix_generations_model_name_created_at", "generations")
    op.drop_index("ix_generations_created_at", "generations")
    for name, columns in _indexes():
        op.create_index(name, "generations", columns)


def downgrade() -> None:
    for name, _ in reversed(list(_indexes())):
        op.drop_index(name, "generations")
    op.create_index("ix_generations_created_at", "generations", ["created_at"])
    op.create_index(
        "ix_generations_model_name_created_at", "generations", ["model_name", "created_at"]
    )
    op.drop_column("generations", "owner")


def _indexes() -> Iterator[tuple[str, list[str]]]:
    # In SQLite every index ends in the id by itself.
    end = [] if op.get_context().dialect.name == "sqlite" else ["id"]
    for columns in INDEXED:
        yield "_".join(["ix_generations", *columns, *end]), [*columns, *end]
