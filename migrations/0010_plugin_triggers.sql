-- Triggers of plugins in the revisions in service: those that are polled, and those that services send requests to.
create table plugin_trigger (
    trigger_id blob not null primary key,
    workspace_id blob not null,
    -- A row outlives its workflow while a service still has to be told that it is gone.
    workflow_id blob not null,
    revision integer not null,
    node text not null,
    plugin_id text not null,
    -- The version of the plugin that the revision is locked to.
    sha256 text not null,
    trigger_name text not null,
    kind text not null,
    -- JSON.
    params text not null,
    credential text,
    every_ms integer,
    -- JSON pointer to what items are known by.
    dedupe text,
    -- Whether the plugin tells the service where to send its requests.
    subscribes integer not null,
    -- The secret part of the address that requests are sent to.
    token text not null,
    -- What the last poll answered as its next, as JSON.
    cursor text,
    -- What services were told and were not told to forget yet, with what that takes, as a JSON list.
    subscriptions text not null default '[]',
    -- Raised by every change, so that what was decided before it is not written after it.
    moved integer not null default 0,
    -- When to see to it again; absent when there is nothing to do.
    next_ms integer,
    last_ms integer,
    -- Failures in a row, since when, and the last of them as JSON.
    failures integer not null default 0,
    failing_since_ms integer,
    error text,
    -- Since when its node is not in service any more.
    retired_ms integer,
    constraint plugin_trigger_node_unique unique (workflow_id, node),
    constraint plugin_trigger_token_unique unique (token)
);
create index plugin_trigger_due on plugin_trigger (next_ms) where next_ms is not null;
