// Requests to the service, and what its answers say. Addresses are relative: the service may stand
// behind a path prefix.

const key = document.querySelector("#key");

/** What went wrong, in one line: the service's own message. `fields` names what it is about. */
export class Failure extends Error {
  constructor(message, fields = []) {
    super(message);
    this.fields = fields;
  }
}

/** Whether a key is still to be entered. */
export function keyIsMissing() {
  return !key.closest("[hidden]") && key.value === "";
}

/**
 * Sends a request; `body` goes as JSON, and statuses that are `accepted` are no errors.
 * Throws a Failure, or an AbortError by `signal`.
 */
export async function ask(path, { method = "GET", body, signal, accepted = [] } = {}) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key.value !== "") headers[key.dataset.header] = encodable(key.value);
  const content = body === undefined ? undefined : JSON.stringify(body);
  const options = { method, headers, body: content, signal, cache: "no-store" };
  const response = await unlessSilent(fetch(path, options));
  if (!response.ok && !accepted.includes(response.status)) throw await failure(response);
  return response;
}

/** Yields name and data of every event of a stream of server-sent events. */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let unread = ""; ; ) {
    const { value, done } = await unlessSilent(reader.read());
    if (done) return;
    const blocks = (unread + value).split("\n\n");
    unread = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map(field));
      // The rest are comments, which keep the connection open.
      if (fields.event) yield [fields.event, JSON.parse(fields.data)];
    }
  }
}

function field(line) {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
}

/** A header's value holds Latin-1 alone, and no line breaks. */
function encodable(value) {
  if (/^[\x20-\x7e\xa0-\xff]*$/.test(value)) return value;
  throw new Failure("the API key has a character that no key can have", ["key"]);
}

async function unlessSilent(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure("the service does not answer");
  }
}

async function failure(response) {
  const answer = await response.json().catch(() => null);
  const detail = answer?.detail ?? `${response.status} ${response.statusText}`;
  if (Array.isArray(detail)) {
    const lines = detail.map(({ loc, msg }) => `${loc.slice(1).join(".")}: ${msg}`);
    return new Failure(lines.join("; "), detail.map(({ loc }) => loc[1]));
  }
  const message = inTime(detail, response.headers.get("Retry-After"));
  return new Failure(message, [401, 403].includes(response.status) ? ["key"] : []);
}

/** Adds to a message when another attempt makes sense, where the service says so. */
export function inTime(message, seconds) {
  return seconds ? `${message}; try again in ${seconds} s` : message;
}
