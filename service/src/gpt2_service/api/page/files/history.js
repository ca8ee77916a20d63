// The history: a page of it at a time, and the deletion of a record.

import { ask, keyIsMissing } from "./service.js";

const PAGE_RECORDS = 10;

const find = (id) => document.getElementById(id);
const list = find("records");
// The cursor of every page from the newest to the one that is shown.
let cursors = [null];
let nextBefore = null;

find("older").addEventListener("click", () => turn([...cursors, nextBefore]));
find("newer").addEventListener("click", () => turn(cursors.slice(0, -1)));

/** Shows the newest records. */
export function showNewest() {
  return turn([null]);
}

/** Shows the newest records again; whoever looks at older ones is left alone. */
export async function refreshHistory() {
  if (cursors.length === 1) await showNewest();
}

async function turn(to) {
  if (keyIsMissing()) {
    say("Enter the API key to see its records.");
    return;
  }
  await attempt(async () => {
    const last = to.at(-1);
    const before = last === null ? "" : `&before=${last}`;
    const response = await ask(`history?limit=${PAGE_RECORDS}${before}`);
    const { items, next_before } = await response.json();
    if (items.length === 0 && to.length > 1) {
      await turn(to.slice(0, -1));
      return;
    }
    [cursors, nextBefore] = [to, next_before];
    show(items);
    say(items.length === 0 ? "Nothing was generated yet." : "");
    enable(find("newer"), cursors.length > 1, find("older"));
    enable(find("older"), nextBefore !== null, find("newer"));
  });
}

/** Lists records; what is there already stays as it is, open and with the focus. */
function show(records) {
  const ids = records.map(({ id }) => String(id));
  const shown = new Set();
  for (const item of [...list.children]) {
    if (ids.includes(item.dataset.id)) shown.add(item.dataset.id);
    else item.remove();
  }
  records.forEach((record, place) => {
    if (!shown.has(ids[place])) list.insertBefore(entry(record), list.children[place] ?? null);
  });
}

/** Enables a button or not; the focus does not stay on one that is of no use. */
function enable(button, useful, other) {
  const focused = document.activeElement === button;
  button.disabled = !useful;
  if (focused && !useful) (other.disabled ? find("history-heading") : other).focus();
}

function entry(record) {
  const item = document.createElement("li");
  item.dataset.id = record.id;
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const when = make("time", "muted", new Date(record.created_at).toLocaleString());
  when.dateTime = record.created_at;
  summary.append(make("span", "title", record.prompt), when);
  const remove = make("button", "danger", "Delete");
  remove.type = "button";
  remove.ariaLabel = `Delete record ${record.id}`;
  remove.addEventListener("click", () => removeRecord(record, item));
  details.append(
    summary,
    ...record.choices.map((choice) => make("p", "text", choice.generated_text)),
    make("p", "muted", account(record)),
    remove,
  );
  item.append(details);
  return item;
}

function make(name, className, content) {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = content;
  return element;
}

/** How it was made; records of earlier releases do not say. */
function account({ id, model_name, seed, parameters }) {
  const settings = parameters && {
    length: parameters.max_length,
    temperature: parameters.temperature,
    "top p": parameters.top_p,
    "top k": parameters.top_k,
    seed,
  };
  const said = Object.entries(settings ?? {}).map(([name, value]) => `${name} ${value}`);
  return [`Record ${id}`, model_name, ...said].join(", ");
}

async function removeRecord(record, item) {
  if (!(await confirmed(record))) return;
  await attempt(async () => {
    await ask(`history/${record.id}`, { method: "DELETE" });
    const place = [...list.children].indexOf(item);
    await turn(cursors);
    say(`Record ${record.id} is deleted.`);
    const next = list.children[Math.min(place, list.children.length - 1)];
    (next?.querySelector("summary") ?? find("history-heading")).focus();
  });
}

function confirmed(record) {
  const dialog = find("confirm");
  find("confirm-prompt").textContent = record.prompt;
  // Escape closes it without a value.
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const close = () => resolve(dialog.returnValue === "delete");
    dialog.addEventListener("close", close, { once: true });
  });
}

async function attempt(action) {
  find("history-error").textContent = "";
  try {
    await action();
  } catch (error) {
    find("history-error").textContent = error.message;
  }
}

function say(line) {
  find("history-status").textContent = line;
}
