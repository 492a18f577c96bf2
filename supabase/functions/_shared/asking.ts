// What a request may say, by the rules and in the words of the Python service (core/asking.py);
// tests/http/requests.py holds both to them.

import { badRequest, Refused } from "./answers.ts";

const LARGEST_BODY = 65_536;
/** Seconds; the platform ends a function that is silent for 150. */
const DEFAULT_WAIT = 60;
const LONGEST_WAIT = 120;

const TARGET = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;
const REF = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
const KEY = /^[\x20-\x7e]{1,255}$/;
const KEYS = ["target", "projects", "dry_run", "wait_seconds"];

/** What a request says; projects null means all. */
export interface Asked {
  target: string;
  projects: string[] | null;
  dryRun: boolean;
  waitSeconds: number;
}

/** The Idempotency-Key, or null; throws Refused. */
export function readKey(headers: Headers): string | null {
  const key = headers.get("idempotency-key");
  if (key !== null && !KEY.test(key)) {
    throw badRequest("Idempotency-Key has 1 to 255 characters, all of ASCII.");
  }
  return key;
}

/** What the body says; throws Refused (413, 415, 400) for the first thing that is wrong. */
export async function readBody(request: Request): Promise<Asked> {
  const content = await readBytes(request);
  const given = content.length ? readObject(content, request.headers) : {};
  if (Object.keys(given).some((name) => !KEYS.includes(name))) {
    throw badRequest(
      "The body knows target, projects, dry_run and wait_seconds, and nothing else.",
    );
  }
  const {
    target = "default",
    projects = null,
    dry_run: dryRun = false,
    wait_seconds: waitSeconds = DEFAULT_WAIT,
  } = given;
  if (!matches(TARGET, target)) {
    throw badRequest(
      "target is a name of up to 40 letters, digits, - and _ that begins with a letter.",
    );
  }
  if ("projects" in given && !isRefs(projects)) {
    throw badRequest("projects is a list of external_refs; leave it out to mean all.");
  }
  if (typeof dryRun !== "boolean") throw badRequest("dry_run is true or false.");
  if (typeof waitSeconds !== "number" || !(waitSeconds >= 0 && waitSeconds <= LONGEST_WAIT)) {
    throw badRequest(`wait_seconds is a number from 0 to ${LONGEST_WAIT}.`);
  }
  return { target, projects: projects as string[] | null, dryRun, waitSeconds };
}

/** The body, read only as far as any that could be meant. */
async function readBytes(request: Request): Promise<Uint8Array> {
  const tooLong = new Refused(
    413,
    "Content Too Large",
    `A body has at most ${LARGEST_BODY} bytes.`,
  );
  if (Number(request.headers.get("content-length")) > LARGEST_BODY) throw tooLong;
  const content = new Uint8Array(LARGEST_BODY);
  let length = 0;
  for await (const part of request.body ?? []) {
    if (length + part.length > LARGEST_BODY) throw tooLong;
    content.set(part, length);
    length += part.length;
  }
  return content.subarray(0, length);
}

function readObject(content: Uint8Array, headers: Headers): Record<string, unknown> {
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new Refused(415, "Unsupported Media Type", "Send application/json, or no body.");
  }
  const refused = badRequest("The body is a JSON object, or empty.");
  let given: unknown;
  try {
    given = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content));
  } catch {
    throw refused;
  }
  if (given === null || typeof given !== "object" || Array.isArray(given)) throw refused;
  return given as Record<string, unknown>;
}

function isRefs(given: unknown): given is string[] {
  return Array.isArray(given) && given.length > 0 && given.every((ref) => matches(REF, ref));
}

function matches(pattern: RegExp, given: unknown): given is string {
  return typeof given === "string" && pattern.test(given);
}
