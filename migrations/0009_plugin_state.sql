-- What plugins keep from call to call, by the node of the workflow that they are called for.
create table plugin_state (
    workflow_id blob not null references workflow (workflow_id) on delete cascade,
    node text not null,
    plugin_id text not null,
    key text not null,
    -- JSON.
    value text not null,
    updated_ms integer not null,
    primary key (workflow_id, node, plugin_id, key)
) without rowid;

-- Ids that plugins have seen, as digests.
create table plugin_seen (
    workflow_id blob not null references workflow (workflow_id) on delete cascade,
    node text not null,
    plugin_id text not null,
    id_sha256 blob not null,
    expires_ms integer not null,
    primary key (workflow_id, node, plugin_id, id_sha256)
) without rowid;
create index plugin_seen_expired on plugin_seen (expires_ms);
