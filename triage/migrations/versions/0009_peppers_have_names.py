"""which pepper a fingerprint was made under."""

from alembic import op
import sqlalchemy as sa


revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    op.add_column('conversation', sa.Column('index_key', sa.LargeBinary()))
    op.add_column('cases', sa.Column('receipt_key', sa.LargeBinary()))
    op.add_column('cases', sa.Column('word_key', sa.LargeBinary()))
