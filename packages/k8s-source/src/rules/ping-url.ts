import type { ObjectIdentity } from "../watch/kubernetes-objects.ts";
import type { AnnotationKeys, RuleSettings } from "./rule-settings.ts";

/** A URL that hears of snapshots, as far as it is in force. */
export interface PingUrlReading {
  readonly url: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * The URL that an object names: whoever may name one makes the daemon send requests from inside of the cluster, so only
 * volumes and objects of trusted namespaces may. Warnings do not repeat it: it may hold a key.
 */
export function readPingUrl(
  written: string | undefined,
  { namespace }: ObjectIdentity,
  { keys, settings }: { readonly keys: AnnotationKeys; readonly settings: RuleSettings },
): PingUrlReading {
  if (written === undefined) return { url: undefined, warnings: [] };
  const ignored = (why: string): PingUrlReading => ({
    url: undefined,
    warnings: [`annotation ${keys.pingUrl} is ignored: ${why}`],
  });
  if (namespace !== undefined && !settings.trustedNamespaces.has(namespace)) {
    return ignored(`namespace ${namespace} is not one of those that the operator trusts; see TRUSTED_NAMESPACES`);
  }
  const url = URL.parse(written);
  if (url === null || !/^https?:$/.test(url.protocol)) return ignored("it is no http or https URL");
  return { url: url.href, warnings: [] };
}
