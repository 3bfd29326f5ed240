//! `kill -9` at any moment, also while the server recovers: what was acknowledged is there once, and whoever
//! watches sees everything without a gap.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use parloir_client::protocol::codec::Codec;
use serde_json::Value;

use super::desk::{Desk, number};
use super::dice::Dice;
use super::server::{House, Server, soon};

use crowd::{Acknowledged, PHONES, Shift, Things, hand_in, work, work_over_http};
use watcher::{Watcher, client};

mod crowd;
mod watcher;

const KILLS: u32 = 50;
/// Kills that wait until the server works; the others hit it while it starts.
const KILLS_AT_WORK: u32 = 25;
const WORKERS: u64 = 4;

/// Kills it again and again; the last life is the one that stays.
async fn storm(house: &House, first: Server, shift: &Shift) -> Server {
    let mut dice = Dice::new(1);
    first.kill();
    for kill in 1..KILLS {
        let server = house.spawn();
        if kill % (KILLS / KILLS_AT_WORK) == 0 {
            soon(shift.something_is_done()).await;
        }
        tokio::time::sleep(Duration::from_millis(dice.below(200) as u64)).await;
        server.kill();
    }
    house.start().await
}

async fn furnish(desk: &Desk) -> Things {
    let groups = vec![desk.group.clone(), desk.new_group("north").await, desk.new_group("south").await];
    let mut conversations = Vec::new();
    for n in 0..PHONES {
        conversations.push(desk.start(&number(n)).await);
    }
    Things { conversations, groups }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_lose_and_repeat_nothing() {
    let (house, server, desk) = Desk::open_in(House::for_load()).await;
    let things = Arc::new(furnish(&desk).await);
    let limited = desk.hire_for("Lim", &[&things.groups[1]]).await;
    let watchers = [
        Watcher::begin(&house, &desk.admin, Codec::Msgpack).await,
        Watcher::begin(&house, &desk.admin, Codec::Json).await,
        Watcher::begin(&house, &limited.token, Codec::Msgpack).await,
    ];
    let shift = Shift::begin();
    let workers: Vec<_> = (0..WORKERS)
        .map(|seed| {
            let client = client(&house, &desk.admin, Codec::Msgpack);
            tokio::spawn(work(client, Dice::new(seed), Arc::clone(&things), Arc::clone(&shift)))
        })
        .collect();
    let program = tokio::spawn(work_over_http(desk.clone(), Arc::clone(&things), Arc::clone(&shift)));
    let provider = tokio::spawn(hand_in(desk.clone(), Arc::clone(&shift)));
    let _last = storm(&house, server, &shift).await;
    shift.end();
    let mut acknowledged = soon(program).await.expect("the program did its work");
    for worker in workers {
        acknowledged.extend(soon(worker).await.expect("the worker did its work"));
    }
    let taken = soon(provider).await.expect("the provider did its work");
    let log = settled_log(&desk).await;
    check_acknowledged(&log, &acknowledged, &taken);
    let head = log.last().and_then(|line| line["seq"].as_u64()).expect("a log");
    let [first, second, limited] = watchers;
    for watcher in [first, second] {
        let told = watcher.finish(&house, head).await;
        assert_eq!(told.seqs, published(&log, told.snapshot));
    }
    let seen = limited.finish(&house, head).await;
    let all = published(&log, seen.snapshot);
    assert!(seen.seqs.is_sorted_by(|a, b| a < b) && seen.seqs.iter().all(|seq| all.contains(seq)));
}

/// The log once the outbox and the phones have nothing more to say.
async fn settled_log(desk: &Desk) -> Vec<Value> {
    let mut log = desk.http.log(&desk.admin, 0).await;
    soon(async {
        loop {
            tokio::time::sleep(Duration::from_secs(2)).await;
            let next = desk.http.log(&desk.admin, 0).await;
            if next.len() == log.len() {
                return next;
            }
            log = next;
        }
    })
    .await
}

/// Every acknowledged command stands in the log once, where its answer said.
fn check_acknowledged(log: &[Value], acknowledged: &Acknowledged, taken: &BTreeSet<String>) {
    let mut places: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let mut texts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut next = 1;
    for line in log {
        if let Some(id) = line["command_id"].as_str() {
            places.entry(id).or_default().push(line["seq"].as_u64().expect("a seq"));
        }
        for event in line["events"].as_array().expect("events") {
            assert_eq!(event["seq"], next, "the log has no gaps");
            next += 1;
            if event["name"] == "message.received" {
                *texts.entry(event["data"]["message"]["text"].as_str().expect("a text")).or_default() += 1;
            }
        }
    }
    assert!(acknowledged.len() > 50 && taken.len() > 10, "{} {}", acknowledged.len(), taken.len());
    for (id, seq) in acknowledged {
        assert_eq!(places.get(id.to_string().as_str()), Some(&vec![*seq]), "command {id}");
    }
    assert!(places.values().all(|seqs| seqs.len() == 1), "a command happened twice");
    for event in taken {
        assert_eq!(texts.get(event.as_str()), Some(&1), "{event}");
    }
}

/// The seqs of the events after `after` that are told to anybody.
fn published(log: &[Value], after: u64) -> Vec<u64> {
    let events = log.iter().flat_map(|line| line["events"].as_array().expect("events"));
    let told = events.filter(|event| event.get("data").is_some());
    told.map(|event| event["seq"].as_u64().expect("a seq")).filter(|seq| *seq > after).collect()
}

#[tokio::test]
async fn a_kill_during_the_very_first_start_locks_nobody_out() {
    for delay_ms in (0..120).step_by(12) {
        let house = House::new();
        let server = house.spawn();
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        server.kill();
        let _server = house.start().await;
        Desk::found(&house).await;
    }
}
