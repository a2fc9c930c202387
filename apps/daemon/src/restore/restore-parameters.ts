import type { BackendManifest, RestoreParameter } from "@k8s-snapshots/backend-api";
import { gibibytesOf } from "./quantity.ts";
import type { VolumeShape } from "./volume-shape.ts";

/**
 * What the backend is told beside the snapshot: what a flag names, else what is known of the volume.
 *
 * @throws {Error} if one is unknown, or one that is needed is missing
 */
export function restoreParameters(
  given: Readonly<Record<string, string>>,
  shape: VolumeShape,
  { name, restoreParameters: declared = {} }: Pick<BackendManifest, "name" | "restoreParameters">,
): Readonly<Record<string, string>> {
  const names = Object.keys(declared);
  const unknown = Object.keys(given).find((parameter) => !Object.hasOwn(declared, parameter));
  if (unknown !== undefined) {
    const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    throw new Error(`--parameter ${unknown} is not a parameter of a restore by ${name}: ${known}`);
  }
  const parameters: Record<string, string> = { ...given };
  for (const [parameter, { from, required }] of Object.entries(declared)) {
    parameters[parameter] ??= from === undefined ? (undefined as never) : (known(from, shape) as string);
    if (parameters[parameter] !== undefined) continue;
    delete parameters[parameter];
    if (required)
      throw new Error(`a restore by ${name} needs to know ${parameter}: add --parameter ${parameter}=VALUE`);
  }
  return parameters;
}

function known(
  from: NonNullable<RestoreParameter["from"]>,
  { zones, size, csiDriver }: VolumeShape,
): string | undefined {
  const values = {
    zones: zones?.value.join(","),
    sizeGiB: `${gibibytesOf(size.value)}`,
    csiDriver: csiDriver?.value,
  } satisfies Record<typeof from, string | undefined>;
  return values[from];
}
