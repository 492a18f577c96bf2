// Runs that are asked for, in Postgres: the same SQL functions that the Python service calls.

// deno-lint-ignore no-import-prefix -- deployed without an import map; deno.lock has its checksum
import postgres from "npm:postgres@3.4.9";
import { type Json, Refused } from "./answers.ts";
import type { Asked } from "./asking.ts";

/** What is told now; without an id there is no such run, or it was refused. */
export interface Told {
  id?: string;
  status?: "queued" | "running" | "done";
  http_status: number;
  answer: Json;
}

/** Seconds that Postgres has for a connection, and for a question with that. */
const CONNECT_TIMEOUT = 5;
const PATIENCE = 10;

/** Codes of postgres.js, of the system and of Postgres for a connection that is gone. */
const LOST = ["CONNECTION_CLOSED", "EPIPE", "ECONNRESET", "57P01"];

type Ask = (sql: postgres.Sql) => Promise<{ told: Told }[]>;

let opened: postgres.Sql | undefined;

/** Ask for a run. Throws Refused when the database cannot be used. */
export function requestRun(
  action: string,
  asked: Asked,
  key: string | null,
  requestedBy: string,
): Promise<Told> {
  const refs = asked.projects?.join(",") ?? null; // no ref has a comma
  const once = key ?? crypto.randomUUID(); // asked again over another connection it is one run
  return only((sql) =>
    sql<{ told: Told }[]>`
      select odoo_seed.request_run(
        action => ${action}, target => ${asked.target},
        projects => string_to_array(${refs}, ','),
        dry_run => ${asked.dryRun}, idempotency_key => ${once}, requested_by => ${requestedBy}
      ) as told`
  );
}

/** How far a run is. Throws Refused when the database cannot be used. */
export function runAnswer(id: string): Promise<Told> {
  return only((sql) => sql<{ told: Told }[]>`select odoo_seed.run_answer(${id}::uuid) as told`);
}

/** Ask, and once more when the connection turns out to be lost: whatever is asked may come twice. */
async function only(ask: Ask, again = true): Promise<Told> {
  try {
    const [row] = await inTime(ask);
    return row!.told;
  } catch (error) {
    // Its code at most: a message may say more than a log should hold.
    const { code = "", name } = error as { code?: string; name: string };
    if (again && LOST.includes(code)) return only(ask, false);
    console.error(`The database cannot be used: ${code || name}`);
    const detail = "The database of odoo-seed cannot be used now.";
    throw new Refused(503, "Could not reach the database", detail);
  }
}

async function inTime(ask: Ask): Promise<{ told: Told }[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      opened?.end({ timeout: 0 }); // a connection that hangs would be handed out again
      opened = undefined;
      reject(new Error("no answer in time"));
    }, PATIENCE * 1000);
  });
  try {
    return await Promise.race([ask(connection()), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** SEED_DB_URL: of a login that may do nothing else. SUPABASE_DB_URL is there by itself. */
function connection(): postgres.Sql {
  const url = Deno.env.get("SEED_DB_URL") || Deno.env.get("SUPABASE_DB_URL");
  if (!url) throw new Error("SUPABASE_DB_URL is not set");
  opened ??= postgres(url, {
    prepare: false, // a pooler's transaction mode knows no prepared statements
    fetch_types: false,
    max: 3,
    idle_timeout: 20,
    connect_timeout: CONNECT_TIMEOUT,
    backoff: () => 0, // whoever asks is told at once
    onnotice: () => {},
    ...(url.includes("sslmode=") ? {} : { ssl: "prefer" as const }), // as libpq does
  });
  return opened;
}
