"""An index for a desk's closed cases: their list and their count must not grow with the years."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_cases_closed", "cases", ["queue", "state", "lane", "closed_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_cases_closed", "cases")
