-- The first schema. Times are UTC milliseconds, ids UUIDv7, JSON is text.
-- What holds many runs' worth of rows (run, journal) keeps as few indexes as its questions need.

create table setting (
    name text not null primary key,
    value text not null
);

create table workspace (
    workspace_id blob not null primary key,
    name text not null,
    created_ms integer not null
);

create table account (
    account_id blob not null primary key,
    workspace_id blob not null references workspace (workspace_id),
    email text not null constraint account_email_unique unique,
    name text not null,
    password_hash text not null,
    created_ms integer not null
);

-- The cookie's token is never stored, only its SHA-256.
create table session (
    token_sha256 blob not null primary key,
    account_id blob not null references account (account_id) on delete cascade,
    created_ms integer not null,
    last_used_ms integer not null,
    expires_ms integer not null
);

create table workflow (
    workflow_id blob not null primary key,
    workspace_id blob not null references workspace (workspace_id),
    name text not null,
    draft text not null,
    -- Raised by each change of the draft; the ETag that If-Match is held against.
    draft_version integer not null default 1,
    published_revision integer,
    created_ms integer not null,
    updated_ms integer not null
);
create index workflow_by_workspace on workflow (workspace_id, updated_ms desc);

-- Numbers above zero are published revisions; the numbers below are snapshots of drafts that were test-run.
create table revision (
    workflow_id blob not null references workflow (workflow_id) on delete cascade,
    number integer not null,
    document text not null,
    document_sha256 blob not null,
    -- Plugins by id: version and sha256, frozen at publication.
    plugin_lock text not null,
    note text,
    created_by text,
    created_ms integer not null,
    primary key (workflow_id, number)
);
create index revision_by_document on revision (workflow_id, document_sha256);

-- The head (trigger, input) and the tail (status, output, error) of a run's journal, and what lists show.
create table run (
    run_id blob not null primary key,
    workspace_id blob not null,
    workflow_id blob not null,
    revision integer not null,
    status text not null check (status in ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
    trigger text not null,
    input text not null,
    output text,
    error text,
    created_ms integer not null,
    started_ms integer,
    finished_ms integer
) without rowid;
create index run_by_workflow on run (workflow_id, run_id);
create index run_live on run (status, run_id) where status in ('queued', 'running', 'waiting');
create index run_failed on run (workspace_id, run_id) where status in ('failed', 'cancelled');

-- One row is what one flush added to the journal of a run: an ordered JSON array of events.
create table journal (
    run_id blob not null,
    sequence integer not null,
    events text not null,
    primary key (run_id, sequence)
) without rowid;

create table timer (
    run_id blob not null,
    path text not null,
    due_ms integer not null,
    primary key (run_id, path)
) without rowid;
create index timer_due on timer (due_ms);

-- The triggers of published revisions.
create table webhook (
    path text not null,
    method text not null,
    workspace_id blob not null,
    workflow_id blob not null references workflow (workflow_id) on delete cascade,
    revision integer not null,
    node text not null,
    constraint webhook_path_unique primary key (path, method)
) without rowid;

create table schedule (
    schedule_id blob not null primary key,
    workspace_id blob not null,
    workflow_id blob not null references workflow (workflow_id) on delete cascade,
    revision integer not null,
    node text not null,
    cron text not null,
    timezone text not null,
    missed text not null check (missed in ('none', 'last', 'all')),
    -- Everything up to and including this moment has been fired or recorded as skipped.
    cursor_ms integer not null,
    next_ms integer,
    last_fired_ms integer,
    constraint schedule_node_unique unique (workflow_id, node)
);
create index schedule_due on schedule (next_ms);

-- Which run a schedule's moment became; the key makes firing twice impossible.
create table fire (
    schedule_id blob not null,
    fire_ms integer not null,
    run_id blob,
    skipped_because text,
    primary key (schedule_id, fire_ms)
) without rowid;

create table plugin_version (
    plugin_id text not null,
    version text not null,
    sha256 text not null,
    size_bytes integer not null,
    manifest text not null,
    state text not null check (state in ('needs_grant', 'enabled', 'disabled')),
    bundled integer not null default 0,
    uploaded_ms integer not null,
    primary key (plugin_id, version)
);

create table component (
    sha256 text not null primary key,
    bytes blob not null
);
