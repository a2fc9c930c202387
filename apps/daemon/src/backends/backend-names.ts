import type { Settings } from "../settings/settings.ts";

/**
 * The backends that the settings name; `undefined`: all built-in ones. The Python daemon's `CLOUD_PROVIDER` limits it to
 * one; `BACKENDS` takes precedence.
 */
export function backendNames({ backends, cloudProvider }: Settings): readonly string[] | undefined {
  return backends ?? (cloudProvider === undefined ? undefined : [cloudProvider]);
}
