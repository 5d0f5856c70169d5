-- Schedules: jitter, how old a missed time may be, and the ledger of what each moment became.

alter table schedule add column jitter_ms integer not null default 0;
-- Null: a day for the policy `last`, without limit for `all`.
alter table schedule add column missed_window_ms integer;
-- What the workflow does when a run is still going, for lists to show.
alter table schedule add column overlap text not null default 'allow';
-- A node that is not in service any more keeps its row: its ledger can still be read, and when it comes back it cannot fire a
-- moment again, whatever the clock says by then.
alter table schedule add column retired_ms integer;

-- `fire` is the ledger: a row is a moment that became a run, or moments that did not, with the reason. It now goes with its
-- schedule, which needs a foreign key and so a new table.
create table fire_ledger (
    schedule_id blob not null references schedule (schedule_id) on delete cascade,
    -- The moment; of several skipped together the last.
    fire_ms integer not null,
    run_id blob,
    -- A stable code, where there is no run.
    skipped_because text,
    -- What else is to be said about the reason.
    detail text,
    -- How many moments the row stands for; the first of them, null when it is the only one.
    count integer not null default 1,
    first_ms integer,
    -- When it was decided, which tells how late a run was started.
    decided_ms integer,
    primary key (schedule_id, fire_ms)
) without rowid;
insert into fire_ledger (schedule_id, fire_ms, run_id, skipped_because)
select schedule_id, fire_ms, run_id, case when skipped_because is not null then 'policy' end
from fire where schedule_id in (select schedule_id from schedule);
drop table fire;
alter table fire_ledger rename to fire;
