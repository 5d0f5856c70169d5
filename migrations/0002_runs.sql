-- Runs that wait for more than time, that start other runs, that take turns, and that survive what kills the server.

-- The nearest moment at which something happens to a waiting run takes the place of a table of timers.
drop table timer;
alter table run add column wake_ms integer;
create index run_wake on run (wake_ms) where status = 'waiting' and wake_ms is not null;

-- The run that started this one, at which of its steps, and how deep that goes.
alter table run add column parent_run_id blob;
alter table run add column parent_path text;
alter table run add column depth integer not null default 0;
-- The run this one repeats, and the one whose idempotency keys it goes on with.
alter table run add column retry_of blob;
alter table run add column origin_run_id blob;
-- What the run shares a limit with, besides its workflow.
alter table run add column slot_key text;
-- Steps that wait for a person because the server died while they ran.
alter table run add column incidents integer not null default 0;
create index run_incident on run (workspace_id, run_id) where incidents > 0;
-- How often the server died while the run was going, without the run having got any further in between; and how far it was.
alter table run add column crashes integer not null default 0;
alter table run add column crash_sequence integer not null default -1;

-- What is addressed to a run and not yet part of its journal. The flush that takes it in deletes it.
create table inbox (
    inbox_id integer primary key autoincrement,
    run_id blob not null,
    message text not null,
    created_ms integer not null
);
create index inbox_by_run on inbox (run_id, inbox_id);

-- Approvals that are or were asked for. The token is the right to answer.
create table approval (
    token text not null primary key,
    workspace_id blob not null,
    workflow_id blob not null,
    run_id blob not null,
    path text not null,
    form text not null,
    opened_ms integer not null,
    expires_ms integer,
    closed_ms integer
) without rowid;
create index approval_open on approval (workspace_id, opened_ms) where closed_ms is null;
create index approval_by_run on approval (run_id, path);

-- Keys that `dedupe` nodes have seen, and which step saw them first.
create table seen (
    workflow_id blob not null,
    scope text not null,
    key_sha256 blob not null,
    run_id blob not null,
    path text not null,
    expires_ms integer not null,
    primary key (workflow_id, scope, key_sha256)
) without rowid;
create index seen_expired on seen (expires_ms);
