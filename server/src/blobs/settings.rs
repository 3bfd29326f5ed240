//! Where contents are kept, as the configuration says. Credentials never stand there: they come from the
//! environment, under the names that every S3 tool reads.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use serde::Deserialize;

/// `[blobs]` in the configuration's file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Settings {
    /// The folder `blobs` in the data folder.
    #[default]
    Folder,
    S3(Bucket),
}

/// A bucket of a store that speaks S3.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    pub bucket: String,
    /// `us-east-1` without.
    pub region: Option<String>,
    /// The address of a store that is not Amazon's.
    pub endpoint: Option<String>,
    /// What the names of all contents begin with.
    #[serde(default)]
    pub prefix: String,
    /// Whether an endpoint without TLS will do.
    #[serde(default)]
    pub allow_http: bool,
}

impl Bucket {
    pub(super) fn open(&self) -> object_store::Result<Arc<dyn ObjectStore>> {
        // Whoever installed another one first is as good.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let mut builder =
            AmazonS3Builder::from_env().with_bucket_name(&self.bucket).with_allow_http(self.allow_http);
        if let Some(region) = &self.region {
            builder = builder.with_region(region);
        }
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        Ok(Arc::new(builder.build()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn a_folder_a_bucket_and_nothing_else() {
        assert_eq!(read("kind = 'folder'").expect("a folder"), Settings::Folder);
        let bucket =
            read("kind = 's3'\nbucket = 'files'\nendpoint = 'https://s3.example'").expect("a bucket");
        let Settings::S3(bucket) = bucket else { panic!("{bucket:?}") };
        assert_eq!((bucket.bucket.as_str(), bucket.prefix.as_str()), ("files", ""));
        assert!(read("kind = 's3'").is_err(), "a bucket has a name");
        assert!(read("kind = 's3'\nbucket = 'files'\nsecret = 'x'").is_err(), "credentials stand elsewhere");
        assert!(read("kind = 'ftp'").is_err());
    }

    #[test]
    fn a_bucket_is_opened_without_asking_the_network() {
        let bucket = Bucket {
            bucket: "files".to_owned(),
            region: Some("eu-west-3".to_owned()),
            endpoint: Some("http://127.0.0.1:9".to_owned()),
            prefix: "parloir".to_owned(),
            allow_http: true,
        };
        assert!(bucket.open().is_ok());
    }
}
