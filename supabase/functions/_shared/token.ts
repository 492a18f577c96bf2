// Who may ask: whoever has SEED_RUN_TOKEN or, while it is changed, SEED_RUN_TOKEN_PREVIOUS.

import { createHash, timingSafeEqual } from "node:crypto";
import { Refused } from "./answers.ts";

/** Throws Refused without the right token; with none set, every request is refused. */
export function checkToken(headers: Headers): void {
  const [scheme = "", ...rest] = (headers.get("authorization") ?? "").split(" ");
  const given = scheme.toLowerCase() === "bearer" ? rest.join(" ").trim() : "";
  const isRight = ["SEED_RUN_TOKEN", "SEED_RUN_TOKEN_PREVIOUS"]
    .map((name) => isSame(given, Deno.env.get(name) ?? ""))
    .includes(true);
  if (!isRight) {
    throw new Refused(
      401,
      "Unauthorized",
      "Send the run token: Authorization: Bearer, then SEED_RUN_TOKEN.",
      { "WWW-Authenticate": "Bearer" },
    );
  }
}

/** In the same time wherever they differ; digests, since lengths would tell something too. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token)) && token !== "";
}

const digest = (text: string) => createHash("sha256").update(text).digest();
