// What whoever asks is told: the bytes that the Python service tells too (core/answers.py).

/** The order of the keys that is told; Postgres forgets any. */
const ORDER = [
  ...["type", "title", "ok", "id", "run_id", "status", "detail", "projects_synced", "tasks_synced"],
  ...["results", "projects", "kind", "external_ref", "odoo_id", "action", "target", "error"],
  ...["failures", "verification", "verdict", "words", "missing", "drift", "orphan", "remedy"],
  ...["holder", "since", "created_at", "finished_at", "http_status", "answer"],
];

/** Seconds to wait before asking again. */
const RETRY_AFTER = new Map([[202, "5"], [409, "30"], [503, "30"]]);

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** An answer: 202 until the run is done; 400 and more with a problem as RFC 9457 has it. */
export function respond(status: number, told: Json, headers: Record<string, string> = {}) {
  const retryAfter = RETRY_AFTER.get(status);
  return new Response(JSON.stringify(inOrder(told)), {
    status,
    headers: {
      "Content-Type": status >= 400 ? "application/problem+json" : "application/json",
      "Cache-Control": "no-store",
      ...(retryAfter ? { "Retry-After": retryAfter } : {}),
      ...headers,
    },
  });
}

/** A request that is refused before anything is done. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
  }

  respond(): Response {
    const { status, title, detail } = this;
    return respond(status, { type: "about:blank", title, status, detail }, this.headers);
  }
}

export const badRequest = (detail: string) => new Refused(400, "Bad Request", detail);

function inOrder(told: Json): Json {
  if (Array.isArray(told)) return told.map(inOrder);
  if (told === null || typeof told !== "object") return told;
  const known = ORDER.filter((name) => name in told);
  const others = Object.keys(told).filter((name) => !ORDER.includes(name)).sort();
  return Object.fromEntries([...known, ...others].map((name) => [name, inOrder(told[name]!)]));
}
