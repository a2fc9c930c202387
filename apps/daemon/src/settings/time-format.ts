import { utcFormat } from "d3-time-format";
import type { Setting } from "./setting.ts";

const directives = "aAbBcdefgGHIjLmMpqQsSuUVwWxXyYZ%";

/** How the time in a snapshot's name is written: strftime, in UTC. */
export function timeFormat<D extends string>(
  variable: string,
  description: string,
  fallback: D,
): Setting<(date: Date) => string, D> {
  return {
    variable,
    kind: "strftime",
    description,
    default: fallback,
    parse(written) {
      for (const [directive, letter] of written.matchAll(/%[-_0]?(.?)/gs)) {
        if (letter === "" || letter === undefined || !directives.includes(letter)) {
          throw new Error(`has the directive ${directive}, which strftime does not know`);
        }
      }
      if (!/%[-_0]?[a-zA-Z]/.test(written)) throw new Error("has no directive: snapshots would all have one name");
      return utcFormat(written);
    },
  };
}
