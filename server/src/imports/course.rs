//! The course of an import: a few rows at a time, at a pace that leaves the desk to those who work. What is settled is
//! written down every second; what was not is asked again after a kill, and is the same command.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::{Country, Job};
use parloir_desk::view::View;
use parloir_protocol::error::Code;
use parloir_protocol::ids::{AttachmentId, JobId};
use tokio::time::Instant;

use super::asked::{Asking, Outcome};
use super::failed::Failed;
use super::journal::{Ended, How, Journal};
use super::place::Place;
use crate::backoff::Backoff;
use crate::blocking::blocking;
use crate::import::book::{Book, BookError};
use crate::import::row::{Content, Row, digits};
use crate::insist::insist;
use crate::node::Node;
use crate::workspace::Workspace;

/// Rows asked at once: with a few more each sync of the log serves many, and colleagues do not wait behind them.
const ROWS_AT_ONCE: usize = 16;

/// Every agent is told of every contact: this much a screen takes without being felt.
const ROWS_A_SECOND: u32 = 200;

/// How much work a kill may cost, and how often everybody is told how far it is.
const KEEP_EVERY: Duration = Duration::from_secs(1);

/// Rows that were settled before are passed over in pieces of this many.
const PASSED_AT_ONCE: usize = 4_096;

/// Goes on with the import of a job until it ended, and everything of it that is to go is gone.
pub async fn run(node: &Arc<Node>, workspace: &Arc<Workspace>, job: &Job, id: AttachmentId) {
    let place = node.imports().place(workspace.id, id);
    let Some(mut journal) = journal_of(&place, job).await else {
        tracing::error!(job = %job.id, "import.lost");
        return;
    };
    if journal.ended.is_none() {
        let how = match Course::open(node, workspace, job.id, &place, journal.clone()).await {
            Ok(course) => course.follow().await,
            Err(error) => {
                tracing::error!(job = %job.id, %error, "import.unreadable");
                How::Stopped { code: Code::UnsupportedFile.as_str().to_owned() }
            }
        };
        journal = journal_of(&place, job).await.unwrap_or(journal);
        journal.ended = Some(Ended { at: node.clock.now(), how });
    }
    let ended = move || place.keep(&journal).and_then(|()| place.forget_file());
    until_done(job, ended).await;
}

/// What is known of an import.
async fn journal_of(place: &Place, job: &Job) -> Option<Journal> {
    let place = place.clone();
    until_done(job, move || place.read_journal()).await
}

/// Does it until it works: a full disk is emptied some day, and nothing that is settled may be asked again as new.
async fn until_done<T: Send + 'static>(
    job: &Job,
    work: impl Fn() -> io::Result<T> + Send + Sync + 'static,
) -> T {
    let (work, mut backoff) = (Arc::new(work), Backoff::of(job.id.as_bytes()));
    loop {
        let work = Arc::clone(&work);
        match blocking(move || work()).await {
            Ok(done) => return done,
            Err(error) => tracing::error!(job = %job.id, %error, "import.waits"),
        }
        backoff.wait().await;
    }
}

struct Course {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    job: JobId,
    place: Place,
    journal: Journal,
    reader: Option<Reader>,
    country: Country,
    kept_at: Instant,
}

/// What reads the file and writes beside it, on threads that may block.
struct Reader {
    book: Book<File>,
    failed: Failed,
    /// A row that waits for one about the same person.
    held: Option<Row>,
}

impl Course {
    async fn open(
        node: &Arc<Node>,
        workspace: &Arc<Workspace>,
        job: JobId,
        place: &Place,
        journal: Journal,
    ) -> Result<Self, BookError> {
        let (opening, known) = (place.clone(), journal.clone());
        let reader = blocking(move || Reader::open(&opening, &known)).await?;
        let country = View::new(&*node.state.current(), workspace.id).workspace();
        Ok(Self {
            node: Arc::clone(node),
            workspace: Arc::clone(workspace),
            job,
            place: place.clone(),
            journal,
            reader: Some(reader),
            country: country.map_or(Country::FRANCE, |workspace| workspace.country),
            kept_at: Instant::now(),
        })
    }

    /// Saves row after row; how it ended.
    async fn follow(mut self) -> How {
        loop {
            let began = Instant::now();
            if let Some(how) = self.place.asked_to_stop() {
                return self.leave(how).await;
            }
            let rows = match self.read().await {
                Ok(rows) => rows,
                Err(error) => return self.broken(&error).await,
            };
            if rows.is_empty() {
                return self.leave(How::Whole).await;
            }
            let count = rows.iter().filter(|row| matches!(row.content, Content::Person(_))).count();
            if let Some(code) = self.settle(rows).await {
                let how = code.map_or_else(|| self.place.asked_to_stop(), |code| Some(How::Stopped { code }));
                return self.leave(how.unwrap_or(How::Cancelled)).await;
            }
            if self.kept_at.elapsed() >= KEEP_EVERY
                && let Err(error) = self.keep_at_last().await
            {
                return self.broken(&error).await;
            }
            let pace = Duration::from_secs(1) / ROWS_A_SECOND;
            tokio::time::sleep_until(began + pace * u32::try_from(count).unwrap_or(ROWS_A_SECOND)).await;
        }
    }

    /// The next rows that are not settled; none at the end.
    async fn read(&mut self) -> io::Result<Vec<Row>> {
        let settled = self.journal.tally.rows();
        loop {
            let read = self.with_reader(move |reader| reader.read(settled)).await?;
            if let Some(rows) = read {
                return Ok(rows);
            }
        }
    }

    /// Settles these rows in the order of the file; why it is over when it is.
    async fn settle(&mut self, rows: Vec<Row>) -> Option<Option<String>> {
        let asking = Asking {
            node: &self.node,
            workspace: &self.workspace,
            agent: self.journal.agent,
            country: self.country,
            place: &self.place,
        };
        let (asking, journal) = (&asking, &self.journal);
        let asked = rows.iter().map(|row| async move {
            match &row.content {
                Content::Blank => Outcome::Blank,
                Content::Fault(fault) => Outcome::Failed(fault.clone()),
                Content::Person(save) => asking.ask(journal.command_id(row.place), (**save).clone()).await,
            }
        });
        let outcomes = join_all(asked).await;
        for (row, outcome) in rows.iter().zip(outcomes) {
            let tally = &mut self.journal.tally;
            match outcome {
                Outcome::Imported => tally.imported += 1,
                Outcome::Unchanged => tally.unchanged += 1,
                Outcome::Blank => tally.blank += 1,
                Outcome::Failed(fault) => {
                    tally.failed += 1;
                    let Some(reader) = &mut self.reader else { continue };
                    reader.failed.add(row.number, &fault, &row.fields);
                    if reader.failed.is_full() {
                        return Some(Some(Code::TooMany.as_str().to_owned()));
                    }
                }
                Outcome::Over(code) => return Some(code),
            }
        }
        None
    }

    /// Writes down what is settled, and has everybody told.
    async fn keep(&mut self) -> io::Result<()> {
        let (place, mut journal) = (self.place.clone(), self.journal.clone());
        self.journal = self
            .with_reader(move |reader| {
                journal.failed_bytes = reader.failed.keep(&place)?;
                journal.read = reader.book.bytes_read().min(journal.bytes);
                place.keep(&journal)?;
                Ok(journal)
            })
            .await?;
        self.tell().await;
        self.kept_at = Instant::now();
        Ok(())
    }

    /// The same until it works, as long as the file can be read at all.
    async fn keep_at_last(&mut self) -> io::Result<()> {
        let mut backoff = Backoff::of(self.job.as_bytes());
        while let Err(error) = self.keep().await {
            if self.reader.is_none() {
                return Err(error);
            }
            tracing::error!(job = %self.job, %error, "import.waits");
            backoff.wait().await;
        }
        Ok(())
    }

    async fn tell(&self) {
        let job = View::new(&*self.node.state.current(), self.workspace.id).job(self.job);
        let Some(job) = job else { return };
        let advance = Command::AdvanceImport { job_id: job.id, done: self.journal.read };
        let told = insist(&self.workspace, Key::Job(job.id, job.step), Actor::System, &advance).await;
        if let Err(rejected) = told {
            tracing::error!(job = %job.id, ?rejected, "import.not_told");
        }
    }

    async fn leave(mut self, how: How) -> How {
        match self.keep_at_last().await {
            Ok(()) => how,
            Err(error) => self.broken(&error).await,
        }
    }

    async fn broken(&self, error: &io::Error) -> How {
        tracing::error!(job = %self.job, %error, "import.broken");
        How::Stopped { code: Code::Unavailable.as_str().to_owned() }
    }

    /// Lets the reader work on a thread that may block.
    async fn with_reader<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Reader) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let Some(mut reader) = self.reader.take() else {
            return Err(io::Error::other("what reads the file was lost"));
        };
        let worked = tokio::task::spawn_blocking(move || {
            let done = work(&mut reader);
            (reader, done)
        });
        // Whatever a hostile file makes of what reads it ends this import alone.
        let (reader, done) = worked.await.map_err(io::Error::other)?;
        self.reader = Some(reader);
        done
    }
}

impl Reader {
    fn open(place: &Place, journal: &Journal) -> Result<Self, BookError> {
        let reading = journal.told.reading(&journal.name).map_err(io::Error::other)?;
        let book = Book::open(place.open_file()?, &reading)?;
        let failed = Failed::from(journal.failed_bytes, book.header(), book.delimiter());
        Ok(Self { book, failed, held: None })
    }

    /// Rows behind those that are settled, none about a person of another; nothing while they are passed over.
    fn read(&mut self, settled: u64) -> io::Result<Option<Vec<Row>>> {
        let (mut rows, mut taken) = (Vec::new(), Vec::new());
        for _ in 0..PASSED_AT_ONCE {
            let next = match self.held.take() {
                Some(row) => Some(row),
                None => self.book.read_row()?,
            };
            let Some(row) = next else { return Ok(Some(rows)) };
            if row.place <= settled {
                continue;
            }
            let own = match &row.content {
                Content::Person(save) => digits(save),
                Content::Blank | Content::Fault(_) => Vec::new(),
            };
            if rows.len() == ROWS_AT_ONCE || own.iter().any(|number| taken.contains(number)) {
                self.held = Some(row);
                return Ok(Some(rows));
            }
            taken.extend(own);
            rows.push(row);
        }
        Ok((!rows.is_empty()).then_some(rows))
    }
}
