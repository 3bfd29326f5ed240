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
}

impl Sizes {
    pub(crate) async fn of(data: &Path, http: &Http) -> anyhow::Result<Self> {
        let fields = told(http).await?;
        let property = |name: &str| fields.get(&format!("{PEOPLE}.{name}")).copied();
        let properties =
            PROPERTY_FIELDS.iter().filter_map(|name| property(name)).reduce(|all, one| all + one);
        let index = data.join(INDEX);
        let (people, messages) = (part(&index, PEOPLE)?, part(&index, MESSAGES)?);
        Ok(Self { people, messages, properties, fields })
    }
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
async fn told(http: &Http) -> anyhow::Result<BTreeMap<String, u64>> {
    let until = std::time::Instant::now() + TOLD_WITHIN;
    loop {
        let fields = read(&http.metrics().await?);
        if !fields.is_empty() || std::time::Instant::now() > until {
            return Ok(fields);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Lines as `parloir_search_bytes{index="people",field="name_words"} 4711`.
fn read(metrics: &str) -> BTreeMap<String, u64> {
    let line = |line: &str| {
        let (labels, bytes) = line.strip_prefix("parloir_search_bytes{")?.split_once("} ")?;
        let label = |name: &str| {
            let quoted = labels.split(',').find_map(|label| label.strip_prefix(name))?;
            Some(quoted.trim_matches('"').to_owned())
        };
        let bytes: f64 = bytes.trim().parse().ok()?;
        Some((format!("{}.{}", label("index=")?, label("field=")?), bytes as u64))
    };
    metrics.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_from_the_servers_figures() {
        let metrics = "# TYPE parloir_search_bytes gauge\nparloir_search_bytes{index=\"people\",field=\"name_words\"} 4711\n\
                       parloir_search_bytes{field=\"at\",index=\"messages\"} 12\nparloir_connections 1\n";
        let wanted = [("messages.at".to_owned(), 12), ("people.name_words".to_owned(), 4_711)];
        assert_eq!(read(metrics), wanted.into());
    }
}
