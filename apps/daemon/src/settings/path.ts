import { delimiter, isAbsolute, resolve } from "node:path";
import type { Setting } from "./setting.ts";

/** An absolute path: which folder a relative one starts from depends on who starts the program. */
export function path(variable: string, description: string): Setting<string, undefined> {
  return {
    variable,
    kind: "path",
    description,
    default: undefined,
    parse(written) {
      if (isAbsolute(written) && !written.includes("\0")) return written;
      throw new Error(`must be an absolute path, such as ${resolve(written.replaceAll("\0", ""))}`);
    },
  };
}

/** Paths, separated as in `PATH`. They may be relative, as those of `KUBECONFIG` are for kubectl. */
export function paths(variable: string, description: string): Setting<readonly string[], undefined> {
  return {
    variable,
    kind: "paths",
    description,
    default: undefined,
    parse(written) {
      const files = written.split(delimiter).filter((one) => one !== "");
      if (files.length === 0) throw new Error("names no file");
      return files.map((file) => resolve(file));
    },
  };
}
