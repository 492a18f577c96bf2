// An endpoint: check who asks and what, put the run into the queue, wait for its end a while.
// Workers do the run (docs/workers.md): a function's time and memory would not do for it.

import { Refused, respond } from "./answers.ts";
import { readBody, readKey } from "./asking.ts";
import { requestRun, runAnswer, type Told } from "./database.ts";
import { checkToken } from "./token.ts";

/** Milliseconds between two looks at a run. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;

/** Serve a function that asks for runs of one action. */
export function serve(name: string, action: "seed" | "shadow"): void {
  Deno.serve(async (request) => {
    try {
      return await answer(request, name, action);
    } catch (error) {
      if (error instanceof Refused) return error.respond();
      console.error(`${name}: ${(error as Error).name}`);
      return new Refused(500, "An error of odoo-seed's own", "Its log says which.").respond();
    }
  });
}

async function answer(request: Request, name: string, action: string): Promise<Response> {
  if (!new URL(request.url).pathname.endsWith(`/${name}`)) {
    throw new Refused(404, "Not Found", "There is nothing at this address.");
  }
  if (request.method !== "POST") {
    throw new Refused(405, "Method Not Allowed", "Use POST.", { Allow: "POST" });
  }
  checkToken(request.headers);
  const asked = await readBody(request);
  const key = readKey(request.headers);
  const told = await requestRun(action, asked, key, `edge function ${name}`);
  const known = await wait(told, asked.waitSeconds);
  return respond(known.http_status, known.answer);
}

/** What is known when the run is done or the time is over. */
async function wait(told: Told, seconds: number): Promise<Told> {
  const end = performance.now() + seconds * 1000;
  let pause = FIRST_PAUSE;
  while (told.id && told.status !== "done") {
    const left = end - performance.now();
    if (left <= 0) break;
    await new Promise((resume) => setTimeout(resume, Math.min(pause, left)));
    pause = Math.min(pause * 1.25, LONGEST_PAUSE);
    try {
      told = await runAnswer(told.id);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // The run is in the queue, whatever happens to the connection: the next look may succeed.
    }
  }
  return told;
}
