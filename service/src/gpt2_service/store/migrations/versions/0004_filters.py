"""Indexes for the filters of the history."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_generations_created_at", "generations", ["created_at"])
    op.create_index(
        "ix_generations_model_name_created_at", "generations", ["model_name", "created_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_generations_model_name_created_at", "generations")
    op.drop_index("ix_generations_created_at", "generations")
