//! How large the server's index is: its files, and what its fields take by the server's own figures. Values of
//! properties are told apart, as how much people save there is up to them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::copies::folder_bytes;
use crate::webhook::Http;

/// The folder of the indexes inside the server's data.
pub(crate) const INDEX: &str = "search";
const PEOPLE: &str = "people";
const MESSAGES: &str = "messages";

/// Fields of the index of people that hold values of properties.
const PROPERTY_FIELDS: [&str; 4] = ["detail_grams", "detail_words", "properties", "property"];

/// The server says its figures this often at least.
const TOLD_WITHIN: Duration = Duration::from_secs(40);
const LOOK: Duration = Duration::from_millis(500);

/// Sizes in bytes.
#[derive(Debug, Default)]
pub(crate) struct Sizes {
    /// The files of the index of people, and of that of messages; nothing where there is none.
    pub(crate) people: Option<u64>,
    pub(crate) messages: Option<u64>,
    /// Of the index of people; nothing when the server does not tell.
    pub(crate) properties: Option<u64>,
    /// By index and field.
    pub(crate) fields: BTreeMap<String, u64>,
    /// What each index keeps in memory beside its files, as far as the server tells.
    in_memory: BTreeMap<String, u64>,
}

impl Sizes {
    pub(crate) async fn of(data: &Path, http: &Http) -> anyhow::Result<Self> {
        let Told { fields, in_memory } = told(http).await?;
        let property = |name: &str| fields.get(&format!("{PEOPLE}.{name}")).copied();
        let properties =
            PROPERTY_FIELDS.iter().filter_map(|name| property(name)).reduce(|all, one| all + one);
        let index = data.join(INDEX);
        let (people, messages) = (part(&index, PEOPLE)?, part(&index, MESSAGES)?);
        Ok(Self { people, messages, properties, fields, in_memory })
    }

    /// What searching people takes of the memory once all files of that index are read.
    pub(crate) fn people_memory(&self) -> Option<u64> {
        Some(self.in_memory.get(PEOPLE)? + self.people?)
    }

    /// The same for messages.
    pub(crate) fn message_memory(&self) -> Option<u64> {
        Some(self.in_memory.get(MESSAGES)? + self.messages?)
    }
}

/// What the server tells.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    fields: BTreeMap<String, u64>,
    in_memory: BTreeMap<String, u64>,
}

/// The files of one index in every numbered folder.
fn part(index: &Path, name: &str) -> anyhow::Result<Option<u64>> {
    if !index.exists() {
        return Ok(None);
    }
    let mut bytes = None;
    for entry in std::fs::read_dir(index)? {
        if let Some(more) = folder_bytes(&entry?.path().join(name))? {
            bytes = Some(bytes.unwrap_or(0) + more);
        }
    }
    Ok(bytes)
}

/// Waits for the figures, but not for those of a server that has none.
async fn told(http: &Http) -> anyhow::Result<Told> {
    let until = std::time::Instant::now() + TOLD_WITHIN;
    loop {
        let told = Told::read(&http.metrics().await?);
        if !told.fields.is_empty() || std::time::Instant::now() > until {
            return Ok(told);
        }
        tokio::time::sleep(LOOK).await;
    }
}

impl Told {
    fn read(metrics: &str) -> Self {
        let lines = || metrics.lines();
        let field = |(labels, bytes): (&str, u64)| {
            Some((format!("{}.{}", label(labels, "index=")?, label(labels, "field=")?), bytes))
        };
        Self {
            fields: lines()
                .filter_map(|line| gauge(line, "parloir_search_bytes"))
                .filter_map(field)
                .collect(),
            in_memory: lines()
                .filter_map(|line| gauge(line, "parloir_search_memory_bytes"))
                .filter_map(|(labels, bytes)| Some((label(labels, "index=")?, bytes)))
                .collect(),
        }
    }
}

/// A line as `parloir_search_bytes{index="people",field="name_words"} 4711`: its labels and its bytes.
fn gauge<'a>(line: &'a str, name: &str) -> Option<(&'a str, u64)> {
    let (labels, bytes) = line.strip_prefix(name)?.strip_prefix('{')?.split_once("} ")?;
    let bytes: f64 = bytes.trim().parse().ok()?;
    Some((labels, bytes as u64))
}

fn label(labels: &str, name: &str) -> Option<String> {
    let quoted = labels.split(',').find_map(|label| label.strip_prefix(name))?;
    Some(quoted.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_from_the_servers_figures() {
        let metrics = "# TYPE parloir_search_bytes gauge\nparloir_search_bytes{index=\"people\",field=\"name_words\"} 4711\n\
                       parloir_search_bytes{field=\"at\",index=\"messages\"} 12\nparloir_connections 1\n\
                       parloir_search_memory_bytes{index=\"people\"} 30\n\
                       parloir_search_memory_bytes{index=\"messages\"} 4\n";
        let fields = [("messages.at".to_owned(), 12), ("people.name_words".to_owned(), 4_711)].into();
        let in_memory: BTreeMap<_, _> = [("messages".to_owned(), 4), ("people".to_owned(), 30)].into();
        assert_eq!(Told::read(metrics), Told { fields, in_memory: in_memory.clone() });
        let sizes = Sizes { people: Some(100), in_memory, ..Sizes::default() };
        assert_eq!((sizes.people_memory(), sizes.message_memory()), (Some(130), None));
    }
}
