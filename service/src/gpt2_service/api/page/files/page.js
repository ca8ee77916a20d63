// The form, the text as it comes, and the line about the service's health.

import { refreshHistory, showNewest } from "./history.js";
import { ask, events, Failure, inTime } from "./service.js";

const HEALTH_MILLISECONDS = 30_000;

const find = (id) => document.getElementById(id);
const form = find("request");
const prompt = find("prompt");
const text = find("text");
let running = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running === null) generate();
});
find("stop").addEventListener("click", () => running?.abort());
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  // In the dialog Escape closes that, and nothing else.
  if (event.key === "Escape" && !find("confirm").open) running?.abort();
});
prompt.addEventListener("input", countCharacters);
find("key").addEventListener("change", showNewest);
document.addEventListener("visibilitychange", showHealth);
setInterval(showHealth, HEALTH_MILLISECONDS);

countCharacters();
showHealth();
showNewest();

async function generate() {
  const unreadable = [...form.elements].find((field) => field.validity.badInput);
  if (unreadable) {
    unreadable.reportValidity();
    return;
  }
  const body = request();
  showFailure(null);
  begin();
  try {
    const record = await stream(body, running.signal);
    find("outcome").textContent = account(record);
  } catch (error) {
    if (error.name !== "AbortError") showFailure(error);
    find("outcome").textContent = running.signal.aborted
      ? "Stopped. A text that was not finished is not kept."
      : "";
  } finally {
    end();
    refreshHistory();
  }
}

/** What the form says; a field that is left empty is the service's to decide. */
function request() {
  const body = { prompt: prompt.value, stream: true };
  for (const field of form.querySelectorAll("input")) {
    if (field.value !== "") body[field.name] = field.valueAsNumber;
  }
  return body;
}

/** Shows a text as it comes, in place of the one before; returns its record. */
async function stream(body, signal) {
  const response = await ask("generate", { method: "POST", body, signal });
  const start = document.createElement("span");
  start.className = "prompt";
  start.textContent = body.prompt;
  text.replaceChildren(start);
  for await (const [name, data] of events(response)) {
    if (name === "token") text.append(data.text);
    else if (name === "record") return data;
    else throw new Failure(inTime(data.detail, data.retry_after));
  }
  throw new Failure("the connection ended before the text did");
}

function begin() {
  running = new AbortController();
  // Read out when it is complete, not word by word.
  text.ariaBusy = "true";
  find("outcome").textContent = "Generating…";
  find("generate").ariaDisabled = "true";
  find("stop").disabled = false;
}

function end() {
  const stop = find("stop");
  if (document.activeElement === stop) find("generate").focus();
  stop.disabled = true;
  find("generate").ariaDisabled = "false";
  text.normalize();
  text.ariaBusy = "false";
  running = null;
}

function account({ usage, seed, choices }) {
  const why = choices[0].finish_reason === "stop" ? "the model ended it" : "the length is reached";
  return `${usage.completion_tokens} new tokens; ${why}. Seed ${seed}.`;
}

/** Shows a failure, or none, and marks the fields that it is about. */
function showFailure(failure) {
  find("error").textContent = failure?.message ?? "";
  const wrong = [find("key"), ...form.elements].filter((field) => {
    const isWrong = failure?.fields?.includes(field.id) ?? false;
    if (isWrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    return isWrong;
  });
  wrong[0]?.focus();
}

/** Counts as the service does: characters, not the units of UTF-16. */
function countCharacters() {
  const most = Number(prompt.dataset.maxCharacters);
  const count = [...prompt.value].length;
  const counter = find("prompt-count");
  counter.textContent = `${count} of ${most} characters`;
  counter.classList.toggle("error", count > most);
}

async function showHealth() {
  if (document.hidden) return;
  const line = find("health");
  let said = "Service not usable";
  let isWell = false;
  try {
    const response = await ask("health", { accepted: [503] });
    const { status, model_loaded } = await response.json();
    said = `Service ${status}, model ${model_loaded ? "loaded" : "not usable"}`;
    isWell = response.ok;
  } catch (error) {
    if (error instanceof Failure) said = `Service not usable: ${error.message}`;
  }
  line.className = isWell ? "healthy" : "unhealthy";
  // Said again, it would be read out again.
  if (line.textContent !== said) line.textContent = said;
}
