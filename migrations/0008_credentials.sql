-- Credentials: what plugins need to speak for somebody. Secrets are sealed (see credentials/seal.rs).
create table credential (
    credential_id blob not null primary key,
    workspace_id blob not null references workspace (workspace_id),
    -- What documents call it: unique in the workspace.
    name text not null,
    title text not null,
    -- Whose slot it is made for.
    plugin_id text not null,
    slot text not null,
    -- Fields that are no secrets, as a JSON object.
    public text not null,
    -- The secret fields as a JSON object: nonce and ciphertext under a key of their own,
    sealed blob not null,
    -- which is sealed under the master key of this id.
    sealed_key blob not null,
    master_key_id text not null,
    -- Raised by every change; part of what the seal vouches for.
    version integer not null,
    created_ms integer not null,
    updated_ms integer not null,
    constraint credential_name_unique unique (workspace_id, name)
);
