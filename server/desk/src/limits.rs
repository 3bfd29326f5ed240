//! Every number that bounds the rules, in one place, with a tiny twin for tests.

/// Bounds on what is asked, kept and done at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Characters of a message or note that an agent writes.
    pub text_chars: usize,
    /// Characters of an inbound message: the longest concatenated SMS has 255 parts of 153.
    pub inbound_chars: usize,
    /// Characters of a queue row's last line.
    pub last_line_chars: usize,
    /// Characters of any name.
    pub name_chars: usize,
    /// Characters of an address in its normal form.
    pub address_chars: usize,
    /// Tags of a contact.
    pub tags: usize,
    /// Characters of a tag.
    pub tag_chars: usize,
    /// Properties of a contact.
    pub properties: usize,
    pub property_key_chars: usize,
    pub property_value_chars: usize,
    /// Addresses of a contact.
    pub addresses: usize,
    /// Colleagues named in one note.
    pub mentions: usize,
    /// Countries that a channel is approved for: more than there are.
    pub countries: usize,
    pub groups: usize,
    pub templates: usize,
    /// Fields of a template, and values given to it.
    pub template_fields: usize,
    pub template_body_chars: usize,
    /// Of a header and of a footer.
    pub template_line_chars: usize,
    pub template_buttons: usize,
    pub template_label_chars: usize,
    pub webhooks: usize,
    /// Names of events that one webhook asks for.
    pub webhook_events: usize,
    pub webhook_url_chars: usize,
    /// Messages of one conversation that are scheduled or held.
    pub planned: usize,
    /// Files of one inbound message.
    pub media: usize,
    /// Openings of one link that are recorded.
    pub link_openings: u32,
    pub agents: usize,
    pub channels: usize,
    /// Jobs that are not done, in one workspace.
    pub running_jobs: usize,
    /// Conversations that one job names: all channels times all addresses of a person and of those merged
    /// into him would be more than anyone has.
    pub job_conversations: usize,
    /// Contacts merged into one, by whatever ways.
    pub merged_contacts: usize,
    /// Events of one commit.
    pub events_per_commit: usize,
    /// Units of work of one step of a job.
    pub job_step_units: usize,
}

impl Limits {
    pub const DEFAULT: Self = Self {
        text_chars: 4_096,
        inbound_chars: 39_015,
        last_line_chars: 160,
        name_chars: 200,
        address_chars: 128,
        tags: 100,
        tag_chars: 100,
        properties: 50,
        property_key_chars: 64,
        property_value_chars: 1_000,
        addresses: 20,
        mentions: 50,
        countries: 300,
        groups: 1_000,
        templates: 500,
        template_fields: 20,
        template_body_chars: 1_024,
        template_line_chars: 60,
        template_buttons: 3,
        template_label_chars: 25,
        webhooks: 20,
        webhook_events: 100,
        webhook_url_chars: 2_000,
        planned: 20,
        media: 10,
        link_openings: 100,
        agents: 2_000,
        channels: 100,
        running_jobs: 100,
        job_conversations: 2_000,
        merged_contacts: 100,
        events_per_commit: 256,
        job_step_units: 100,
    };

    /// Small enough that a test reaches every bound.
    pub const fn tiny() -> Self {
        Self {
            text_chars: 40,
            inbound_chars: 80,
            last_line_chars: 10,
            name_chars: 12,
            address_chars: 16,
            tags: 3,
            tag_chars: 8,
            properties: 2,
            property_key_chars: 8,
            property_value_chars: 10,
            addresses: 3,
            mentions: 2,
            countries: 3,
            groups: 5,
            templates: 2,
            template_fields: 2,
            template_body_chars: 40,
            template_line_chars: 12,
            template_buttons: 1,
            template_label_chars: 8,
            webhooks: 2,
            webhook_events: 2,
            webhook_url_chars: 30,
            planned: 2,
            media: 2,
            link_openings: 2,
            agents: 6,
            channels: 3,
            running_jobs: 3,
            job_conversations: 8,
            merged_contacts: 3,
            events_per_commit: 16,
            job_step_units: 2,
        }
    }
}
