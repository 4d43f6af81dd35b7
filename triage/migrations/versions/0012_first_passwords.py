"""a password that somebody else chose ends."""

from alembic import op
import sqlalchemy as sa


revision = '0012'
down_revision = '0011'


def upgrade() -> None:
    op.add_column('responder', sa.Column('first_until', sa.BigInteger()))
