import { TRACE_VERSION, type TraceLine } from "./trace-line.ts";
import { readJson } from "./write-state.ts";

/** A line that is not one of a trace, or of a newer one than this release reads. */
export class TraceError extends Error {
  override readonly name = "TraceError";
  readonly code: "malformed" | "newer";

  constructor(code: TraceError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** What each line must have, beside its type, so that reading on makes sense. */
const fieldsOf: { readonly [Type in TraceLine["type"]]: Readonly<Record<string, string>> } = {
  trace: { trace: "number", version: "string", t: "number", instance: "string", cluster: "string", policy: "object" },
  location: { in: "number", t: "number", owned: "boolean", state: "object" },
  state: { in: "number", disk: "string", state: "object" },
  fact: { in: "number", t: "number", w: "number", disk: "string", fact: "object" },
  date: { in: "number", t: "number", w: "number", date: "number" },
  list: { in: "number", t: "number", w: "number", begunAt: "number" },
  unresolved: { in: "number", rules: "object" },
  lapsed: { in: "number", t: "number" },
  forgotten: { in: "number", disk: "string" },
  dropped: { dropped: "number" },
};

/** @throws {TraceError} if it is not a line of a trace, or of a newer version */
export function parseTraceLine(text: string): TraceLine {
  const line = parse(text);
  const { type } = line;
  const fields = typeof type === "string" && Object.hasOwn(fieldsOf, type) ? fieldsOf[type as TraceLine["type"]] : null;
  if (type === "trace" && typeof line["trace"] === "number" && line["trace"] > TRACE_VERSION) {
    throw new TraceError(
      "newer",
      `the trace is of version ${line["trace"]}, by release ${line["version"]}, and this release reads up to version ${TRACE_VERSION}; use that release`,
    );
  }
  if (fields === null) throw new TraceError("malformed", `${JSON.stringify(type)} is not a type of line`);
  for (const [field, kind] of Object.entries(fields)) {
    const value = line[field];
    if (typeof value !== kind || value === null) throw new TraceError("malformed", `${field} is not a ${kind}`);
  }
  return line as unknown as TraceLine;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let line: unknown;
  try {
    line = readJson(text);
  } catch {
    throw new TraceError("malformed", "not JSON");
  }
  if (typeof line !== "object" || line === null) throw new TraceError("malformed", "not a JSON object");
  return line as Readonly<Record<string, unknown>>;
}
