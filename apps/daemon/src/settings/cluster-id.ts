import { list, type Setting, text } from "./setting.ts";

/** What every storage system here can keep in a label. */
const pattern = /^[A-Za-z0-9._-]{1,63}$/;

/** What this cluster is called on its snapshots. */
export function clusterId(variable: string, description: string): Setting<string, undefined> {
  return {
    ...text(variable, description, undefined),
    parse(written) {
      const fault = faultOf(written);
      if (fault === undefined) return written;
      throw new Error(`has ${JSON.stringify(written)}: ${fault}`);
    },
  };
}

/** What clusters that are gone were called. */
export function clusterIds(variable: string, description: string): Setting<readonly string[], undefined> {
  return list(variable, description, undefined, faultOf);
}

function faultOf(id: string): string | undefined {
  return pattern.test(id) ? undefined : "an id is 1 to 63 letters, digits, dots, dashes and underscores";
}
