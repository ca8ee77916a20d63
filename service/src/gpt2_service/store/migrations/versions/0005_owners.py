"""Whose a record is, and indexes that begin with it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Records of earlier releases have none.
    op.add_column("generations", sa.Column("owner", sa.Text(), nullable=True))
    op.drop_index("ix_generations_model_name_created_at", "generations")
    op.drop_index("ix_generations_created_at", "generations")
    op.create_index("ix_generations_owner", "generations", ["owner"])
    op.create_index("ix_generations_owner_created_at", "generations", ["owner", "created_at"])
    op.create_index(
        "ix_generations_owner_model_name_created_at",
        "generations",
        ["owner", "model_name", "created_at"],
    )


def downgrade() -> None:
    op.drop_index("ix_generations_owner_model_name_created_at", "generations")
    op.drop_index("ix_generations_owner_created_at", "generations")
    op.drop_index("ix_generations_owner", "generations")
    op.create_index("ix_generations_created_at", "generations", ["created_at"])
    op.create_index(
        "ix_generations_model_name_created_at", "generations", ["model_name", "created_at"]
    )
    op.drop_column("generations", "owner")
