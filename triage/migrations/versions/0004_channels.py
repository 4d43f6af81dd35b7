"""channels: lines, attachments, spending and how far a provider's list was read."""

from alembic import op
import sqlalchemy as sa


revision = '0004'
down_revision = '0003'

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('conversation', sa.Column('line', sa.Text(), nullable=True))
    op.add_column('conversation', sa.Column('heard_at', sa.BigInteger(), nullable=True))
    op.add_column('outbox', sa.Column('pieces', sa.SmallInteger(), nullable=False, server_default='0'))
    op.create_table('attachment',
    sa.Column('id', BIG, autoincrement=True, nullable=False),
    sa.Column('case_id', BIG, nullable=False),
    sa.Column('message_id', BIG, nullable=False),
    sa.Column('conversation_id', BIG, nullable=True),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('source', sa.LargeBinary(), nullable=True),
    sa.Column('facts', sa.LargeBinary(), nullable=True),
    sa.Column('preview', sa.LargeBinary(), nullable=True),
    sa.Column('attempts', sa.SmallInteger(), nullable=False),
    sa.Column('due_at', sa.BigInteger(), nullable=False),
    sa.Column('lease_until', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('purge_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_attachment_case_id_cases'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_attachment_message_id_message'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_attachment_conversation_id_conversation'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment'))
    )
    op.create_index('ix_attachment_work', 'attachment', ['state', 'due_at'])
    op.create_index('ix_attachment_case_id', 'attachment', ['case_id'])
    op.create_index('ix_attachment_message_id', 'attachment', ['message_id'])
    op.create_index('ix_attachment_purge_at', 'attachment', ['purge_at'])
    op.create_table('attachment_part',
    sa.Column('attachment_id', BIG, nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_attachment_part_attachment_id_attachment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('attachment_id', 'seq', name=op.f('pk_attachment_part'))
    )
    op.create_table('spending',
    sa.Column('day', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('shard', sa.SmallInteger(), nullable=False),
    sa.Column('messages', sa.Integer(), nullable=False),
    sa.Column('micros', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'country', 'shard', name=op.f('pk_spending'))
    )
    op.create_table('sent_to',
    sa.Column('conversation_id', BIG, nullable=False),
    sa.Column('day', sa.Text(), nullable=False),
    sa.Column('messages', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_sent_to_conversation_id_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation_id', 'day', name=op.f('pk_sent_to'))
    )
    op.create_table('watermark',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('lease_until', sa.BigInteger(), nullable=True),
    sa.Column('found', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_watermark'))
    )
