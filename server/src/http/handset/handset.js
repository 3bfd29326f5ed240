// The handset: phones side by side, each a number on a channel. It shows what the simulator delivered there and
// sends what is written there, and knows nothing of the desk.
"use strict";

const POLL_PAUSE_MS = 2000;
const PICTURE_BYTES_MAX = 5000000;
const PHONES_MAX = 6;
const ITEMS_MAX = 300;
const LINK = /https?:\/\/[^\s<>"]+/g;

let language = (navigator.language || "fr").startsWith("fr") ? "fr" : "en";
let channels = [];
const phones = [];

const word = (name) => WORDS[language][name];
const one = (root, selector) => root.querySelector(selector);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function ask(path, options) {
  const response = await fetch(path, options);
  const body = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw new Error(body.detail || String(response.status));
  return body;
}

// Addresses of our own recipients' pages open in this browser, others too: a phone would do the same.
function linked(text) {
  const parts = document.createDocumentFragment();
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    parts.append(text.slice(at, found.index));
    const link = element("a", "", found[0]);
    link.href = found[0];
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    parts.append(link);
    at = found.index + found[0].length;
  }
  parts.append(text.slice(at));
  return parts;
}

function clock(at) {
  return new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

function media(file) {
  const isPicture = file.media_type.startsWith("image/");
  if (isPicture && file.url) {
    const picture = element("img", "picture");
    picture.src = file.url;
    picture.alt = file.name || word("file");
    return picture;
  }
  if (file.media_type === "video/mp4" && file.url) {
    const film = element("video", "picture");
    film.src = file.url;
    film.controls = true;
    return film;
  }
  const link = element("a", "document", file.name || word("file"));
  if (file.url) {
    link.href = file.url;
    link.download = file.name || "";
  }
  return link;
}

function card(phone, given) {
  const made = element("div", "card");
  if (given.media) made.append(media(given.media));
  if (given.title) made.append(element("strong", "", given.title));
  if (given.text) {
    const text = element("p");
    text.append(linked(given.text));
    made.append(text);
  }
  const actions = element("div", "actions");
  for (const action of given.actions || []) actions.append(acted(phone, action));
  if (actions.childElementCount) made.append(actions);
  return made;
}

// A reply answers with what the card says, not with its label.
function acted(phone, action) {
  if (action.kind === "reply") {
    const button = element("button", "action", action.label);
    button.type = "button";
    button.addEventListener("click", () => phone.write({ text: action.label, postback: action.value }));
    return button;
  }
  const link = element("a", "action", action.label);
  link.href = action.kind === "call" ? `tel:${action.value}` : action.value;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function bubble(phone, item) {
  const row = element("li", item.direction);
  const inside = element("div", "bubble");
  if (item.attachment) inside.append(media(item.attachment));
  if (item.card) inside.append(card(phone, item.card));
  if (item.text && !item.card) {
    const text = element("p");
    text.append(linked(item.text));
    inside.append(text);
  }
  inside.append(element("time", "", clock(item.at)));
  row.append(inside);
  return row;
}

class Phone {
  constructor(number) {
    const made = one(document, "#phone").content.cloneNode(true);
    this.root = one(made, ".phone");
    this.thread = one(made, ".thread");
    this.round = 0;
    one(made, ".number").value = number;
    one(document, "#phones").append(made);
    this.listen();
    this.name();
    this.offer();
  }

  listen() {
    const { root } = this;
    one(root, ".number").addEventListener("change", () => this.restart());
    one(root, ".channel").addEventListener("change", () => this.restart());
    one(root, ".remove").addEventListener("click", () => this.remove());
    one(root, ".stop").addEventListener("click", () => this.write({ text: "STOP" }));
    one(root, ".file").addEventListener("change", (event) => this.attach(event.target));
    one(root, ".write").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = one(root, ".text");
      const text = field.value.trim();
      if (!text) return;
      this.write({ text }).then((sent) => {
        if (sent) field.value = "";
      });
    });
  }

  // Whatever has words says them in the language that is spoken now.
  name() {
    const { root } = this;
    for (const labelled of root.querySelectorAll("[data-word]")) labelled.textContent = word(labelled.dataset.word);
    one(root, ".text").placeholder = word("text");
    one(root, ".text").setAttribute("aria-label", word("text"));
    one(root, ".send").textContent = word("send");
    one(root, ".stop").title = word("stop");
    one(root, ".remove").setAttribute("aria-label", word("remove"));
    one(root, ".file").setAttribute("aria-label", word("attach"));
    one(root, ".attach").title = word("attach");
    this.thread.dataset.empty = word("empty");
  }

  offer() {
    const select = one(this.root, ".channel");
    select.replaceChildren();
    for (const channel of channels) {
      const option = element("option", "", `${channel.name} (${word("kinds")[channel.kind]})`);
      option.value = channel.channel_id;
      select.append(option);
    }
    this.restart();
  }

  get channel() {
    return channels.find((channel) => channel.channel_id === one(this.root, ".channel").value);
  }

  get number() {
    return one(this.root, ".number").value.trim();
  }

  say(text) {
    one(this.root, ".note").textContent = text;
  }

  restart() {
    this.round += 1;
    this.thread.replaceChildren();
    this.say("");
    const { channel } = this;
    if (!channel) return;
    this.root.dataset.kind = channel.kind;
    one(this.root, ".sender").textContent = channel.address;
    one(this.root, ".kind").textContent = word("kinds")[channel.kind];
    this.follow(this.round, channel);
  }

  // Asks again and again; each answer waits on the server until there is something.
  async follow(round, channel) {
    let after = 0;
    while (round === this.round) {
      if (!this.number) return;
      const about = new URLSearchParams({ channel_id: channel.channel_id, number: this.number, after });
      try {
        const shown = await ask(`/simulator/shown?${about}`);
        if (round !== this.round) return;
        this.say("");
        after = shown.next;
        for (const item of shown.items) this.show(item);
      } catch (error) {
        if (round !== this.round) return;
        this.say(error instanceof TypeError ? word("away") : error.message);
        await new Promise((resume) => setTimeout(resume, POLL_PAUSE_MS));
      }
    }
  }

  show(item) {
    const isAtEnd = this.thread.scrollHeight - this.thread.scrollTop - this.thread.clientHeight < 80;
    this.thread.append(bubble(this, item));
    while (this.thread.childElementCount > ITEMS_MAX) this.thread.firstElementChild.remove();
    if (isAtEnd) this.thread.scrollTop = this.thread.scrollHeight;
  }

  async write(what) {
    const { channel } = this;
    if (!channel || !this.number) return false;
    const body = JSON.stringify({ channel_id: channel.channel_id, number: this.number, ...what });
    try {
      await ask("/simulator/written", { method: "POST", headers: { "content-type": "application/json" }, body });
      this.say("");
      return true;
    } catch (error) {
      this.say(word("failed") + error.message);
      return false;
    }
  }

  async attach(field) {
    const [file] = field.files;
    field.value = "";
    if (!file) return;
    if (file.size > PICTURE_BYTES_MAX) {
      this.say(word("large"));
      return;
    }
    try {
      const kept = await ask("/simulator/pictures", { method: "POST", headers: { "content-type": file.type }, body: file });
      const picture = { reference: kept.reference, media_type: file.type, name: file.name };
      if (await this.write({ text: "", picture })) this.say(word("picture"));
    } catch (error) {
      this.say(word("failed") + error.message);
    }
  }

  remove() {
    this.round += 1;
    this.root.remove();
    phones.splice(phones.indexOf(this), 1);
    keep();
  }
}

function keep() {
  one(document, "#add").disabled = phones.length >= PHONES_MAX;
}

function add(number) {
  if (phones.length >= PHONES_MAX) return;
  phones.push(new Phone(number));
  keep();
}

function speak() {
  document.documentElement.lang = language;
  for (const labelled of document.querySelectorAll("[data-word]")) labelled.textContent = word(labelled.dataset.word);
  one(document, "#language").textContent = word("language");
  for (const phone of phones) phone.name();
}

async function start() {
  speak();
  one(document, "#language").addEventListener("click", () => {
    language = language === "fr" ? "en" : "fr";
    speak();
  });
  one(document, "#add").addEventListener("click", () => add(""));
  const answer = await ask("/simulator/channels");
  channels = answer.channels;
  one(document, "#absent").hidden = channels.length > 0;
  for (const number of answer.numbers) {
    const option = element("option");
    option.value = number;
    one(document, "#people").append(option);
  }
  const asked = new URLSearchParams(location.search).getAll("number");
  for (const number of asked.length ? asked : [answer.numbers[0] || "+33639980199"]) add(number);
}

start();
