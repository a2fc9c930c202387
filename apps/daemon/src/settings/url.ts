import type { Setting } from "./setting.ts";

/** An http or https URL. It may hold a key, so errors do not repeat it. */
export function httpUrl(variable: string, description: string): Setting<URL, undefined> {
  return {
    variable,
    kind: "url",
    description,
    default: undefined,
    parse(written) {
      const url = URL.parse(written);
      if (url === null || !/^https?:$/.test(url.protocol)) throw new Error("must be an http or https URL");
      return url;
    },
  };
}
