"""lanes and escalation of cases; participants, referrals, links and fingerprints."""

from alembic import op
import sqlalchemy as sa


revision = '0003'
down_revision = '0002'

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    # Plain ADD COLUMN: a rebuilt table would be a long lock, and old code goes on writing beside it.
    for column in (
        sa.Column('implicated', sa.Text()),
        sa.Column('lane', sa.Text(), nullable=False, server_default='desk'),
        sa.Column('lane_why', sa.Text()),
        sa.Column('lane_by', ID),
        sa.Column('step', sa.SmallInteger(), nullable=False, server_default='0'),
        sa.Column('escalate_at', sa.BigInteger()),
        sa.Column('told_at', sa.BigInteger()),
        sa.Column('asked_place_at', sa.BigInteger()),
    ):
        op.add_column('cases', column)
    op.create_index('ix_cases_escalate_at', 'cases', ['escalate_at'])
    op.create_table('participant',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('access', sa.Text(), nullable=False),
    sa.Column('since', sa.BigInteger(), nullable=False),
    sa.Column('ended_at', sa.BigInteger()),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_participant_case_id_cases'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_participant'))
    )
    op.create_index('ix_participant_queue', 'participant', ['queue', 'ended_at'])
    op.create_index('ix_participant_case_id', 'participant', ['case_id'])
    op.create_table('referral',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('read_out', sa.LargeBinary()),
    sa.Column('lang', sa.Text()),
    sa.Column('asked_by', ID),
    sa.Column('asked_at', sa.BigInteger(), nullable=False),
    sa.Column('sent_by', ID),
    sa.Column('sent_at', sa.BigInteger()),
    sa.Column('receipt', sa.Text()),
    sa.Column('receipt_at', sa.BigInteger()),
    sa.Column('recalled_at', sa.BigInteger()),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_referral_case_id_cases'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['asked_by'], ['responder.id'], name=op.f('fk_referral_asked_by_responder')),
    sa.ForeignKeyConstraint(['sent_by'], ['responder.id'], name=op.f('fk_referral_sent_by_responder')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral'))
    )
    op.create_index('ix_referral_case_id', 'referral', ['case_id'])
    op.create_table('trace',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('sketch', sa.LargeBinary()),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_trace_case_id_cases'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trace')),
    sa.UniqueConstraint('case_id', 'kind', 'hash', name=op.f('uq_trace_case_id'))
    )
    op.create_index('ix_trace_hash', 'trace', ['hash', 'at'])
    op.create_table('case_link',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('a_id', ID, nullable=False),
    sa.Column('b_id', ID, nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('near', sa.Integer()),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('made_at', sa.BigInteger(), nullable=False),
    sa.Column('decided_by', ID),
    sa.Column('decided_at', sa.BigInteger()),
    sa.ForeignKeyConstraint(['a_id'], ['cases.id'], name=op.f('fk_case_link_a_id_cases'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['b_id'], ['cases.id'], name=op.f('fk_case_link_b_id_cases'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by'], ['responder.id'], name=op.f('fk_case_link_decided_by_responder')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_link')),
    sa.UniqueConstraint('a_id', 'b_id', name=op.f('uq_case_link_a_id'))
    )
    op.create_index('ix_case_link_b_id', 'case_link', ['b_id'])
    op.create_table('past_talk',
    sa.Column('case_id', ID, nullable=False),
    sa.Column('conversation_id', ID, nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_past_talk_case_id_cases'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_past_talk_conversation_id_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('case_id', 'conversation_id', name=op.f('pk_past_talk'))
    )
    # Who waits already is not forgotten by the clock.
    op.execute("UPDATE cases SET escalate_at = due_at WHERE state = 'new' AND claimed_by IS NULL")
