-- What was agreed to when a version was enabled, as JSON: {"hosts": [{"pattern", "methods"}], "by", "at_ms"}.
-- Versions that were enabled before this was written down were granted all that their manifest asks for.
alter table plugin_version add column granted text;
