-- How many signals a run keeps that none of its steps has waited for yet. With those it has not read they are bounded.
alter table run add column kept_signals integer not null default 0;
